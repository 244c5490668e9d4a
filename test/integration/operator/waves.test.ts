import { describe, expect } from "vitest";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { uniqueName } from "../../support/control-plane.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { isDone, operatorRequests, test } from "../../support/operator.ts";
import { widgetCrd } from "../../support/widget-crd.ts";

const inWave = (wave: number, object: KubeObject, key = "driftless.dev/wave"): KubeObject => ({ ...object, metadata: { ...object.metadata, annotations: { [key]: String(wave) } } });

/** A Deployment whose Pods no node takes. */
function stuck(name: string): KubeObject {
  const object = deployment(name);
  const spec = object["spec"] as { readonly template: { readonly spec: JsonObject } }; // built above
  return { ...object, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, nodeSelector: { "example.com/none": "here" } } } } };
}

describe.concurrent("waves", () => {
  test("a later one waits until the earlier ones are applied and healthy, and says for what; Argo CD's annotation counts", async ({ tenant }) => {
    const shop = await tenant({ "first.yaml": inWave(-1, stuck("first")), "second.yaml": configMap("second"), "third.yaml": inWave(2, configMap("third"), "argocd.argoproj.io/sync-wave") });
    const message = await shop.telling("Application", "Synced", /waits for wave -1: Deployment \S+\/first is not healthy \(.+\)/);
    for (const name of ["second", "third"]) expect(message).toContain(`${name}.yaml:1: ConfigMap ${shop.namespace}/${name}: waits for wave -1`);
    expect(shop.condition("Application", "Ready")?.status).toBe("Unknown");
    expect(await shop.dataOf("second")).toBeUndefined();
    await shop.ready(await shop.commit({ "first.yaml": inWave(-1, deployment("first")) }));
    expect(await shop.dataOf("third")).toBeDefined();
    const order = (await operatorRequests(shop.namespace)).filter(isDone).filter(({ verb, objectRef }) => verb === "patch" && ["second", "third"].includes(objectRef?.name ?? "")).map(({ objectRef }) => objectRef?.name);
    expect(order).toEqual(["second", "third"]);
  });

  test("do not hold back what undoes drift, nor prune before the last one is through", async ({ tenant }) => {
    const shop = await tenant({ "first.yaml": deployment("first"), "second.yaml": inWave(1, configMap("second")), "old.yaml": configMap("old") });
    await shop.ready();
    await shop.commit({ "first.yaml": stuck("first"), "second.yaml": inWave(1, configMap("second", { value: "two" })), "old.yaml": null });
    await shop.telling("Application", "Synced", /second: waits for wave 0/);
    await shop.kubectl("patch", "configmap/second", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
    await shop.reverted(({ path }) => path === "/data/value");
    expect(await shop.dataOf("second")).toEqual({ value: "one" });
    expect(await shop.dataOf("old")).toBeDefined();
    await shop.ready(await shop.commit({ "first.yaml": deployment("first") }));
    expect(await shop.dataOf("second")).toEqual({ value: "two" });
    expect(await shop.dataOf("old")).toBeUndefined();
  });

  test("stop behind an object that is refused, which is named", async ({ tenant }) => {
    const shop = await tenant({ "bad.yaml": { ...configMap("Bad_Name") }, "beside.yaml": configMap("beside"), "later.yaml": inWave(1, configMap("later")) });
    const message = await shop.saying("Application", "Ready", "ApplyFailed");
    expect(message).toContain("bad.yaml:1: ConfigMap");
    await shop.telling("Application", "Synced", /later\.yaml:1: ConfigMap \S+\/later: waits for wave 0: ConfigMap \S+\/Bad_Name cannot be applied/);
    expect(await shop.dataOf("beside")).toBeDefined();
    expect(await shop.dataOf("later")).toBeUndefined();
  });

  test("and a definition, its objects and a workload come from one commit", async ({ tenant }) => {
    const group = `${uniqueName("g")}.example.com`;
    const widget: KubeObject = { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "w" }, spec: { serial: 1 } };
    const shop = await tenant({ "crd.yaml": inWave(-2, widgetCrd(group)), "w.yaml": inWave(-1, widget), "web.yaml": deployment("web") }, { role: "cluster-admin" });
    await shop.ready();
    expect(shop.app?.status?.objects).toBe(3);
  });
});
