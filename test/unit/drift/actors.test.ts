import { describe, expect, test } from "vitest";
import { actorOf, isPredecessor } from "../../../drift/actors.ts";
import type { Actor } from "../../../drift/actors.ts";

describe("who stands behind a manager", () => {
  test.each<[Actor, string[]]>([
    ["Person", ["kubectl", "kubectl-edit", "kubectl-client-side-apply", "kubectl-annotate", "k9s", "Lens", "node-fetch", "Mozilla", "before-first-apply", "helm", "Helm", "curl", "python-requests", "terraform-provider-kubernetes", "oc", "headlamp-server"]],
    ["Controller", ["kube-controller-manager", "kube-scheduler", "cert-manager-certificates-trigger", "argocd-controller", "kustomize-controller", "helm-controller", "manager", "pilot-discovery", "kubectlx", "octopus", "", "lenses-operator"]],
    ["Autoscaler", ["cluster-autoscaler", "horizontal-pod-autoscaler", "vpa-updater", "keda", "keda-operator"]],
    ["Webhook", ["vault-agent-injector", "some-webhook"]],
    ["Ourselves", ["driftless-handover", "driftless-status"]],
  ])("%s", (actor, managers) => {
    for (const manager of managers) expect([manager, actorOf({ manager, operation: "Update" })]).toEqual([manager, actor]);
  });

  test("our own apply is ours; an update inside our request is an admission webhook's", () => {
    expect(actorOf({ manager: "driftless", operation: "Apply" })).toBe("Ourselves");
    expect(actorOf({ manager: "driftless", operation: "Update" })).toBe("Webhook");
  });
});

test("tools that looked after an object before us are known, people's one-off commands are not among them", () => {
  expect(["kubectl-client-side-apply", "helm", "argocd-controller", "kustomize-controller"].every((manager) => isPredecessor({ manager }))).toBe(true);
  expect(["kubectl-rollout", "kubectl-scale", "kube-controller-manager"].some((manager) => isPredecessor({ manager }))).toBe(false);
});
