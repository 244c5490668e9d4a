import { describe, expect, test } from "vitest";
import { DEFAULT_CONFIG, EMPTY_CONFIG, mergeConfigs, mergeSpecs, type TransformerConfig } from "../../../../charts/kustomize/transformer-config.ts";
import type { FieldSpec } from "../../../../charts/kustomize/field-path.ts";

const made = (kind: string, path: string): FieldSpec => ({ kind, path, create: true });
const found = (kind: string, path: string): FieldSpec => ({ kind, path });

describe("two lists of fields", () => {
  test.each<[string, FieldSpec[], FieldSpec[], FieldSpec[]]>([
    ["are joined", [found("A", "x")], [found("B", "x"), found("A", "y")], [found("A", "x"), found("B", "x"), found("A", "y")]],
    ["leave out what is there", [found("A", "x")], [found("A", "x")], [found("A", "x")]],
    ["leave out a path for any kind where some kind has it", [found("A", "x")], [{ path: "x" }], [found("A", "x")]],
    ["keep a path for a kind beside the one for any", [{ path: "x" }], [found("A", "x")], [{ path: "x" }, found("A", "x")]],
    ["tell versions and groups apart", [{ kind: "A", version: "v1", path: "x" }], [{ kind: "A", group: "g", path: "x" }], [{ kind: "A", version: "v1", path: "x" }, { kind: "A", group: "g", path: "x" }]],
    ["take a missing create for false", [found("A", "x")], [{ kind: "A", path: "x", create: false }], [found("A", "x")]],
  ])("%s", (_name, left, right, expected) => expect(mergeSpecs(left, right)).toEqual(expected));

  test("must agree whether a missing field is made", () => {
    expect(() => mergeSpecs([made("A", "x")], [found("A", "x")], "images")).toThrow('images: "x" of A is given with create: true and without; say the same everywhere');
    expect(() => mergeSpecs([made("A", "x")], [{ path: "x" }])).toThrow('"x" of any kind is given with create: true and without');
  });
});

describe("the configuration of a layer", () => {
  const own: TransformerConfig = {
    ...EMPTY_CONFIG,
    images: [made("Gateway", "spec/image")],
    nameReference: [
      { target: { kind: "ConfigMap", version: "v1" }, fields: [found("Gateway", "spec/settings")] },
      { target: { kind: "Listener", group: "example.com" }, fields: [found("Gateway", "spec/listener")] },
    ],
  };

  test("is kustomize's own where nothing is added, the very same value", () => {
    expect(mergeConfigs(mergeConfigs(EMPTY_CONFIG, DEFAULT_CONFIG), DEFAULT_CONFIG)).toBe(DEFAULT_CONFIG);
  });

  test("does not grow when bases bring the same", () => {
    const once = mergeConfigs(DEFAULT_CONFIG, own);
    expect(mergeConfigs(once, once)).toEqual(once);
    expect(mergeConfigs(once, DEFAULT_CONFIG)).toEqual(once);
  });

  test("adds to the references of a kind that has some, and sorts new kinds in", () => {
    const { nameReference, images } = mergeConfigs(DEFAULT_CONFIG, own);
    const maps = nameReference.find(({ target }) => target.kind === "ConfigMap");
    expect(maps?.fields.at(-1)).toEqual(found("Gateway", "spec/settings"));
    expect(nameReference.filter(({ target }) => target.kind === "ConfigMap")).toHaveLength(1);
    expect(nameReference.length).toBe(DEFAULT_CONFIG.nameReference.length + 1);
    expect(images).toHaveLength(DEFAULT_CONFIG.images.length + 1);
  });
});
