import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "../../../drift/compare.ts";
import { isProvedEqual } from "../../../drift/difference.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { entryOf, fieldsOf, liveObject, ownEntryOf } from "../../support/owned-object.ts";

function deployment(spec: JsonObject, metadata: JsonObject = {}): KubeObject {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "cart", namespace: "shop", ...metadata }, spec };
}
const withContainers = (...containers: JsonObject[]): JsonObject => ({ template: { spec: { containers } } });
const POD = "/spec/template/spec";

describe("desired against live, with our entry intact", () => {
  const desired = deployment({ replicas: 3, ...withContainers({ name: "web", image: "a:1", ports: [{ containerPort: 80 }], env: [{ name: "A", value: "1" }] }) }, { labels: { app: "cart" } });

  test("defaults filled in by the server are no difference", () => {
    const container = { name: "web", image: "a:1", imagePullPolicy: "IfNotPresent", ports: [{ containerPort: 80, protocol: "TCP" }], env: [{ name: "A", value: "1" }] };
    const live = deployment({ replicas: 3, revisionHistoryLimit: 10, ...withContainers(container) }, { labels: { app: "cart" }, annotations: { "deployment.kubernetes.io/revision": "1" } });
    const comparison = compare(desired, liveObject({ ...live, status: { replicas: 3 } }, [ownEntryOf(desired)]));
    expect(isProvedEqual(comparison)).toBe(true);
  });

  test("what we still own and desire otherwise is ours to change, not drift", () => {
    const live = deployment({ replicas: 2, ...withContainers({ name: "web", image: "a:1", ports: [{ containerPort: 80, protocol: "TCP" }], env: [{ name: "A", value: "1" }] }) }, { labels: { app: "cart" } });
    expect(compare(desired, liveObject(live, [ownEntryOf(desired)])).differences).toMatchObject([{ class: "Modified", pointer: "/spec/replicas", owned: true }]);
  });

  test("a zero value that the server leaves out is no difference", () => {
    const zero = deployment({ minReadySeconds: 0, paused: false, ...withContainers({ name: "a", env: [{ name: "A", value: "" }] }) });
    expect(isProvedEqual(compare(zero, liveObject(deployment(withContainers({ name: "a", env: [{ name: "A" }] })), [ownEntryOf(zero)])))).toBe(true);
  });

  test.each([["", "IfNotPresent", ["/spec/field"]], [0, 30_080, ["/spec/field"]]])("%j where the server may have put its default is left to the server", (wanted, found, undecided) => {
    const desired = deployment({ field: wanted });
    expect(compare(desired, liveObject(deployment({ field: found }), [ownEntryOf(desired)]))).toMatchObject({ differences: [], undecided });
    const taken = liveObject(deployment({ field: found }), [ownEntryOf(deployment({ replicas: 1 })), entryOf("kubectl-edit", fieldsOf({ spec: { field: found } }))]);
    expect(compare(desired, taken).differences).toMatchObject([{ class: "Modified", pointer: "/spec/field", owned: false }]);
  });

  test("another order of keyed items is no difference", () => {
    const [first, second] = [{ name: "a", image: "a:1" }, { name: "b", image: "b:1" }];
    const both = deployment(withContainers(first, second));
    expect(isProvedEqual(compare(both, liveObject(deployment(withContainers(second, first)), [ownEntryOf(both)])))).toBe(true);
  });
});

describe("desired against live, after somebody wrote", () => {
  test("a field that moved to another manager is modified, or only not ours any more", () => {
    const desired = deployment({ replicas: 3, paused: false });
    const own = ownEntryOf(deployment({ minReadySeconds: 1 }));
    const comparison = compare(desired, liveObject(deployment({ replicas: 7, paused: false }), [own, entryOf("kubectl-edit", fieldsOf({ spec: { replicas: 7, paused: false } }))]));
    expect(comparison.differences).toMatchObject([{ class: "Modified", pointer: "/spec/replicas", desired: 3, live: 7, owned: false }]);
    expect(comparison.unowned).toEqual(["/spec/paused"]);
  });

  test("a whole item that is gone is one difference", () => {
    const desired = deployment(withContainers({ name: "a", image: "a:1" }, { name: "b", image: "b:1" }));
    const left = deployment(withContainers({ name: "a", image: "a:1" }));
    expect(compare(desired, liveObject(left, [ownEntryOf(left)])).differences).toMatchObject([{ class: "Missing", pointer: `${POD}/containers[name=b]`, desired: { name: "b", image: "b:1" } }]);
  });

  test("a list whose owners are gone is compared by the merge rules of its kind", () => {
    const desired = deployment(withContainers({ name: "a", image: "a:1" }));
    const live = deployment(withContainers({ name: "side", image: "s:1" }, { name: "a", image: "a:2" }));
    const comparison = compare(desired, liveObject(live, []));
    expect(comparison.differences).toMatchObject([{ class: "Modified", pointer: `${POD}/containers[name=a]/image` }]);
    expect(comparison.undecided).toContain("");
  });

  test("a list of an unknown kind without owners is compared as a whole", () => {
    const comparison = compare(objectOf({ users: [{ name: "a" }] }), liveObject(objectOf({ users: [{ name: "b" }] }), []));
    expect(comparison.differences).toMatchObject([{ class: "Modified", pointer: "/spec/users" }]);
  });

  test("a set is compared by its members", () => {
    const desired = deployment({}, { finalizers: ["example.com/a", "example.com/b"] });
    const own = entryOf("driftless", { "f:metadata": { "f:finalizers": { 'v:"example.com/a"': {} } } }, { operation: "Apply" });
    const live = liveObject(deployment({}, { finalizers: ["example.com/a", "example.com/c"] }), [own]);
    expect(compare(desired, live).differences).toMatchObject([{ class: "Missing", pointer: "/metadata/finalizers[=example.com~1b]" }]);
  });

  test("an entry of another version leaves the answer to the server", () => {
    const desired = deployment({ replicas: 1 });
    expect(compare(desired, liveObject(desired, [{ ...ownEntryOf(desired), apiVersion: "apps/v1beta1" }])).undecided).toEqual([""]);
  });

  test("content nested beyond all schemas is left to the server", () => {
    let deep: JsonObject = { a: 1 };
    for (let depth = 0; depth < 200; depth += 1) deep = { a: deep };
    const desired = deployment({ deep });
    expect(compare(desired, liveObject(desired, [entryOf("driftless", { "f:spec": {} }, { operation: "Apply" })])).undecided).not.toEqual([]);
  });
});

function objectOf(spec: unknown): KubeObject {
  return { apiVersion: "example.com/v1", kind: "Any", metadata: { name: "x" }, spec };
}

/** The value with members added to every map in it. */
function withDefaults(value: unknown, added: object): unknown {
  if (Array.isArray(value)) return value.every((item) => typeof item === "object") ? value.map((item) => withDefaults(item, added)) : value;
  if (typeof value !== "object" || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withDefaults(member, added)])), ...added };
}

/** Every path to a scalar or a list of scalars. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  if (Array.isArray(value) && value.some((item) => typeof item !== "object")) return [path];
  return Object.entries(value).flatMap(([name, member]) => (name === "name" ? [] : leaves(member, [...path, name])));
}

function replaceAt(value: unknown, [first, ...rest]: (string | number)[]): unknown {
  if (first === undefined) return "CHANGED";
  if (Array.isArray(value)) return value.map((item, index) => (index === Number(first) ? replaceAt(item, rest) : item));
  return Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, name === first ? replaceAt(member, rest) : member]));
}

describe("any content", () => {
  const scalar = fc.oneof(fc.integer().filter((number) => number !== 0), fc.boolean(), fc.stringMatching(/^[a-z0-9]{1,6}$/));
  const names = fc.stringMatching(/^[a-eg-z]{1,3}$/);
  const map = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> => fc.dictionary(names, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
  const env = fc.uniqueArray(fc.record({ name: names, value: scalar }), { selector: (item) => item.name, minLength: 1, maxLength: 3 });
  const content = map(fc.oneof(scalar, map(fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }))), fc.record({ env })));
  /** Defaults that a server might add: names that no desired content has. */
  const defaults = fc.dictionary(fc.constantFrom("fx", "fy"), scalar, { noNullPrototype: true });

  test("with defaults filled in everywhere is as desired", () => {
    fc.assert(
      fc.property(content, defaults, (spec, added) => {
        const desired = objectOf(spec);
        const comparison = compare(desired, liveObject(objectOf(withDefaults(spec, added)), [ownEntryOf(desired)]));
        expect(comparison).toEqual({ differences: [], released: [], unowned: [], undecided: [] });
      }),
    );
  });

  test("changed in any one leaf is found at that leaf alone", () => {
    fc.assert(
      fc.property(content, fc.nat(), (spec, pick) => {
        const all = leaves(spec);
        const path = all[pick % all.length] ?? [];
        const desired = objectOf(spec);
        const { differences } = compare(desired, liveObject(objectOf(replaceAt(spec, path)), [ownEntryOf(desired)]));
        expect(differences).toHaveLength(1);
        expect(differences[0]).toMatchObject({ class: "Modified", live: "CHANGED" });
      }),
    );
  });
});
