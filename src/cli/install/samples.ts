import { API_VERSION } from "../../api/group.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import { DEFAULT_NAMESPACE } from "./names.ts";
import { tenantManifests } from "./tenant.ts";

const namespace = "shop";
const account = "shop-deployer";

/** File name → objects of a first Application: its tenant (namespace, account and rights), its source, itself, one more with every guard there is, and who is told. */
export function samples(): ReadonlyMap<string, readonly KubeObject[]> {
  return new Map([
    ["tenant.yaml", tenant()],
    ["gitsource.yaml", [gitSource()]],
    ["application.yaml", [application()]],
    ["application-guarded.yaml", [guardedApplication()]],
    ["notifier.yaml", [notifier()]],
  ]);
}

function tenant(): readonly KubeObject[] {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: account, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
    ...tenantManifests({ namespace, account, operatorNamespace: DEFAULT_NAMESPACE }),
  ];
}

function gitSource(): KubeObject {
  const spec = { url: "https://git.example.com/shop.git", ref: { branch: "main" }, interval: "1m" };
  return { apiVersion: API_VERSION, kind: "GitSource", metadata: { name: "shop", namespace }, spec };
}

function application(): KubeObject {
  const spec = { sourceRef: { kind: "GitSource", name: "shop" }, path: "overlays/prod", serviceAccountName: account, sync: { prune: true } };
  return { apiVersion: API_VERSION, kind: "Application", metadata: { name: "shop", namespace }, spec };
}

/** What a careful team sets; every field has a default without which it works, too. */
function guardedApplication(): KubeObject {
  const spec = {
    sourceRef: { kind: "GitSource", name: "shop" },
    path: "checkout/overlays/prod",
    serviceAccountName: account,
    dependsOn: [{ name: "shop" }],
    sync: {
      approval: "Manual",
      windows: [
        { name: "office", kind: "Allow", schedule: "0 8 * * 1-5", duration: "9h", timeZone: "Europe/Berlin" },
        { name: "year-end", kind: "Deny", schedule: "0 0 20 12 *", duration: "336h", timeZone: "Europe/Berlin" },
      ],
      limits: { maxPrune: "10%" },
      deletionPolicy: "MirrorPrune",
    },
    drift: {
      mode: "Revert",
      coverage: true,
      rules: [{ name: "people may turn debugging on for an hour", target: { group: "apps", kind: "Deployment" }, paths: ["/spec/template/spec/containers[*]/env"], actors: ["Person"], action: "RevertAfter", after: "1h" }],
      ignore: [{ name: "autoscaled", target: { group: "apps", kind: "Deployment" }, paths: ["/spec/replicas"] }],
    },
    health: {
      timeout: "10m",
      checks: [{
        apiVersion: "queues.example.com/v1",
        kind: "Queue",
        failed: 'status.conditions.exists(c, c.type == "Failed" && c.status == "True")',
        current: 'status.conditions.exists(c, c.type == "Ready" && c.status == "True")',
      }],
    },
    historyLimit: 20,
  };
  return { apiVersion: API_VERSION, kind: "Application", metadata: { name: "checkout", namespace }, spec };
}

/** A Slack channel that is told what fails, drifts or waits for somebody, and of every deployment. */
function notifier(): KubeObject {
  const spec = {
    slack: { channel: "C0123456789", tokenSecretRef: { name: "slack", key: "token" } },
    routes: [{ minSeverity: "Warning" }, { classes: ["Deploy"] }],
    quietHours: [{ schedule: "0 20 * * *", duration: "11h", timeZone: "Europe/Berlin" }],
  };
  return { apiVersion: API_VERSION, kind: "Notifier", metadata: { name: "team", namespace }, spec };
}
