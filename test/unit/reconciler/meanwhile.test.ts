/** What was applied is kept as it was, object by object, whatever holds one of them, or the newest content, up. */
import { describe, expect, test } from "vitest";
import type { HealthChecks } from "../../../reconciler/health/checks.ts";
import { LookWorld, revisionOf } from "../../support/look-world.ts";
import { shopWith } from "../../support/plan-cases.ts";

const config = (name: string, data: string, apiVersion = "v1"): string => `{apiVersion: ${apiVersion}, kind: ConfigMap, metadata: {name: ${name}}, data: {${data}}}`;
const source = (...documents: readonly string[]): string => documents.join("\n---\n");

/** A world in which this was applied, whose spec was changed then. */
async function applied(content: string, spec: Parameters<typeof shopWith>[0] = {}): Promise<LookWorld> {
  const world = new LookWorld();
  world.source = content;
  await world.look();
  world.app = shopWith(spec, { status: { lastAttemptedRevision: revisionOf(content), lastAppliedRevision: revisionOf(content), observedGeneration: 1 } });
  world.writes.length = 0;
  return world;
}

const IGNORE_Z = { drift: { ignore: [{ paths: ["/data/z"] }] } };

const late = (x: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {driftless.dev/wave: "1"}}, data: {x: "${x}", z: "1"}}`;

describe("an ignore rule that has come since", () => {
  const [older, newer] = [config("a", 'x: "1", z: "1"'), config("a", 'x: "2", z: "1"')];

  test("is in force while the gate is closed, and stops no other correction", async () => {
    const world = await applied(older, { ...IGNORE_Z, sync: { approval: "Manual" } });
    world.source = newer;
    world.edit("a", { x: "hand", z: "theirs" });
    const { outcome } = await world.look();
    expect([world.data("a"), world.recorded.map(({ path }) => path)]).toEqual([{ x: "1", z: "theirs" }, ["/data/x"]]);
    expect(outcome).toMatchObject({ reported: [], gate: { apply: { kind: "Closed" } } });
    world.cluster.server.delete({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" }, { propagationPolicy: "Background" });
    await world.look();
    expect(world.data("a")).toEqual({ x: "1", z: "1" });
  });

  test("is in force for an object that is refused", async () => {
    const world = await applied(older, IGNORE_Z);
    world.source = newer;
    world.refuse = ({ verb, dryRun }) => (verb === "apply" && !dryRun ? 422 : undefined);
    await world.look();
    world.refuse = () => undefined;
    world.edit("a", { x: "hand", z: "theirs" });
    await world.look();
    expect(world.data("a")).toEqual({ x: "1", z: "theirs" });
  });

  test("is in force for an object that waits for an earlier wave", async () => {
    const world = await applied(late("1"), IGNORE_Z);
    world.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "foreign", namespace: "shop", annotations: { "meta.helm.sh/release-name": "h" } } });
    world.source = source(config("foreign", 'x: "1"'), late("2"));
    world.edit("a", { x: "hand", z: "theirs" });
    await world.look();
    expect(world.data("a")).toEqual({ x: "1", z: "theirs" });
  });
});

describe("an object that cannot be read", () => {
  const content = source(config("a", 'x: "1"'), config("b", 'x: "1"'));

  test.each([[403, "ConfigMap shop/a: "], [500, "ConfigMap shop/a: it cannot be read: "], [503, "ConfigMap shop/a: it cannot be read: "]])("is told, neither created nor deleted, and stops no other: %i", async (status, told) => {
    const world = await applied(content);
    world.refuse = ({ verb, name }) => (verb === "get" && name === "a" ? status : undefined);
    world.edit("a", { x: "hand" });
    world.edit("b", { x: "hand" });
    world.source = source(content, config("c", 'x: "1"'));
    const { outcome } = await world.look();
    expect([world.data("a"), world.data("b"), world.data("c")]).toEqual([{ x: "hand" }, { x: "1" }, { x: "1" }]);
    expect(outcome).toMatchObject({ failures: [], blocked: [{ kind: "Failed", key: "/ConfigMap/shop/a", reason: expect.stringContaining(told) }] });
  });

  test("is read by itself where the list of many is refused", async () => {
    const names = Array.from({ length: 12 }, (_item, index) => `c${index}`);
    const world = await applied(source(...names.map((name) => config(name, 'x: "1"'))));
    world.refuse = ({ verb, name, kind }) => (kind === "ConfigMap" && (verb === "list" || (verb === "get" && name === "c7")) ? 500 : undefined);
    for (const name of names) world.edit(name, { x: "hand" });
    const { outcome } = await world.look();
    expect(names.filter((name) => JSON.stringify(world.data(name)) !== '{"x":"1"}')).toEqual(["c7"]);
    expect(outcome).toMatchObject({ blocked: [{ key: "/ConfigMap/shop/c7" }] });
  });

  test("while the newest content cannot be had is tried again, and stops no other", async () => {
    const world = await applied(content);
    world.source = new Error("broken");
    world.refuse = ({ verb, name }) => (verb === "get" && name === "a" ? 500 : undefined);
    for (const name of ["a", "b"]) world.edit(name, { x: "hand" });
    const { outcome } = await world.look();
    expect([world.data("a"), world.data("b")]).toEqual([{ x: "hand" }, { x: "1" }]);
    expect(outcome).toMatchObject({ kind: "Failed", meanwhile: { failures: [{ key: "/ConfigMap/shop/a", outcome: "Unavailable" }] } });
  });

  test("because its kind has gone stops no other either", async () => {
    const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "gizmos.example.com" }, spec: { group: "example.com", scope: "Namespaced", names: { plural: "gizmos", singular: "gizmo", kind: "Gizmo", listKind: "GizmoList" }, versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }] } };
    const world = new LookWorld();
    world.create(definition);
    world.cluster.settle();
    world.source = source("{apiVersion: example.com/v1, kind: Gizmo, metadata: {name: g}}", content);
    await world.look();
    world.cluster.server.delete({ apiVersion: definition.apiVersion, kind: definition.kind, name: definition.metadata.name }, { propagationPolicy: "Background" });
    world.cluster.settle();
    world.source = new Error("broken");
    world.edit("b", { x: "hand" });
    const { outcome } = await world.look();
    expect([world.data("b"), outcome]).toMatchObject([{ x: "1" }, { meanwhile: { failures: [{ key: "example.com/Gizmo/shop/g" }] } }]);
  });
});

const role = (version: string): string => `{apiVersion: rbac.authorization.k8s.io/${version}, kind: ClusterRole, metadata: {name: r}, rules: []}`;

describe("an object of a version that is not served", () => {
  const [older, newer] = [source(config("a", 'x: "1"'), role("v1")), source(config("a", 'x: "2"', "v2"), role("v1beta1"))];

  test.each([["while the gate is open", "Automatic"], ["while approval is asked for", "Manual"]] as const)("is kept as it was applied, and nothing of it is stale or sick, %s", async (_name, approval) => {
    const world = await applied(older, { sync: { approval } });
    world.source = newer;
    world.edit("a", { x: "hand" });
    const { outcome, plan } = await world.look();
    expect([world.data("a"), plan]).toMatchObject([{ x: "1" }, { prune: [], pruneLater: [], kept: [] }]);
    expect(outcome).toMatchObject({ blocked: [{ kind: "Failed" }, { kind: "Failed", key: "rbac.authorization.k8s.io/ClusterRole//r" }], health: { status: "Current", total: 2 }, gate: { apply: { kind: "Open" } } });
  });
});

const deployment = (image: string, replicas = ""): string => `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {${replicas} selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: "${image}"}]}}}}`;

test("the number of Pods stays when Git drops it, also of a Deployment that somebody has touched where drift is ignored", async () => {
  const world = await applied(deployment("web:1", "replicas: 3,"), { drift: { mode: "Ignore" } });
  const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };
  world.cluster.server.patch(ref, { spec: { template: { spec: { containers: [{ name: "web", image: "web:hot" }] } } } }, "merge", { manager: "kubectl-set" });
  world.source = deployment("web:2");
  await world.look();
  expect(world.cluster.get(ref)?.["spec"]).toMatchObject({ replicas: 3, template: { spec: { containers: [{ image: "web:2" }] } } });
});

test("what a comparison tells of a member's health is what the Application's own checks say", async () => {
  const world = await applied(config("a", 'x: "1"'));
  world.restart();
  const checks: HealthChecks = { kinds: new Map(), healthOf: () => ({ status: "Failed", message: "by its check" }) };
  expect((await world.look({ checks })).plan?.proven).toMatchObject([{ member: { health: { status: "Failed" } } }]);
});
