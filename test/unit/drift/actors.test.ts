import { describe, expect, test } from "vitest";
import { actorOf, actorOfField, isPredecessor } from "../../../drift/actors.ts";
import type { Actor } from "../../../drift/actors.ts";

describe("who stands behind a manager", () => {
  test.each<[Actor, string[]]>([
    ["Person", ["kubectl", "kubectl-edit", "kubectl-client-side-apply", "kubectl-annotate", "k9s", "Lens", "node-fetch", "Mozilla", "before-first-apply", "helm", "Helm", "curl", "python-requests", "terraform-provider-kubernetes", "oc", "headlamp-server"]],
    ["Controller", ["kube-controller-manager", "kube-scheduler", "cert-manager-certificates-trigger", "cert-manager-cainjector", "argocd-controller", "kustomize-controller", "helm-controller", "manager", "controller-manager", "pilot-discovery", "lenses-operator", "kubelet", "cilium-agent", "reloader-reloader", "external-dns"]],
    ["Autoscaler", ["cluster-autoscaler", "horizontal-pod-autoscaler", "vpa-updater", "keda", "keda-operator"]],
    ["Webhook", ["vault-agent-injector", "some-webhook"]],
    ["Ourselves", ["driftless-handover", "driftless-status"]],
    ["Unknown", ["", "unknown", "ancient-changes", "platform-team", "kubectlx", "octopus", "main", "Go-http-client", "constructor", "__proto__"]],
  ])("%s", (actor, managers) => {
    for (const manager of managers) expect([manager, actorOf({ manager, operation: "Update" })]).toEqual([manager, actor]);
  });

  test("the horizontal autoscaler is told by the subresource that it writes replicas through", () => {
    const entry = { manager: "kube-controller-manager", operation: "Update", subresource: "scale" } as const;
    expect(actorOfField(entry, "/spec/replicas")).toBe("Autoscaler");
    expect(actorOfField({ ...entry, subresource: "" }, "/spec/replicas")).toBe("Controller");
    expect(actorOfField(entry, "/spec/paused")).toBe("Controller");
    expect(actorOfField({ ...entry, manager: "kubectl" }, "/spec/replicas")).toBe("Person");
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
