import { describe, expect } from "vitest";
import { PART_OF_LABEL } from "../../../src/api/group.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";

const FLUX = "kustomize.toolkit.fluxcd.io";
const asking = (object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject => ({ ...object, metadata: { ...object.metadata, annotations } });
const selecting = (name: string, app: string): KubeObject => {
  const object = deployment(name);
  const spec = object["spec"] as { readonly template: JsonObject }; // built above
  return { ...object, spec: { ...spec, selector: { matchLabels: { app } }, template: { ...spec.template, metadata: { labels: { app } } } } };
};

const shared = (data: Readonly<Record<string, string>>): KubeObject => asking(configMap("shared", data), { "driftless.dev/ssa": "Merge" });

describe.concurrent("an object in Git asks by annotation", () => {
  test("ssa Merge: its fields are merged into what is there, which stays everybody's", async ({ tenant }) => {
    const shop = await tenant({ "shared.yaml": shared({ ours: "one" }), "a.yaml": configMap("a") }, { before: async (shop) => void (await shop.kubectl("create", "configmap", "shared", "--from-literal=theirs=1")) });
    await shop.ready();
    expect(await shop.dataOf("shared")).toEqual({ ours: "one", theirs: "1" });
    expect((await shop.live("v1", "ConfigMap", "shared"))?.metadata.labels?.[PART_OF_LABEL]).toBeUndefined();
    await shop.ready(await shop.commit({ "shared.yaml": shared({ ours: "two" }) }));
    expect(await shop.dataOf("shared")).toEqual({ ours: "two", theirs: "1" });
    await shop.kubectl("patch", "configmap/shared", "--type=merge", "-p", '{"data":{"ours":"by hand","theirs":"2"}}');
    await shop.handled("Application");
    await shop.ready(await shop.commit({ "shared.yaml": shared({ ours: "three" }) }));
    expect(await shop.dataOf("shared")).toEqual({ ours: "three", theirs: "2" });
    await shop.ready(await shop.commit({ "shared.yaml": null }));
    expect(await shop.dataOf("shared")).toBeDefined();
  });

  test("ssa Merge on a member: it is nobody's from then on, loses what Git drops, and stays when Git drops it", async ({ tenant }) => {
    const shop = await tenant({ "shared.yaml": configMap("shared", { ours: "one", more: "1" }), "a.yaml": configMap("a") });
    await shop.ready();
    await shop.ready(await shop.commit({ "shared.yaml": shared({ ours: "two", more: "1" }) }));
    const { labels, annotations } = (await shop.live("v1", "ConfigMap", "shared"))?.metadata ?? {};
    expect([labels, annotations, await shop.dataOf("shared")]).toEqual([undefined, { "driftless.dev/ssa": "Merge" }, { ours: "two", more: "1" }]);
    await shop.ready(await shop.commit({ "shared.yaml": shared({ ours: "two" }) }));
    expect(await shop.dataOf("shared")).toEqual({ ours: "two" });
    await shop.ready(await shop.commit({ "shared.yaml": null }));
    expect(await shop.dataOf("shared")).toEqual({ ours: "two" });
  });

  test("ssa IfNotPresent: it is created, and left alone from then on; Flux's annotation counts", async ({ tenant }) => {
    const once = asking(configMap("once", { value: "one" }), { "driftless.dev/ssa": "IfNotPresent" });
    const there = asking(configMap("there", { value: "git" }), { [`${FLUX}/ssa`]: "IfNotPresent" });
    const shop = await tenant({ "once.yaml": once, "there.yaml": there, "a.yaml": configMap("a") }, { before: async (shop) => void (await shop.kubectl("create", "configmap", "there", "--from-literal=value=hand")) });
    await shop.ready();
    expect(await shop.dataOf("once")).toEqual({ value: "one" });
    expect(await shop.dataOf("there")).toEqual({ value: "hand" });
    await shop.commit({ "once.yaml": { ...once, data: { value: "two" } } });
    await shop.handled("GitSource");
    await shop.handled("Application");
    expect(await shop.dataOf("once")).toEqual({ value: "one" });
    await shop.ready(await shop.commit({ "once.yaml": null, "there.yaml": null }));
    expect(await shop.dataOf("once")).toBeDefined();
  });

  test("ssa Ignore or reconcile disabled: it is not applied", async ({ tenant }) => {
    const files = { "ignored.yaml": asking(configMap("ignored"), { "driftless.dev/ssa": "Ignore" }), "disabled.yaml": asking(configMap("disabled"), { "driftless.dev/reconcile": "disabled" }), "a.yaml": configMap("a") };
    const shop = await tenant(files);
    await shop.ready();
    expect(await shop.dataOf("ignored")).toBeUndefined();
    expect(await shop.dataOf("disabled")).toBeUndefined();
    await shop.ready(await shop.commit({ "disabled.yaml": configMap("disabled") }));
    expect(await shop.dataOf("disabled")).toEqual({ value: "one" });
  });

  test("something that is no value of the annotation: nothing is applied, and the place is told", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": asking(configMap("a"), { "driftless.dev/ssa": "Sometimes", "driftless.dev/wave": "first" }), "b.yaml": configMap("b") });
    const message = await shop.saying("Application", "Ready", "BuildFailed");
    expect(message).toContain('a.yaml:1: ConfigMap a: driftless.dev/ssa: "Sometimes" is not one of its values: Override, Merge, IfNotPresent, Ignore');
    expect(message).toContain('driftless.dev/wave: "first"');
    expect(await shop.dataOf("b")).toBeUndefined();
  });

  test("force: it is deleted and created again where a field cannot be changed, and only there", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": asking(selecting("web", "one"), { "driftless.dev/force": "enabled" }), "other.yaml": selecting("other", "one") });
    await shop.ready();
    const [web, other] = await Promise.all(["web", "other"].map((name) => shop.live("apps/v1", "Deployment", name)));
    await shop.commit({ "web.yaml": asking(selecting("web", "two"), { "driftless.dev/force": "enabled" }), "other.yaml": selecting("other", "two") });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toMatch(/other\.yaml:1: Deployment \S+\/other: spec\.selector: .*field is immutable/);
    await shop.until("the one that asks for it is another one", () => {
      const now = shop.view.get("Deployment", "web");
      return now !== undefined && now.metadata.uid !== web?.metadata.uid;
    });
    expect((await shop.live("apps/v1", "Deployment", "other"))?.metadata.uid).toBe(other?.metadata.uid);
    await shop.ready(await shop.commit({ "other.yaml": selecting("other", "one") }));
  });
});

describe.concurrent("an object is asked by hand", () => {
  test("not to be reconciled: neither drift nor a commit touches it, until the annotation goes", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    await shop.kubectl("annotate", "configmap/a", "driftless.dev/reconcile=disabled");
    await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "two" }), "b.yaml": configMap("b", { value: "two" }) }));
    expect(await shop.dataOf("b")).toEqual({ value: "two" });
    expect(await shop.dataOf("a")).toEqual({ value: "by hand" });
    await shop.kubectl("annotate", "configmap/a", "driftless.dev/reconcile-");
    await shop.until("it is as Git has it", () => JSON.stringify(shop.view.get("ConfigMap", "a")?.["data"]) === '{"value":"two"}');
  });
});
