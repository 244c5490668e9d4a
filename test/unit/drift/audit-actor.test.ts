import { expect, test } from "vitest";
import { actorOfRequest } from "../../../drift/audit-actor.ts";
import type { Actor } from "../../../drift/actors.ts";

const go = (name: string): string => `${name}/v1.2.3 (linux/amd64) kubernetes/$Format`;
const account = (name: string): string => `system:serviceaccount:kube-system:${name}`;

test.each<[Actor, user: string, userAgent: string, subresource?: string]>([
  ["Person", "alice@example.com", go("kubectl")],
  ["Person", "alice@example.com", go("some-tool")],
  ["Person", "alice@example.com", ""],
  ["Person", "kubernetes-admin", go("kubectl")],
  ["Person", "system:admin", go("oc")],
  ["Person", "carol", "Mozilla/5.0 (X11; Linux x86_64)"],
  ["Person", "carol", "my-script/1.0"],
  ["Person", account("ci"), go("kubectl")],
  ["Person", account("ci"), "Helm/4.1.0"],
  ["Person", "arn:aws:iam::123456789012:user/bob", go("k9s")],
  ["Person", "deployer@project.gserviceaccount.com", go("kubectl")],
  ["Controller", account("deployment-controller"), go("kube-controller-manager")],
  ["Controller", account("shop"), "node-fetch"],
  ["Controller", account("shop"), ""],
  ["Controller", "system:node:n1", go("kubelet")],
  ["Controller", "system:node:n1", go("kubectl")],
  ["Controller", "system:kube-scheduler", go("kube-scheduler")],
  ["Controller", "system:apiserver", go("kube-apiserver")],
  ["Controller", "eks:addon-manager", "Go-http-client/1.1"],
  ["Controller", "sync@project.gserviceaccount.com", go("config-sync")],
  ["Controller", "gardener", go("gardener-controller-manager")],
  ["Autoscaler", account("horizontal-pod-autoscaler"), go("kube-controller-manager")],
  ["Autoscaler", "system:kube-controller-manager", go("kube-controller-manager"), "scale"],
  ["Autoscaler", "system:kube-controller-manager", `${go("kube-controller-manager")}/system:serviceaccount:kube-system:horizontal-pod-autoscaler`],
  ["Autoscaler", "system:serviceaccount:keda:keda-operator", go("keda"), "scale"],
  ["Webhook", account("mesh"), go("mesh-injector")],
  ["Unknown", "kwok", "kwok/v0.8.0 (linux/amd64)"],
  ["Unknown", "system:anonymous", go("kubectl")],
])("%s: %s with %s", (actor, user, userAgent, subresource = "") => {
  expect(actorOfRequest({ user, userAgent, subresource })).toBe(actor);
});
