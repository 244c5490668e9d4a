import { describe, expect } from "vitest";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { createNamespace, kubectl, uniqueName } from "../../support/control-plane.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";
import { installWidgetCrd, widgetCrd } from "../../support/widget-crd.ts";

const BROKEN = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\ndata: {value: [}\n";

describe.concurrent("a commit", () => {
  test("with invalid YAML is refused as a whole, with file, line and column", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await shop.commit({ "deep/b.yaml": BROKEN, "a.yaml": configMap("a", { value: "two" }) });
    expect(await shop.saying("Application", "Ready", "BuildFailed")).toMatch(/deep\/b\.yaml:5:\d+: /);
    await shop.told("Application", /^BuildFailed: .*deep\/b\.yaml:5:/);
    expect(await shop.dataOf("a")).toEqual({ value: "one" });
    await shop.ready(await shop.commit({ "deep/b.yaml": null }));
    expect(await shop.dataOf("a")).toEqual({ value: "two" });
  });

  test("with bombs in it ends in one error, deletes nothing and holds up nobody else", async ({ tenant }) => {
    const [shop, other] = await Promise.all([tenant({ "a.yaml": configMap("a") }), tenant({ "a.yaml": configMap("a") })]);
    await Promise.all([shop.ready(), other.ready()]);
    await shop.commit({ "bomb.yaml": aliasBomb(12) });
    expect(await shop.saying("Application", "Ready", "BuildFailed")).toMatch(/^bomb\.yaml:\d+:\d+: /);
    await other.ready(await other.commit({ "a.yaml": configMap("a", { value: "two" }) }));
    expect(await other.dataOf("a")).toEqual({ value: "two" });
    await shop.commit({ "bomb.yaml": null, ...layersThatDouble(24) });
    expect(await shop.saying("Application", "Ready", "LimitExceeded")).toMatch(/kustomization\.yaml: has more than 20000 objects$/);
    await other.ready(await other.commit({ "a.yaml": configMap("a", { value: "three" }) }));
    expect(await shop.dataOf("a")).toBeDefined();
  });

  test("with an object that the server refuses lands with all the others, and with that one when it is mended", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    const bad = { ...deployment("web"), spec: { replicas: -1, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "other" } }, spec: { containers: [] } } } };
    await shop.commit({ "web.yaml": bad, "b.yaml": configMap("b"), "a.yaml": null });
    const message = await shop.saying("Application", "Ready", "ApplyFailed");
    expect(message).toMatch(/web\.yaml:1: Deployment \S+\/web: /);
    for (const field of ["spec.replicas", "spec.template.spec.containers", "spec.template.metadata.labels"]) expect(message).toContain(field);
    await shop.until("the others are there", () => shop.view.get("ConfigMap", "b") !== undefined);
    // What was dropped stays until everything is applied.
    expect(await shop.dataOf("a")).toBeDefined();
    await shop.ready(await shop.commit({ "web.yaml": deployment("web") }));
    expect(await shop.dataOf("a")).toBeUndefined();
  });

  test("that renders to nothing prunes nothing", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "README.md": "hello" });
    await shop.ready();
    await shop.commit({ "a.yaml": null });
    expect(await shop.saying("Application", "Ready", "EmptyRender")).toContain("nothing was pruned");
    expect(await shop.dataOf("a")).toBeDefined();
  });

  test("with a kind that the cluster does not serve lands with the others and names file and kind", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "w.yaml": { apiVersion: "nowhere.example.com/v1", kind: "Widget", metadata: { name: "w" }, spec: {} } });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toContain("w.yaml:1: the cluster serves no kind Widget in nowhere.example.com/v1");
    await shop.until("the other is there", () => shop.view.get("ConfigMap", "a") !== undefined);
    expect(shop.app?.status?.lastAppliedRevision).toBeUndefined();
  });

  test("that defines an object twice names both places", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b/again.yaml": configMap("a", { value: "two" }) });
    const message = await shop.saying("Application", "Ready", "BuildFailed");
    expect(message).toContain("a.yaml:1");
    expect(message).toContain("b/again.yaml:1");
    expect(await shop.dataOf("a")).toBeUndefined();
  });

  test("with a namespace that does not exist names it and lands with the others", async ({ tenant }) => {
    const lost = { ...configMap("lost"), metadata: { name: "lost", namespace: "nowhere-to-be-found" } };
    const shop = await tenant({ "a.yaml": configMap("a"), "lost.yaml": lost }, { role: "cluster-admin" });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toMatch(/lost\.yaml:1: ConfigMap nowhere-to-be-found\/lost: .*namespaces? "nowhere-to-be-found" not found/);
    await shop.until("the other is there", () => shop.view.get("ConfigMap", "a") !== undefined);
  });

  test("with an object that an admission policy refuses lands with the others, and what was good of that one stays", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "guarded.yaml": configMap("guarded") }, { before: (shop) => guard(shop) });
    await shop.ready();
    await shop.commit({ "a.yaml": configMap("a", { value: "two" }), "guarded.yaml": configMap("guarded", { value: "forbidden" }) });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toMatch(/guarded\.yaml:1: ConfigMap \S+\/guarded: .*ValidatingAdmissionPolicy .*this value is not allowed here/);
    await shop.told("Application", /^ApplyFailed: guarded\.yaml:1: .*not allowed here/);
    expect(await shop.dataOf("a")).toEqual({ value: "two" });
    await shop.kubectl("patch", "configmap/guarded", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
    await shop.reverted(({ path, desired }) => path === "/data/value" && desired === '"one"');
    await shop.ready(await shop.commit({ "guarded.yaml": configMap("guarded", { value: "three" }) }));
  });

  test("without the path of the Application changes nothing and names the path", async ({ tenant }) => {
    const shop = await tenant({ "app/a.yaml": configMap("a"), "other/b.yaml": configMap("b") }, { app: { path: "app" } });
    await shop.ready();
    await shop.commit({ "app": null });
    expect(await shop.saying("Application", "Ready", "PathNotFound")).toBe('path "app" not found; the root contains other/');
    await shop.told("Application", /^PathNotFound: path "app" not found/);
    expect(shop.condition("Application", "Stalled")?.status).toBe("True");
    expect(await shop.dataOf("a")).toBeDefined();
    await shop.kubectl("delete", "configmap/a");
    await shop.reverted(({ class: kind }) => kind === "Missing");
    await shop.ready(await shop.commit({ "app/a.yaml": configMap("a", { value: "two" }) }));
  });

  test("into a namespace that is terminating names it, lands with the others, and comes when the namespace is there again", async ({ tenant }) => {
    const room = await createNamespace("room");
    await kubectl(["-n", room, "create", "configmap", "hold"]);
    await kubectl(["-n", room, "patch", "configmap/hold", "--type=merge", "-p", '{"metadata":{"finalizers":["example.com/hold"]}}']);
    await kubectl(["delete", "namespace", room, "--wait=false"]);
    const shop = await tenant({ "a.yaml": configMap("a"), "late.yaml": { ...configMap("late"), metadata: { name: "late", namespace: room } } }, { role: "cluster-admin" });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toMatch(new RegExp(`late\\.yaml:1: ConfigMap ${room}/late: .*being terminated`));
    await shop.until("the other is there", () => shop.view.get("ConfigMap", "a") !== undefined);
    await kubectl(["-n", room, "patch", "configmap/hold", "--type=merge", "-p", '{"metadata":{"finalizers":null}}']);
    await kubectl(["wait", "--for=delete", `namespace/${room}`, "--timeout=30s"]);
    await kubectl(["create", "namespace", room]);
    await shop.ready();
  });

  test("whose custom resource loses its definition says so, deletes nothing else, and goes on when the definition is back", async ({ tenant }) => {
    const group = `${uniqueName("g")}.example.com`;
    const widget = { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "w" }, spec: { serial: 1 } };
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b"), "w.yaml": widget }, { role: "cluster-admin", before: (shop) => installWidgetCrd(shop.cluster.client, group) });
    await shop.ready();
    await kubectl(["delete", "crd", `widgets.${group}`, "--timeout=30s"]);
    await shop.telling("Application", "Ready", new RegExp(`w\\.yaml:1: the cluster serves no kind Widget in ${group}/v1`));
    await shop.commit({ "b.yaml": null, "a.yaml": configMap("a", { value: "two" }) });
    await shop.until("the others go on", () => JSON.stringify(shop.view.get("ConfigMap", "a")?.["data"]) === '{"value":"two"}');
    expect(await shop.dataOf("b")).toBeDefined();
    await installWidgetCrd(shop.cluster.client, group);
    await shop.ready();
    expect(await shop.dataOf("b")).toBeUndefined();
  });

  test("whose definition somebody deletes brings it back with its objects", async ({ tenant }) => {
    const group = `${uniqueName("g")}.example.com`;
    const widget = { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "w" }, spec: { serial: 1 } };
    const shop = await tenant({ "crd.yaml": widgetCrd(group), "w.yaml": widget }, { role: "cluster-admin" });
    await shop.ready();
    await kubectl(["delete", "crd", `widgets.${group}`, "--wait=false"]);
    await shop.reverted(({ class: kind, object }) => kind === "Missing" && object.includes("CustomResourceDefinition"));
    await shop.ready();
    await pollUntil({ what: "the object is back", deadlineMs: 30_000, probe: async () => (await shop.kubectl("get", `widgets.${group}/w`, "-o", "jsonpath={.spec.serial}").catch(() => "")) === "1" });
  });
});

describe.concurrent("a spec", () => {
  test("that no schema can see through is refused as a whole, with all that is wrong, and changes nothing", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await shop.respec("Application", {
      path: "elsewhere",
      sync: { windows: [{ name: "night", kind: "Allow", schedule: "61 25 * * *", duration: "1h" }, { name: "moon", kind: "Deny", schedule: "0 0 * * *", duration: "1h", timeZone: "Moon/Sea" }] },
      drift: { ignore: [{ paths: ["/spec/containers[name="] }] },
      health: { checks: [{ apiVersion: "example.com/v1", kind: "Widget", current: "object.status.(" }] },
    });
    const message = await shop.saying("Application", "Ready", "SpecInvalid");
    for (const place of [/night/, /moon/, /Moon\/Sea/, /ignore/, /Widget/]) expect(message).toMatch(place);
    await shop.told("Application", /^SpecInvalid: /);
    expect(shop.condition("Application", "Stalled")?.reason).toBe("SpecInvalid");
    expect(await shop.dataOf("a")).toBeDefined();
    await shop.respec("Application", { path: ".", sync: null, drift: null, health: null });
    await shop.ready();
  });

  test("that the schema forbids is refused by the API server, all of it at once", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    const error: unknown = await shop.respec("Application", { path: "/etc", sync: { adopt: "Sometimes", limits: { maxPrune: "some" } }, historyLimit: 0 }).catch((error: unknown) => error);
    for (const field of ["spec.path", "spec.sync.adopt", "spec.sync.limits.maxPrune", "spec.historyLimit"]) expect(String(error)).toContain(field);
    await shop.ready();
  });
});

/** Every list holds the one before nine times. */
function aliasBomb(levels: number): string {
  const lists = Array.from({ length: levels }, (_, level) => `l${level}: &l${level} [${level === 0 ? "x" : Array(9).fill(`*l${level - 1}`).join(", ")}]`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\n${lists.join("\n")}\n`;
}

/** Every layer builds the one below twice, under two names. */
function layersThatDouble(levels: number): Record<string, string> {
  const files = new Map([["kustomization.yaml", 'resources: ["0"]\n'], [`${levels}/kustomization.yaml`, "resources: [c.yaml]\n"], [`${levels}/c.yaml`, JSON.stringify(configMap("c"))]]);
  for (let level = 0; level < levels; level++) {
    files.set(`${level}/kustomization.yaml`, "resources: [a, b]\n");
    for (const side of ["a", "b"]) files.set(`${level}/${side}/kustomization.yaml`, `resources: [../../${level + 1}]\nnamePrefix: ${side}\n`);
  }
  return Object.fromEntries(files);
}

/** Until this resolves, ConfigMaps of the tenant with the value "forbidden" may still be let in. */
async function guard(shop: Tenant): Promise<void> {
  const name = `guard-${shop.namespace}`;
  const selector = { matchLabels: { "kubernetes.io/metadata.name": shop.namespace } };
  await shop.apply({
    apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name },
    spec: {
      matchConstraints: { namespaceSelector: selector, resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] }] },
      validations: [{ expression: "!has(object.data) || !('value' in object.data) || object.data['value'] != 'forbidden'", message: "this value is not allowed here" }],
    },
  });
  await shop.apply({ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", metadata: { name }, spec: { policyName: name, validationActions: ["Deny"] } });
  const isGuarded = async (): Promise<boolean> => shop.kubectl("create", "configmap", "probe", "--from-literal=value=forbidden", "--dry-run=server").then(() => false, () => true);
  await pollUntil({ what: "the policy is in force", deadlineMs: 30_000, probe: isGuarded });
}
