import { describe, expect, test } from "vitest";
import { formatPath } from "../../../drift/field-path.ts";
import { compileIgnore, withoutIgnored } from "../../../drift/ignore.ts";
import { withLive } from "../../../drift/ignored-fields.ts";
import type { FieldPattern } from "../../../drift/ignore.ts";
import { idOf } from "../../../src/object/object-id.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";

const patterns = (object: KubeObject, ...paths: string[]): readonly FieldPattern[] => compileIgnore([{ paths }]).rules.forObject(idOf(object));
const pod = (spec: object, metadata: object = {}): KubeObject => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "cart", ...metadata }, spec: { template: { spec } } });
const users = (...items: object[]): KubeObject => ({ apiVersion: "example.com/v1", kind: "Any", metadata: { name: "x" }, spec: { users: items } });
const route = (...weights: number[]): KubeObject => ({
  apiVersion: "networking.istio.io/v1", kind: "VirtualService", metadata: { name: "cart" },
  spec: { hosts: ["cart"], http: [{ timeout: "5s", route: weights.map((weight) => ({ weight })) }] },
});

describe("a desired object without what is ignored", () => {
  test("keeps all else, shared with the original", () => {
    const object = { ...pod({ containers: [{ name: "web", image: "a:1" }] }), data: { kept: true } };
    const { object: rest, removed } = withoutIgnored(object, patterns(object, "/spec/template/spec/containers[name=web]/image"));
    expect(rest).toEqual({ ...object, spec: { template: { spec: { containers: [{ name: "web" }] } } } });
    expect(rest["data"]).toBe(object.data);
    expect(rest.metadata).toBe(object.metadata);
    expect(removed.map(formatPath)).toEqual(["/spec/template/spec/containers[name=web]/image"]);
  });

  test("is the very same object where nothing of it is ignored", () => {
    const object = pod({ containers: [{ name: "web" }] });
    expect(withoutIgnored(object, patterns(object, "/spec/replicas", "/spec/template/spec/containers/*/image")).object).toBe(object);
  });

  test("loses parents that become empty by that, but none that were empty before", () => {
    const object = pod({ containers: [], volumes: {} }, { annotations: { "example.com/x": "1" } });
    const { object: rest } = withoutIgnored(object, patterns(object, "/metadata/annotations/example.com~1x"));
    expect(rest).toEqual(pod({ containers: [], volumes: {} }));
  });

  test("keeps the keys of list items", () => {
    const object = pod({ containers: [{ name: "web", image: "a:1" }] });
    expect(withoutIgnored(object, patterns(object, "/spec/template/spec/containers/*/*")).object).toEqual(pod({ containers: [{ name: "web" }] }));
  });

  test("loses a whole list item, and members of a set", () => {
    const object = pod({ containers: [{ name: "web" }, { name: "side", image: "s:1" }] }, { finalizers: ["example.com/a", "example.com/b"] });
    const { object: rest } = withoutIgnored(object, patterns(object, "/spec/template/spec/containers/1", "/metadata/finalizers[=example.com~1a]"));
    expect(rest).toEqual(pod({ containers: [{ name: "web" }] }, { finalizers: ["example.com/b"] }));
  });

  test("keeps positions in its lists in mind as items", () => {
    const object = pod({ containers: [{ name: "web", image: "a:1" }, { name: "side", image: "s:1" }] });
    const { patterns: placed } = withoutIgnored(object, patterns(object, "/spec/template/spec/containers/1/image"));
    const turned = pod({ containers: [{ name: "side", image: "s:1" }, { name: "web", image: "a:1" }] });
    expect(withoutIgnored(turned, placed).removed.map(formatPath)).toEqual(["/spec/template/spec/containers[name=side]/image"]);
  });

  test("keeps values that can only be sent as a whole, and tells them", () => {
    const object = route(90, 10);
    const { object: rest, whole } = withoutIgnored(object, patterns(object, "/spec/http/*/route/*/weight"));
    expect(rest).toBe(object);
    expect(whole.map(formatPath)).toEqual(["/spec/http"]);
    const selector = pod({ nodeSelector: { zone: "a", disk: "ssd" } });
    expect(withoutIgnored(selector, patterns(selector, "/spec/template/spec/nodeSelector/zone")).whole).toHaveLength(1);
  });
});

describe("on top of a live object", () => {
  test("ignored parts of a list that is stored as a whole have their live values", () => {
    const desired = route(90, 10);
    const live = { ...route(50, 50), spec: { http: [{ timeout: "9s", route: [{ weight: 50 }, { weight: 50 }] }] } };
    const filled = withLive(desired, live, patterns(desired, "/spec/http/0/route/*/weight"));
    expect(filled).toEqual(route(50, 50));
  });

  test("items are found by the keys that a rule names", () => {
    const desired = users({ name: "a", role: "1" }, { name: "b", role: "1" });
    const live = users({ name: "z" }, { name: "b", role: "2" }, { name: "a", role: "2" });
    expect(withLive(desired, live, patterns(desired, "/spec/users[name=b]/role"))).toEqual(users({ name: "a", role: "1" }, { name: "b", role: "2" }));
  });

  test("items of lists of another length are taken from the source", () => {
    const desired = route(80, 10, 10);
    expect(withLive(desired, route(50, 50), patterns(desired, "/spec/http/0/route/*/weight"))).toBe(desired);
  });

  test("members that live lacks or has besides follow live", () => {
    const desired = pod({ nodeSelector: { zone: "a", disk: "ssd" } });
    const ignored = patterns(desired, "/spec/template/spec/nodeSelector/zone", "/spec/template/spec/nodeSelector/gpu");
    expect(withLive(desired, pod({ nodeSelector: { disk: "hdd", gpu: "yes" } }), ignored)).toEqual(pod({ nodeSelector: { disk: "ssd", gpu: "yes" } }));
  });

  test("nothing is filled in where fields can be left out", () => {
    const desired = pod({ containers: [{ name: "web" }] });
    expect(withLive(desired, pod({ containers: [{ name: "web", image: "b:2" }] }), patterns(desired, "/spec/template/spec/containers/*/image"))).toBe(desired);
  });
});
