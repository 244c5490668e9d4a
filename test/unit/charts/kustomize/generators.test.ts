import { describe, expect, test } from "vitest";
import { generateConfigMap, generateSecret } from "../../../../charts/kustomize/generators.ts";
import { nameHash } from "../../../../charts/kustomize/name-hash.ts";
import { render } from "../../../../charts/render.ts";
import type { JsonObject } from "../../../../src/object/json.ts";
import { asJson } from "../../../../src/object/kube-object.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

const reading = (files: Readonly<Record<string, string | Uint8Array>>) => (path: string): Uint8Array => {
  const content = files[path];
  if (content === undefined) throw new Error(`no ${path}`);
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
};

const read = reading({ "d/a.txt": "text" });

const dataOf = (content: string | Uint8Array): unknown => generateConfigMap({ name: "m", envs: ["x.env"] }, undefined, reading({ "x.env": content })).value["data"];

const line = (bytes: number): string => `A=${"x".repeat(bytes - 2)}`;

/* What kustomize 5.8.1 makes of each. */
describe("env files", () => {
  test.each<readonly [string, JsonObject]>([
    ["# c\nA=1\n  B= x \nC\n=ignored\nD=a=b\n", { A: "1", B: " x ", C: "", D: "a=b" }],
    ["A=1\r\nB=2\r\r\nC=3\rD=4\nE=5\r", { A: "1", B: "2\r", C: "3\rD=4", E: "5" }],
    ["A=\"x y\"\nB='q'\nexport C=1\nD = 1  # c\nE=1\\\n", { A: '"x y"', B: "'q'", "export C": "1", "D ": " 1  # c", E: "1\\" }],
    ["\uFEFF  # c\nA=1\n", { A: "1" }],
    ["A=1\n\uFEFFB=2\n", { A: "1", "\uFEFFB": "2" }],
    [" \uFEFFA=1\n", { "\uFEFFA": "1" }],
    ["\u0085A=1\n\u00A0\u2028\u3000B=2\n\u180EC=3\n", { A: "1", B: "2", "\u180EC": "3" }],
    ["__proto__=1\nconstructor=2\n", Object.fromEntries([["__proto__", "1"], ["constructor", "2"]])],
  ])("%j", (content, expected) => expect(dataOf(content)).toEqual(expected));

  test.each<readonly [string, string, readonly string[]]>([
    ["of 65535 bytes is read", `${line(65_535)}\nB=1\n`, ["A", "B"]],
    ["of 65535 bytes is read at the end", `Z=1\n${line(65_535)}`, ["A", "Z"]],
    ["of 65536 bytes ends the file", `Z=1\n${line(65_536)}\nB=1\n`, ["Z"]],
    ["of 65536 bytes ends the file, its carriage return counted", `Z=1\n${line(65_535)}\r\nB=1\n`, ["Z"]],
  ])("a line %s", (_, content, keys) => expect(Object.keys(dataOf(content) ?? {})).toEqual(keys));

  test("that are not UTF-8 are told with the line", () => {
    expect(() => dataOf(new Uint8Array([65, 61, 49, 10, 66, 61, 255, 10]))).toThrow("line 2 of x.env is not UTF-8 text");
    expect(dataOf(new Uint8Array([...Buffer.from(`${line(70_000)}\nB=`), 255]))).toBeUndefined();
  });
});

describe("literals and files", () => {
  test("lose quotes around the value, are named by path or key", () => {
    const { value } = generateConfigMap({ name: "m", literals: ['q="x y"', "e=", "s='", "m='a\"", "t==", "v=''"], files: ["d/a.txt", "k=d/a.txt"] }, undefined, read);
    expect(value["data"]).toEqual({ "a.txt": "text", e: "", k: "text", m: "'a\"", q: "x y", s: "'", t: "=", v: "" });
  });

  test.each([["novalue"], ["=x"]])("the literal %s is refused without being repeated", (literal) =>
    expect(() => generateSecret({ name: "s", literals: [literal] }, undefined, read)).toThrow(/^a literal has the form key=value$/));

  test.each(["a=b=c", "=x", "x="])("the file %s is refused", (source) => expect(() => generateSecret({ name: "s", files: [source] }, undefined, read)).toThrow("has the form path or key=path"));

  test("a key given twice is refused", () => expect(() => generateSecret({ name: "s", literals: ["a.txt=1"], files: ["d/a.txt"] }, undefined, read)).toThrow('key "a.txt" is given twice'));

  test.each([
    [51, "yMjI".repeat(17)],
    [52, `${"yMjI".repeat(17)}yA\n==\n`],
    [105, `${"yMjI".repeat(17)}yM\njI${"yMjI".repeat(17)}\n`],
  ])("%i bytes that are no text become lines of base64", (length, expected) =>
    expect(generateConfigMap({ name: "m", files: ["k=b"] }, undefined, reading({ b: new Uint8Array(length).fill(200) })).value).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m", annotations: {} }, binaryData: { k: expected } }));
});

describe("options", () => {
  test("that are shared give way to an entry's own texts, and win with true", () => {
    const made = generateConfigMap({ name: "m", options: { labels: { a: "own" }, disableNameSuffixHash: false } }, { labels: { a: "shared", b: "shared" }, disableNameSuffixHash: true, immutable: true }, read);
    expect(made).toEqual({ value: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m", labels: { a: "own", b: "shared" }, annotations: {} }, immutable: true }, needsHash: false, behavior: undefined });
  });

  test("a generator without a name is refused", () => expect(() => generateConfigMap({ literals: [] }, undefined, read)).toThrow("generator has no name"));
});

const map = (data: unknown): JsonObject => ({ kind: "ConfigMap", data: data as JsonObject }); // also what is none

const secret = (members: JsonObject): JsonObject => ({ kind: "Secret", type: "Opaque", ...members });

/* Hashes as kustomize 5.8.1 makes them. */
describe("name hashes", () => {
  test.each<readonly [string, JsonObject]>([
    ["798k5k7g9f", map({ foo: "bar" })],
    ["798k5k7g9f", { ...map({ foo: "bar" }), metadata: { name: "any" }, immutable: true, stringData: { a: "b" } }],
    ["6ct58987ht", { kind: "ConfigMap" }],
    ["42745tchd9", map({})],
    ["g886t7dd28", map(null)],
    ["6bd5c47gt8", map("x")],
    ["k96ckh9tdm", map(5)],
    ["dk855m5d49", map([1])],
    ["bdbhd7bdk4", map({ k: "v", z: "<&>" })],
    ["ht8h4ddmk7", map({ k: "v", n: 12345678901234567890n, z: "<&>" })],
    ["724b78h6m8", map({ k: "v", "\u{1F600}": "x", "\uE000": "y", z: "<&>" })],
    ["894gm4dc27", { ...map({ k: "v", z: "<&>" }), "metadata/name": "x" }],
    ["c5dt8mfg65", { ...map({ k: "v", z: "<&>" }), binaryData: { a: "b" } }],
    ["dt6b79ddt2", { ...map({ k: "v", z: "<&>" }), binaryData: {} }],
    ["bdbhd7bdk4", { ...map({ k: "v", z: "<&>" }), binaryData: null }],
    ["fbd6chfk8b", secret({ data: { k: "dg==", z: "PCY+" } })],
    ["f88t8tk65h", secret({ data: { k: "dg==", z: "PCY+" }, stringData: { a: "b" } })],
    ["72d64cgg76", secret({ type: "x", data: { k: "dg==", z: "PCY+" } })],
    ["6k2fd56gd9", secret({ type: 5, data: { k: "dg==", z: "PCY+" } })],
    ["2b65cm8hg8", secret({ type: null, data: { k: "dg==", z: "PCY+" } })],
    ["8chcm6hcfm", { kind: "Secret", data: { k: "dg==", z: "PCY+" } }],
  ])("%s", (hash, object) => expect(nameHash(object)).toBe(hash));

  test("are for ConfigMaps and Secrets alone", () => expect(() => nameHash({ kind: "Pod" })).toThrow("only ConfigMaps and Secrets get a hash"));
});

const metadata = (name: string, from = "base"): JsonObject => ({ name, namespace: "ns", labels: { from }, annotations: { note: "base" } });

/* As kustomize 5.8.1 renders it. */
test("merging and replacing go through layers, with all that the options say", () => {
  const files = {
    "base/kustomization.yaml": `
generatorOptions: {labels: {from: base}, annotations: {note: base}}
configMapGenerator:
- {name: merged, literals: [a=1, b=1], options: {immutable: true}}
- {name: replaced, literals: [a=1]}
- {name: plain, literals: [a=1], options: {disableNameSuffixHash: true}}
secretGenerator:
- {name: merged, literals: [a=1], type: example.com/base}
`,
    "mid/kustomization.yaml": "resources: [../base]\nnamePrefix: p-\nnamespace: ns\n",
    "kustomization.yaml": `
resources: [mid]
configMapGenerator:
- {name: merged, behavior: merge, literals: [b=2, c=2], options: {labels: {from: top}}}
- {name: p-replaced, namespace: ns, behavior: replace, literals: [z=2]}
- {name: plain, behavior: merge, literals: [b=2]}
secretGenerator:
- {name: merged, behavior: merge, literals: [b=2]}
`,
  };
  const objects = render(memoryTree(files), { path: "" }).objects.map(({ object }) => asJson(object));
  expect(objects).toEqual([
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("p-merged-gmcbm69h57", "top"), data: { a: "1", b: "2", c: "2" } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("p-plain"), data: { a: "1", b: "2" } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("p-replaced-4f2cbbmfmh"), data: { z: "2" } },
    { apiVersion: "v1", kind: "Secret", metadata: metadata("p-merged-8fb7cfch84"), data: { a: "MQ==", b: "Mg==" }, type: "Opaque" },
  ]);
});
