import { describe, expect } from "vitest";
import { PART_OF_LABEL } from "../../../src/api/group.ts";
import { uniqueName } from "../../support/control-plane.ts";
import { configMap, deployment, service } from "../../support/manifests.ts";
import { operatorRequests, test } from "../../support/operator.ts";
import { installWidgetCrd, widgetCrd } from "../../support/widget-crd.ts";

const widget = (group: string) => ({ apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "w" }, spec: { serial: 1 } });

describe.concurrent("the account of an Application", () => {
  test("is who every object is written as", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    await shop.ready(await shop.commit({ "a.yaml": null, "b.yaml": configMap("b", { value: "two" }) }));
    const writes = (await operatorRequests(shop.namespace)).filter(({ verb, objectRef }) => objectRef?.resource === "configmaps" && !["get", "list"].includes(verb));
    expect(new Set(writes.map(({ verb }) => verb))).toEqual(new Set(["patch", "delete"]));
    expect(new Set(writes.map(({ impersonatedUser }) => impersonatedUser?.username))).toEqual(new Set([`system:serviceaccount:${shop.namespace}:deployer`]));
    expect(writes.every(({ userAgent }) => userAgent?.startsWith("driftless/"))).toBe(true);
  });

  test("is refused what it may not do, by name, and the rest lands", async ({ tenant }) => {
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "mine" }, rules: [] };
    const shop = await tenant({ "a.yaml": configMap("a"), "role.yaml": role }, { role: "edit" });
    const message = await shop.saying("Application", "Ready", "ApplyFailed");
    expect(message).toContain("1 of 2 objects");
    expect(message).toContain(`role.yaml:1: Role ${shop.namespace}/mine: account ${shop.namespace}/deployer may not get roles.rbac.authorization.k8s.io in namespace ${shop.namespace}; bind a Role that allows it`);
    await shop.until("the other is there", () => shop.view.get("ConfigMap", "a") !== undefined);
  });

  test("that the operator may not act as is named with the command that grants it", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { impersonation: false });
    await shop.until("not ready", () => shop.condition("Application", "Ready")?.status === "False");
    expect(shop.condition("Application", "Ready")?.message).toMatch(new RegExp(`grant it with: driftless install .*--tenant ${shop.namespace}:deployer`));
    expect(await shop.dataOf("a")).toBeUndefined();
  });
});

describe.concurrent("an object that is there already", () => {
  test("and nobody's is adopted, and what kubectl left in it goes", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a", { value: "git" }) }, {
      before: async (shop) => void (await shop.kubectl("create", "configmap", "a", "--from-literal=value=hand", "--from-literal=left=over")),
    });
    await shop.ready();
    expect(await shop.dataOf("a")).toEqual({ value: "git" });
    await shop.told("Application", /^Applied: 1 adopted from/);
  });

  test("and Helm's is left alone and named", async ({ tenant }) => {
    const owned = { ...configMap("a", { value: "helm" }), metadata: { name: "a", annotations: { "meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "tools" } } };
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") }, {
      before: async (shop) => void (await shop.apply({ ...owned, metadata: { ...owned.metadata, namespace: shop.namespace } }, "helm")),
    });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toMatch(/a\.yaml:1: ConfigMap \S+\/a: exists and belongs to Helm release tools\/web; .*spec\.sync\.adopt/);
    await shop.until("the other is there", () => shop.view.get("ConfigMap", "b") !== undefined);
    expect(await shop.dataOf("a")).toEqual({ value: "helm" });
  });

  test("and another Application's is left alone and named, and waited for", async ({ tenant }) => {
    const first = await tenant({ "a.yaml": configMap("a", { value: "first" }) });
    await first.ready();
    const second = await tenant({ "a.yaml": { ...configMap("a", { value: "second" }), metadata: { name: "a", namespace: first.namespace } } }, { role: "cluster-admin" });
    expect(await second.telling("Application", "Synced", /belongs to Application/)).toContain(`a.yaml:1: ConfigMap ${first.namespace}/a: belongs to Application ${first.namespace}/app, which still wants it`);
    expect(await first.dataOf("a")).toEqual({ value: "first" });
    expect(first.report).toBeUndefined();
  });

  test("and that somebody gave our label is not pruned", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    const { labels = {}, annotations = {} } = (await shop.live("v1", "ConfigMap", "a"))?.metadata ?? {};
    const copy = { ...configMap("copy"), metadata: { name: "copy", namespace: shop.namespace, labels, annotations } };
    await shop.apply(copy, "kubectl-create");
    await shop.ready(await shop.commit({ "b.yaml": null }));
    expect(await shop.dataOf("b")).toBeUndefined();
    expect(await shop.dataOf("copy")).toBeDefined();
  });

  test("because a controller copied our label onto it is neither compared nor pruned", async ({ tenant }) => {
    const slice = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name: "own" }, addressType: "IPv4", endpoints: [], ports: [] };
    const shop = await tenant({ "web.yaml": deployment("web"), "service.yaml": service("web"), "slice.yaml": slice }, { role: "cluster-admin", watch: [{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" }] });
    await shop.ready();
    const label = (await shop.live("v1", "Service", "web"))?.metadata.labels?.[PART_OF_LABEL];
    const copies = JSON.parse(await shop.kubectl("get", "endpointslices", "-l", `kubernetes.io/service-name=web,${PART_OF_LABEL}=${label}`, "-o", "json")) as { items: { metadata: { name: string; uid: string } }[] }; // kubectl -o json
    expect(copies.items).toHaveLength(1);
    const { name = "", uid } = copies.items[0]?.metadata ?? {};
    await shop.ready(await shop.commit({ "slice.yaml": null }));
    expect(await shop.live("discovery.k8s.io/v1", "EndpointSlice", "own")).toBeUndefined();
    expect((await shop.live("discovery.k8s.io/v1", "EndpointSlice", name))?.metadata.uid).toBe(uid);
    const touched = (await operatorRequests(shop.namespace)).filter(({ objectRef }) => objectRef?.name === name);
    expect(touched).toEqual([]);
    expect(shop.report).toBeUndefined();
  });
});

describe.concurrent("a custom resource", () => {
  test("comes by itself in one commit with its definition", async ({ tenant }) => {
    const group = `${uniqueName("g")}.example.com`;
    const shop = await tenant({ "crd.yaml": widgetCrd(group), "w.yaml": widget(group) }, { role: "cluster-admin" });
    await shop.ready();
    expect(shop.app?.status?.objects).toBe(2);
    expect(await shop.kubectl("get", `widgets.${group}/w`, "-o", "jsonpath={.spec.serial}")).toBe("1");
  });

  test("whose definition is missing comes by itself when somebody installs it", async ({ tenant }) => {
    const group = `${uniqueName("g")}.example.com`;
    const shop = await tenant({ "w.yaml": widget(group) }, { role: "cluster-admin" });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toContain("install its CustomResourceDefinition");
    await installWidgetCrd(shop.cluster.client, group);
    await shop.ready();
  });
});
