import { assert, constantFrom, dictionary, json, property, record, shuffledSubarray, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { inStoredOrder, lineOf, markOf, readLine, recall } from "../../../reconciler/last-good.ts";
import { ReconcileError } from "../../../src/errors.ts";
import { desiredFrom, kindOf, shop } from "../../support/desired.ts";

const context = { identity: shop, defaultNamespace: "shop", kindOf };
const stored = (yaml: string): string[] => inStoredOrder(desiredFrom(yaml).objects).map(lineOf);
const recalled = (lines: readonly string[]) => recall(lines.map(readLine), context);

const configMap = (metadata: object): object => ({ apiVersion: "v1", kind: "ConfigMap", metadata });

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}, annotations: {driftless.dev/wave: "2", note: hello}}
spec: {replicas: 3, template: {spec: {containers: [{name: web, image: "web:1"}]}}}
---
apiVersion: example.com/v1
kind: Counter
metadata: {name: big}
spec: {serial: 9223372036854775807}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shared, annotations: {driftless.dev/ssa: Merge}}
data: {a: "1"}
`;

const SECRET = `
apiVersion: v1
kind: Secret
metadata:
  name: db
  labels: {app: web}
  annotations:
    driftless.dev/wave: "1"
    kubectl.kubernetes.io/last-applied-configuration: '{"data":{"password":"Y2FuYXJ5LWE="}}'
    kapp.k14s.io/original: '{"stringData":{"password":"canary-b"}}'
type: Opaque
data: {password: Y2FuYXJ5LWE=}
stringData: {token: canary-b}
`;

describe("what was stored and read back", () => {
  test("is what was desired, digest and policy included", () => {
    const { objects } = desiredFrom(SHOP);
    const back = recalled(stored(SHOP));
    expect([...back.values()].map(({ object }) => object)).toEqual(objects.map((object) => ({ ...object, content: "LastGood" })));
    expect([...back.values()].filter(({ valuesWithheld }) => valuesWithheld)).toEqual([]);
  });

  test("is found by the keys of the objects themselves", () => {
    const back = recalled(stored(SHOP));
    expect([...back].map(([key, { object }]) => key === object.key)).toEqual([true, true, true, true]);
  });

  test("leaves out kinds that the server no longer serves", () => {
    const none = recall(stored(SHOP).map(readLine), { ...context, kindOf: (apiVersion, kind) => (kind === "Counter" ? undefined : kindOf(apiVersion, kind)) });
    expect([...none.values()].map(({ object }) => object.id.kind)).toEqual(["ConfigMap", "Namespace", "Deployment"]);
  });
});

describe("a Secret", () => {
  test("is stored without a value in any form", () => {
    expect(stored(SECRET).join("\n")).not.toMatch(/canary|Y2FuYXJ5|password|token/i);
  });

  test("is known to be desired, with its values withheld and its policy intact", () => {
    const [secret] = [...recalled(stored(SECRET)).values()];
    expect(secret).toMatchObject({ valuesWithheld: true, object: { key: "/Secret/shop/db", policy: { wave: 1 }, object: { type: "Opaque", metadata: { labels: { app: "web" } } } } });
    expect(secret?.object.object).not.toHaveProperty("data");
  });

  test("gives the same text whatever its values are, so that no digest tells of them", () => {
    const other = SECRET.replaceAll("Y2FuYXJ5LWE=", "b3RoZXI=").replaceAll("canary-b", "other");
    expect(stored(other)).toEqual(stored(SECRET));
    expect(markOf(desiredFrom(other).objects)).not.toBe(markOf(desiredFrom(SECRET).objects));
  });

  test("of another group is an ordinary object", () => {
    const [object] = [...recalled(stored("{apiVersion: example.com/v1, kind: Secret, metadata: {name: x}, data: {a: b}}")).values()];
    expect(object).toMatchObject({ valuesWithheld: false, object: { object: { data: { a: "b" } } } });
  });
});

describe("equal sets", () => {
  test("give equal bytes and marks in whatever order they come", () => {
    const { objects } = desiredFrom(SHOP);
    const lines = inStoredOrder(objects).map(lineOf);
    assert(
      property(shuffledSubarray([...objects], { minLength: objects.length }), (shuffled) => {
        expect(inStoredOrder(shuffled).map(lineOf)).toEqual(lines);
        expect(markOf(inStoredOrder(shuffled))).toBe(markOf(inStoredOrder(objects)));
      }),
      { seed: 4, numRuns: 20 },
    );
  });

  test("have another mark when one object differs", () => {
    expect(markOf(inStoredOrder(desiredFrom(SHOP.replace("web:1", "web:2")).objects))).not.toBe(markOf(inStoredOrder(desiredFrom(SHOP).objects)));
  });
});

describe("planted text", () => {
  const origin = { file: "a.yaml", line: 1, overlays: [] };
  const planted = (object: unknown, where: unknown = origin): string => JSON.stringify({ object, origin: where });

  test.each([
    ["no JSON", "{"],
    ["no object", planted("text")],
    ["a list for an object", planted([1])],
    ["no origin", JSON.stringify({ object: configMap({ name: "a" }) })],
    ["a line that is no number", planted(configMap({ name: "a" }), { ...origin, line: "1" })],
    ["a line that is no whole number", planted(configMap({ name: "a" }), { ...origin, line: 1.5 })],
    ["overlays that are no list of names", planted(configMap({ name: "a" }), { ...origin, overlays: [1] })],
    ["a file name of 5,000 characters", planted(configMap({ name: "a" }), { ...origin, file: "a".repeat(5000) })],
  ])("with %s is refused when it is read", (_what, line) => {
    expect(() => readLine(line)).toThrow();
  });

  test.each([
    ["an object without a name", [planted(configMap({}))]],
    ["a name that leads elsewhere", [planted(configMap({ name: "../secrets/x" }))]],
    ["an object twice", [planted(configMap({ name: "a" })), planted(configMap({ name: "a", namespace: "shop" }))]],
    ["the label of another Application", [planted(configMap({ name: "a", labels: { "applyset.kubernetes.io/part-of": "applyset-other-v1" } }))]],
  ])("with %s is refused as a whole", (_what, lines) => {
    expect(() => recalled(lines)).toThrow();
  });

  test("cannot bring fields that only the server writes, nor an origin of its own", () => {
    const [object] = [...recalled([planted(configMap({ name: "a", uid: "1", resourceVersion: "2", managedFields: [{}], annotations: { "driftless.dev/origin": "other/x/y#/ConfigMap/shop/a" } }))]).values()];
    expect(object?.object.object.metadata).toEqual({ name: "a", namespace: "shop", labels: { "applyset.kubernetes.io/part-of": shop.setId }, annotations: { "driftless.dev/origin": "inst-1/shop/shop#/ConfigMap/shop/a" } });
  });

  test("of any shape ends in objects of their own name, or in an error", () => {
    const metadata = record({ name: string(), rest: dictionary(constantFrom("namespace", "labels", "annotations", "uid", "finalizers"), json()) });
    let read = 0;
    assert(
      property(metadata, json(), ({ name, rest }, spec) => {
        const members = Object.entries(rest).map(([key, value]) => `,"${key}":${value}`);
        const line = `{"object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":${JSON.stringify(name)}${members.join("")}},"spec":${spec}},"origin":${JSON.stringify(origin)}}`;
        try {
          for (const [key, { object }] of recalled([line])) {
            read += 1;
            expect([object.id.name, key]).toEqual([name, object.key]);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ReconcileError);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
    expect(read).toBeGreaterThan(50);
  });
});
