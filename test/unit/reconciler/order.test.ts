import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inStages, needOf } from "../../../reconciler/order.ts";
import { levelsOfObjects } from "../../../reconciler/order/levels.ts";
import { requiredKeys } from "../../../reconciler/order/milestones.ts";
import { waveContradictions } from "../../../reconciler/order/wave-contradictions.ts";
import { referencesOf } from "../../../reconciler/references.ts";
import { displayId, formatKey } from "../../../src/object/object-id.ts";
import type { ObjectKey } from "../../../src/object/object-id.ts";
import { desiredFrom } from "../../support/desired.ts";
import { bare, itemsFrom, namesOf } from "../../support/ordered.ts";
import type { OrderedItem } from "../../support/ordered.ts";

const stagesOf = (...documents: string[]): string[][] => namesOf(inStages(itemsFrom(...documents)));

/** True where the first of two objects is in an earlier stage than the second. */
const isBefore = (stages: readonly (readonly string[])[], first: string, second: string): boolean => {
  const at = (name: string): number => stages.findIndex((stage) => stage.includes(name));
  expect([at(first), at(second)]).not.toContain(-1);
  return at(first) < at(second);
};

const deployment = (name: string, pod = ""): string => bare("apps/v1", "Deployment", name, `spec: {template: {spec: {containers: [{name: a}]${pod}}}}\n`);
const crd = (plural: string, kind: string, group = "example.com"): string => bare("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${plural}.${group}`, `spec: {group: ${group}, names: {kind: ${kind}, plural: ${plural}}}\n`);
const clone = (name: string, of: string): string => bare("v1", "PersistentVolumeClaim", name, `spec: {dataSource: {kind: PersistentVolumeClaim, name: ${of}}}\n`);
const inWave = (document: string, wave: number): string => document.replace(/metadata: \{/, `metadata: {annotations: {driftless.dev/wave: "${wave}"}, `);

describe("stages", () => {
  test("of objects that do not need each other are one", () => {
    expect(stagesOf(bare("v1", "ConfigMap", "b"), bare("v1", "ConfigMap", "a"), bare("v1", "Secret", "c"))).toEqual([["ConfigMap shop/a", "ConfigMap shop/b", "Secret shop/c"]]);
  });

  test("begin with the Namespace and the definition that others need", () => {
    expect(stagesOf(bare("example.com/v1", "Widget", "w"), crd("widgets", "Widget"), bare("v1", "Namespace", "shop"))).toEqual([
      ["Namespace shop", "CustomResourceDefinition widgets.example.com"],
      ["Widget.example.com shop/w"],
    ]);
  });

  test("take a shop apart as one would by hand", () => {
    const documents = [
      deployment("web", ", serviceAccountName: web, volumes: [{configMap: {name: web}}]"),
      bare("v1", "ServiceAccount", "web"), bare("v1", "ConfigMap", "web"), bare("v1", "Service", "web"), bare("v1", "Namespace", "shop"),
      bare("rbac.authorization.k8s.io/v1", "Role", "web"),
      bare("rbac.authorization.k8s.io/v1", "RoleBinding", "web", "roleRef: {kind: Role, name: web}\nsubjects: [{kind: ServiceAccount, name: web}]\n"),
      bare("autoscaling/v2", "HorizontalPodAutoscaler", "web", "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n"),
      bare("networking.k8s.io/v1", "Ingress", "web"),
    ];
    expect(stagesOf(...documents)).toEqual([
      ["Namespace shop"],
      ["ConfigMap shop/web", "Service shop/web", "ServiceAccount shop/web", "Role shop/web"],
      ["Ingress shop/web", "RoleBinding shop/web"],
      ["Deployment shop/web"],
      ["HorizontalPodAutoscaler shop/web"],
    ]);
  });

  test("follow waves before everything else", () => {
    expect(stagesOf(inWave(bare("v1", "ConfigMap", "late"), 2), inWave(deployment("early"), -1), bare("v1", "ConfigMap", "middle"))).toEqual([
      ["Deployment shop/early"], ["ConfigMap shop/middle"], ["ConfigMap shop/late"],
    ]);
  });

  test.each<[string, string, string[]]>([
    ["StorageClass fast", "PersistentVolumeClaim shop/data", [bare("v1", "PersistentVolumeClaim", "data"), bare("storage.k8s.io/v1", "StorageClass", "fast")]],
    ["Secret shop/db", "Job shop/migrate", [bare("batch/v1", "Job", "migrate", "spec: {template: {spec: {containers: [{name: a}]}}}\n"), bare("v1", "Secret", "db")]],
    ["ServiceAccount shop/ci", "Secret shop/ci-token", [bare("v1", "ServiceAccount", "ci"), "apiVersion: v1\nkind: Secret\nmetadata: {name: ci-token, annotations: {kubernetes.io/service-account.name: ci}}\n"]],
    ["Service shop/db", "StatefulSet shop/db", [bare("apps/v1", "StatefulSet", "db", "spec: {serviceName: db, template: {spec: {containers: []}}}\n"), bare("v1", "Service", "db")]],
    ["CloneSet.apps.kruise.io shop/web", "HorizontalPodAutoscaler shop/web", [bare("apps.kruise.io/v1", "CloneSet", "web"), bare("autoscaling/v2", "HorizontalPodAutoscaler", "web", "spec: {scaleTargetRef: {apiVersion: apps.kruise.io/v1, kind: CloneSet, name: web}}\n")]],
    ["ConfigMap shop/web", "CloneSet.apps.kruise.io shop/web", [bare("apps.kruise.io/v1", "CloneSet", "web", "spec: {template: {spec: {containers: [{name: a}]}}}\n"), bare("v1", "ConfigMap", "web")]],
    ["Deployment shop/web", "PodDisruptionBudget shop/web", [deployment("web"), bare("policy/v1", "PodDisruptionBudget", "web")]],
    ["ConfigMap shop/a", "ValidatingWebhookConfiguration hook", [bare("v1", "ConfigMap", "a"), bare("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "hook")]],
    ["GitSource.driftless.dev shop/shop", "Application.driftless.dev shop/child", [bare("driftless.dev/v1alpha1", "GitSource", "shop"), bare("driftless.dev/v1alpha1", "Application", "child", "spec: {sourceRef: {kind: GitSource, name: shop}}\n")]],
    ["Application.driftless.dev shop/base", "Application.driftless.dev shop/app", [bare("driftless.dev/v1alpha1", "Application", "app", "spec: {dependsOn: [{name: base}]}\n"), bare("driftless.dev/v1alpha1", "Application", "base")]],
  ])("put %s before %s", (first, second, documents) => {
    expect(isBefore(stagesOf(...documents), first, second)).toBe(true);
  });

  test("put what gives an account its rights before the workloads that run as it, in whatever namespace", () => {
    const binding = bare("rbac.authorization.k8s.io/v1", "RoleBinding", "web", "subjects: [{kind: ServiceAccount, name: web, namespace: shop}]\n").replace("name: web}\n", "name: web, namespace: other}\n");
    expect(isBefore(stagesOf(deployment("web", ", serviceAccountName: web"), binding), "RoleBinding other/web", "Deployment shop/web")).toBe(true);
  });

  test("put a webhook after the workloads of the Service that it calls, and an aggregated API before its objects", () => {
    const service = "service: {namespace: shop, name: api}";
    const stages = stagesOf(
      deployment("api"), bare("v1", "Service", "api"), bare("metrics.example.com/v1", "Metric", "m"), bare("v1", "ConfigMap", "other"),
      bare("apiregistration.k8s.io/v1", "APIService", "v1.metrics.example.com", `spec: {group: metrics.example.com, version: v1, ${service}}\n`),
    );
    const api = "APIService v1.metrics.example.com";
    expect([isBefore(stages, "Deployment shop/api", api), isBefore(stages, api, "Metric.metrics.example.com shop/m"), isBefore(stages, "ConfigMap shop/other", api)]).toEqual([true, true, true]);
  });

  test("are found where objects need each other in a circle", () => {
    expect(stagesOf(clone("a", "b"), clone("b", "a"), deployment("web"))).toEqual([["PersistentVolumeClaim shop/b"], ["PersistentVolumeClaim shop/a"], ["Deployment shop/web"]]);
  });
});

const KINDS: readonly (readonly [string, string])[] = [
  ["v1", "ConfigMap"], ["v1", "Secret"], ["v1", "ServiceAccount"], ["v1", "Service"], ["v1", "PersistentVolumeClaim"], ["apps/v1", "Deployment"], ["apps/v1", "StatefulSet"],
  ["rbac.authorization.k8s.io/v1", "Role"], ["rbac.authorization.k8s.io/v1", "RoleBinding"], ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"], ["example.com/v1", "Widget"],
];
const NAMES = ["a", "b"] as const;
const POD = "spec: {dataSource: {name: b}, serviceName: a, template: {spec: {serviceAccountName: a, containers: [{name: x, envFrom: [{configMapRef: {name: b}}]}]}}}\n";

/** A Namespace, a definition and any of a few kinds in two namespaces and two waves. */
const anyItems = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...KINDS), fc.constantFrom(...NAMES), fc.constantFrom("shop", "other"), fc.constantFrom(0, 0, 1)), {
    maxLength: 25,
    selector: ([[, kind], name, namespace]) => `${kind} ${name} ${kind.startsWith("Validating") ? "" : namespace}`,
  })
  .map((choices) => choices.map(([[apiVersion, kind], name, namespace, wave]) => inWave(bare(apiVersion, kind, name, POD), wave).replace(`name: ${name}}`, `name: ${name}, namespace: ${namespace}}`)))
  .map((documents) => itemsFrom(bare("v1", "Namespace", "shop"), crd("widgets", "Widget"), ...documents));

/** The stage of each object. */
const stageNumbers = (items: readonly OrderedItem[]): Map<ObjectKey, number> => new Map(inStages(items).flatMap((stage, index) => stage.map(({ object }) => [object.key, index] as const)));

/** True where whichever of these is in the same wave is in an earlier stage than the object. */
function isAfter(items: readonly OrderedItem[], { object }: OrderedItem, needed: readonly ObjectKey[]): boolean {
  const at = stageNumbers(items);
  const sameWave = items.filter((item) => needed.includes(item.object.key) && item.object !== object && item.object.policy.wave === object.policy.wave);
  return sameWave.every((item) => (at.get(item.object.key) ?? 0) < (at.get(object.key) ?? 0));
}

describe("of any objects", () => {
  test("equal items in any order give equal stages", () => {
    fc.assert(fc.property(anyItems, fc.infiniteStream(fc.nat()), (items, order) => {
      const shuffled = items.map((item) => ({ item, at: order.next().value as number })).sort((left, right) => left.at - right.at).map(({ item }) => item);
      expect(inStages(shuffled)).toEqual(inStages(items));
    }), { numRuns: 50 });
  });

  test("every object is in one stage, and no stage of a wave comes before one of an earlier wave", () => {
    fc.assert(fc.property(anyItems, (items) => {
      const stages = inStages(items);
      expect([stages.flat().length, stageNumbers(items).size]).toEqual([items.length, items.length]);
      const waves = stages.map((stage) => new Set(stage.map(({ object }) => object.policy.wave)));
      expect(waves.every(({ size }) => size === 1)).toBe(true);
      const numbers = waves.flatMap((wave) => [...wave]);
      expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    }), { numRuns: 50 });
  });

  test("every object comes after all that it cannot do without", () => {
    fc.assert(fc.property(anyItems, (items) => items.every((item) => isAfter(items, item, requiredKeys(item.id, item.object.kind.plural)))), { numRuns: 30 });
  });

  test("every object comes after all that it names, where nothing is dropped for a circle", () => {
    fc.assert(fc.property(anyItems, (items) => {
      fc.pre(levelsOfObjects(items.map(({ object }) => object)).dropped.length === 0);
      return items.every((item) => isAfter(items, item, referencesOf(item.id, item.object.object).map(formatKey)));
    }), { numRuns: 30 });
  });
});

test("what fails holds up what is in the Namespace, and what is of the kind", () => {
  const items = itemsFrom(bare("v1", "ConfigMap", "a"), bare("example.com/v1", "Widget", "w").replace("{name: w}", "{name: w, namespace: other}"), bare("v1", "Namespace", "x"));
  const missing = new Set(["/Namespace//shop", "apiextensions.k8s.io/CustomResourceDefinition//widgets.example.com"] as ObjectKey[]);
  const needs = items.map(({ object }: OrderedItem) => needOf(object, missing)).map((id) => id && displayId(id));
  expect(needs).toEqual(["Namespace shop", undefined, "CustomResourceDefinition widgets.example.com"]);
});

describe("waves", () => {
  test("contradict a Namespace that comes after what lives in it", () => {
    const effective = desiredFrom([inWave(bare("v1", "Namespace", "shop"), 1), bare("v1", "ConfigMap", "a"), inWave(bare("v1", "ConfigMap", "b"), -1), inWave(bare("v1", "Secret", "late"), 1)].join("---\n"));
    expect(waveContradictions(effective).map(({ message }) => message)).toEqual([
      "app.yaml:9: ConfigMap shop/b (and 1 more) is in wave -1, but Namespace shop (app.yaml:1), without which it cannot be, in wave 1; move that to wave -1 or earlier, or the other to wave 1 or later",
    ]);
  });

  test("contradict a definition that comes after an object of its kind, whether that is served already or not", () => {
    const served = desiredFrom([inWave(crd("widgets", "Widget"), 1), bare("example.com/v1", "Widget", "w")].join("---\n"));
    const unserved = desiredFrom([inWave(crd("gadgets", "Gadget", "unknown.example"), 1), bare("unknown.example/v1", "Gadget", "g")].join("---\n"));
    expect([served, unserved].map((effective) => waveContradictions(effective).map(({ id, needs }) => [displayId(id), displayId(needs)]))).toEqual([
      [["Widget.example.com shop/w", "CustomResourceDefinition widgets.example.com"]],
      [["Gadget.unknown.example shop/g", "CustomResourceDefinition gadgets.unknown.example"]],
    ]);
  });

  test("contradict nothing where what is needed comes first or at the same time", () => {
    const effective = desiredFrom([inWave(bare("v1", "Namespace", "shop"), -1), crd("widgets", "Widget"), bare("example.com/v1", "Widget", "w")].join("---\n"));
    expect(waveContradictions(effective)).toEqual([]);
  });
});
