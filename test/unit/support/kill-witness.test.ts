import { expect, onTestFinished, test } from "vitest";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ClusterClient, ResourceKind } from "../../../src/ports.ts";
import { KillWitness } from "../../support/kill-witness.ts";
import type { Content } from "../../support/kill-world.ts";
import { changesBetween, nextContent, randomFrom } from "../../support/kill-world.ts";
import { configMap } from "../../support/manifests.ts";
import { ScriptedWatch } from "../../support/scripted-watch.ts";

const KIND: ResourceKind = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: ["list", "watch"], subresources: [] };

const live = (name: string, value = "one"): KubeObject => {
  const object = configMap(name, { value });
  return { ...object, metadata: { ...object.metadata, namespace: "kills", uid: `uid-${name}`, resourceVersion: "101" } };
};

const content = (...names: string[]): Content => new Map(names.map((name) => [`${name}.yaml`, configMap(name)]));

async function witnessOf(...objects: KubeObject[]): Promise<{ witness: KillWitness; deleted: (object: KubeObject) => Promise<void> }> {
  const script = new ScriptedWatch();
  script.objects = objects;
  const witness = new KillWitness();
  onTestFinished(() => witness.stop());
  await witness.watch(script as unknown as ClusterClient, KIND, "kills"); // only list and watch are called
  const deleted = async (object: KubeObject): Promise<void> => {
    const before = witness.events;
    script.current.send("DELETED", object);
    await witness.until(() => witness.events > before, 5_000);
  };
  return { witness, deleted };
}

test("a deletion is wrong when every commit since the last answer desired the object", async () => {
  const { witness, deleted } = await witnessOf(live("a"));
  witness.desires(content("a"));
  witness.desires(content("a", "b"));
  await deleted(live("a"));
  expect(witness.wrongDeletions).toEqual(["ConfigMap/a uid-a"]);
});

test("a deletion that one commit since the last answer asked for is right", async () => {
  const { witness, deleted } = await witnessOf(live("a"));
  witness.desires(content("a"));
  witness.desires(content("b"));
  witness.desires(content("a"));
  await deleted(live("a"));
  expect(witness.wrongDeletions).toEqual([]);
});

test("a commit from before the last answer excuses nothing", async () => {
  const { witness, deleted } = await witnessOf(live("a"));
  witness.desires(content("b"));
  witness.desires(content("a"));
  witness.converged();
  await deleted(live("a"));
  expect(witness.wrongDeletions).toEqual(["ConfigMap/a uid-a"]);
});

test("what nobody ever desired must not be deleted", async () => {
  const { witness, deleted } = await witnessOf(live("bystander-0"));
  witness.desires(content("a"));
  await deleted(live("bystander-0"));
  expect(witness.wrongDeletions).toEqual(["ConfigMap/bystander-0 uid-bystander-0"]);
});

test("surplus, lacking and different objects are told", async () => {
  const { witness } = await witnessOf(live("a", "two"), live("c"));
  expect(witness.differences(content("a", "b"), new Set(["ConfigMap/bystander-0"])).sort()).toEqual([
    "ConfigMap/a is not as desired", "ConfigMap/b is not as desired", "ConfigMap/bystander-0 is gone", "ConfigMap/c is live",
  ]);
});

test("equal seeds give equal histories, in which objects come, go and change", () => {
  const histories = [7, 7].map((seed) => {
    const random = randomFrom(seed);
    const first = nextContent(new Map(), "g.example.com", random);
    return [first, nextContent(first, "g.example.com", random)] as const;
  });
  const [[first, second] = [new Map(), new Map()]] = histories;
  expect(histories[0]).toEqual(histories[1]);
  expect(changesBetween(first, second)).toBeGreaterThan(5);
  for (const constant of ["crd.yaml", "cm-0.yaml", "web-0.yaml", "widget-0.yaml"]) expect([...first.keys()], constant).toContain(constant);
});
