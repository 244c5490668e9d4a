import { describe, expect, test } from "vitest";
import { ReconcileError } from "../../../../src/errors.ts";
import type { Json } from "../../../../src/object/json.ts";
import { locateField, parseManifests, parseYaml } from "../../../../src/object/yaml.ts";

const values = (text: string, dialect?: "kubectl" | "kustomize"): Json[] => parseYaml(text, "f.yaml", dialect).map(({ value }) => value);

function problemOf(action: () => unknown): ReconcileError {
  try {
    action();
  } catch (error) {
    if (error instanceof ReconcileError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("documents", () => {
  test("know their first line of content and their place among the others", () => {
    const text = "# licence\n\n---\n# about a\nkind: A\n---\n---\n# nothing\n---\nkind: B\n...\n---\n\nkind: C\n";
    expect(parseYaml(text, "f.yaml")).toEqual([
      { value: { kind: "A" }, line: 5, index: 0 },
      { value: { kind: "B" }, line: 10, index: 1 },
      { value: { kind: "C" }, line: 14, index: 2 },
    ]);
  });

  test.each([
    ["content beside the marker", "--- {a: 1}\n--- # comment\nb: 2", [{ a: 1 }, { b: 2 }]],
    ["a marker within a text is text", "a: |\n  ---\n  x\nb: ---x\n", [{ a: "---\nx\n", b: "---x" }]],
    ["Windows line ends", "a: 1\r\n---\r\nb: 2\r\n", [{ a: 1 }, { b: 2 }]],
    ["a byte order mark", "\uFEFFa: 1", [{ a: 1 }]],
    ["a directive belongs to the document after it", "%YAML 1.1\n# x\n---\na: yes\n", [{ a: true }]],
    ["an anchor ends with its document", "a: &x 1\nb: *x\n---\nc: 2\n", [{ a: 1, b: 1 }, { c: 2 }]],
    ["JSON", '{"a": [1, "\\/"], "big": 9007199254740993}', [{ a: [1, "/"], big: 9007199254740993n }]],
    ["a block text without a line break at its end", "a:\n  - b: |\n      x\n      y", [{ a: [{ b: "x\ny" }] }]],
    ["a quoted line break at the end stays", 'a: "x\\n"', [{ a: "x\n" }]],
  ])("are read: %s", (_name, text, expected) => expect(values(text)).toEqual(expected));

  test.each([
    ["a: [1\nb: 2", "f.yaml:2:2"],
    ["a: 1\n---\nok: 1\n---\nb: {c: d\n", "f.yaml:6:1"],
    ["a: 1\n---\nb:\n\t- c", "f.yaml:4:1"],
    ["a: 1\n---\nb:\n  c: .inf", "f.yaml:4:6"],
    ["x: 1\n? [a, b]\n: c", "f.yaml:2:3"],
    ["replicas: {{ .Values.replicas }}", "f.yaml:1:"],
    ['a: 1\nb: "x\\/y"', "f.yaml:2:6"],
    ["%YAML 1.2\n---\na: 1", "f.yaml:1:"],
  ])("are refused with file, line and column: %j", (text, place) => {
    const problem = problemOf(() => parseYaml(text, "f.yaml"));
    expect(problem.code).toBe("BUILD_FAILED");
    expect(problem.message.slice(0, place.length)).toBe(place);
  });
});

describe("the two dialects", () => {
  test.each([
    ["a: yes", true, "yes"],
    ["a: off", false, "off"],
    ["a: 2001-12-14", "2001-12-14", "2001-12-14T00:00:00Z"],
    ["a: 2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.1-05:00"],
    ["a: 2001-12-14 21:59:43", "2001-12-14 21:59:43", "2001-12-14T21:59:43Z"],
    ["a: 2001-02-30", "2001-02-30", "2001-02-30"],
    ["a: 0644", 420, 420],
    ["a: true", true, true],
  ])("read %s as kubectl and as kustomize do", (text, kubectl, kustomize) => {
    expect(values(text)).toEqual([{ a: kubectl }]);
    expect(values(text, "kustomize")).toEqual([{ a: kustomize }]);
  });

  test("kubectl takes the last of equal keys, kustomize refuses them with their place", () => {
    expect(values("a: 1\na: 2")).toEqual([{ a: 2 }]);
    expect(problemOf(() => values("a: 1\na: 2", "kustomize")).message).toMatch(/^f\.yaml:2:\d+: key "a" is defined twice/);
  });

  test("only kustomize refuses a number as key", () => {
    expect(values("1: a")).toEqual([{ "1": "a" }]);
    expect(problemOf(() => values("x: y\n1: a", "kustomize")).message).toBe("f.yaml:2:1: a number cannot be a key; quote it if text is meant");
  });
});

/* As go-yaml v2 and v3 read them, where other readers often differ. */
describe("notation", () => {
  test.each<readonly [string, Json]>([
    ["a: b # c\n#d\ne:   'f'   # g\nh: #i\n  j\n", { a: "b", e: "f", h: "j" }],
    ["a: plain\n  of\n\n  lines\nb: x#y", { a: "plain of\nlines", b: "x#y" }],
    ["a: 'it''s\n  long\n\n  text'\nb: \"x\\n\\u00e9\\U0001F600\\\n   y \\\"\"", { a: "it's long\ntext", b: 'x\né\u{1F600}y "' }],
    ["a: >+\n  folded\n  text\n\n    more\n  x\n\nb: |2-\n   x\n  y\n\n", { a: "folded text\n\n  more\nx\n\n", b: " x\ny" }],
    ["- - a\n  - b\n-\n  - c\n- d: e\n  f: g\n-\n- ~", [["a", "b"], ["c"], { d: "e", f: "g" }, null, null]],
    ["a:\n- b\n- c:\n  - d\ne:\nf:\n- |\n  g", { a: ["b", { c: ["d"] }], e: null, f: ["g"] }],
    ["[a, b: c, {d: e, f}, \"g\":h, 'i', x:y, -1, ]", ["a", { b: "c" }, { d: "e", f: null }, { g: "h" }, "i", "x:y", -1]],
    ["{a:1, b: , ? c : d, 'e':[\n], \"f\": # g\n {}}", { "a:1": null, b: null, c: "d", e: [], f: {} }],
    ["? a\n: b\n? c\n? |\n  d\n: - e\n", { a: "b", c: null, "d\n": ["e"] }],
    ["&a b: &c [*a]\n&e f:\n  - &g\n    h: *c\n  - *g", { b: ["b"], f: [{ h: ["b"] }, { h: ["b"] }] }],
    ["a: !!str 1\nb: !!int '2'\nc: !foo 3\nd: !foo {e: 1}\ne: !!binary aGk=\nf: !<tag:yaml.org,2002:str> 1\ng: !!str", { a: "1", b: 2, c: "3", d: { e: 1 }, e: "hi", f: "1", g: "" }],
    ["%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 1", { a: "1" }],
    ["a:\tb\nc : d\n'e' : f", { a: "b", c: "d", e: "f" }],
    ["a:\n|\n  b", { a: "b" }],
    ["a: --- b\n...", { a: "--- b" }],
  ])("%j", (text, expected) => {
    expect(values(text)).toEqual([expected]);
    expect(values(text, "kustomize")).toEqual([expected]);
  });

  test("a comment may be indented by a tab behind another, as v3 has it", () => expect(values("# x\n\t# y\na: 1")).toEqual([{ a: 1 }]));

  test("a line separator is a character like any other, though Go takes it for a line break", () => expect(values("a: b\u2028c")).toEqual([{ a: "b\u2028c" }]));

  test.each<readonly [string, Json, Json]>([
    ["x: &x {a: 1, b: 2}\nz:\n  b: 3\n  <<: *x\n  c: 4", { b: 2, a: 1, c: 4 }, { b: 3, c: 4, a: 1 }],
    ["x: 1\nz:\n  <<: [{a: 1, b: 2}, {b: 3, c: 4}]\n  c: 5", { b: 2, c: 5, a: 1 }, { c: 5, a: 1, b: 2 }],
  ])("merged members: %j", (text, kubectl, kustomize) => {
    expect(values(text)).toMatchObject([{ z: kubectl }]);
    expect(values(text, "kustomize")).toMatchObject([{ z: kustomize }]);
  });

  test.each([
    ["{0x10: a, 1.50: b, 1e3: c, yes: d, .inf: e, -1: f}", { "16": "a", "1.5": "b", "1000": "c", true: "d", ".inf": "e", "-1": "f" }],
    ["'1': a\n\"yes\": b", { "1": "a", yes: "b" }],
  ])("keys are texts to kubectl: %s", (text, expected) => expect(values(text)).toEqual([expected]));

  test.each([
    ["a: b: c", "1:5: a map cannot begin here"],
    ["a: - b", "1:4: a list or map cannot begin here"],
    ["a: 1\n b: 2", "2:3: a map cannot begin here"],
    ["a: 'b' c", "1:8: a key or the end of the map is expected"],
    ["- a: 1\n b: 2", '2:2: "- " or the end of the list is expected'],
    ["a:\n  b: 1\n c: 2", "3:2: a key or the end of the map is expected"],
    ["a: 1\nb\nc: 2", '2:1: ":" is missing behind this key'],
    ["a: 'b", "1:4: a text that begins with ' has no ' at its end"],
    ["a: 'b\n--- c'", "1:4: a text that begins with ' has no ' at its end"],
    ["a: [b, c", '1:9: "," or "]" is missing to go on with the "[" of line 1'],
    ["a: {b: c}}", "1:10: a key or the end of the map is expected"],
    ["a: [,]", "1:5: a value is missing here"],
    ["a: *b", '1:4: there is no anchor "b" before this alias'],
    ["a: &b [*b]", '1:8: anchor "b" holds itself'],
    ["a: &b *c", "1:7: an alias cannot have an anchor"],
    ["a: &b &c d", "1:7: value has two anchors"],
    ["[a]: b", "1:1: a list or map cannot be a key"],
    ["a: {{ .Values.a }}", '1:5: "{{" begins a template'],
    [": b", '1:1: ":" cannot stand here'],
    ["~: b", "1:1: null cannot be a key"],
    ["a: %b", '1:4: a text cannot begin with "%"'],
    ["a: |x\n  b", "1:4: behind | only + or -"],
    ["a: |\n\tb", "2:1: a tab cannot indent"],
    ["a: b\n\tc", "2:1: a tab cannot indent"],
    ["a: !!int b", "1:10: value is not what its tag !!int says"],
    ["a: !e!b c", "1:4: tag is malformed, or its handle is unknown"],
    ["a: {<<: 1}", "1:5: << needs a map"],
    ["a: \u0001", "1:4: control characters are not allowed"],
    ["a: 1\n---\n---\n b: 1\nc: 2", "5:1: only one value may stand in a document"],
    ["%FOO\n---\na: 1", "1:1: directive is malformed or unknown"],
    ["%YAML 1.1\na: 1", '2:1: "---" is missing'],
    [`? ${"k".repeat(1100)}: 1`, "1:1103: a key and its"],
  ])("is refused: %j", (text, message) => {
    expect(problemOf(() => values(text)).message).toContain(`f.yaml:${message}`);
    expect(problemOf(() => values(text, "kustomize")).message).toContain(`f.yaml:${message}`);
  });
});

describe("hostile input", () => {
  test("an alias bomb is refused", () => {
    const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(",")}]`);
    const bomb = ["l0: &l0 [x]", ...levels].join("\n");
    expect(problemOf(() => values(bomb)).message).toMatch(/aliases expand to too many values/);
  });

  test.each([
    ["YAML", "[".repeat(200) + "]".repeat(200)],
    ["JSON", `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`],
  ])("nesting too deep is refused: %s", (_name, text) => expect(problemOf(() => values(text)).message).toMatch(/^f\.yaml:1/));

  test.each([
    ["an alias bomb of merges", `x: &x {${Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join(", ")}}\n${"- {<<: *x}\n".repeat(2000)}`.replace("\n-", "\nz:\n-")],
    ["depth by aliases", Array.from({ length: 60 }, (_, level) => `l${level}: &l${level} [[${level === 0 ? "" : `*l${level - 1}`}]]`).join("\n")],
    ["depth by indentation", Array.from({ length: 200 }, (_, level) => `${" ".repeat(level)}a:\n`).join("")],
    ["depth by marks", "- ".repeat(5000)],
  ])("what grows without end is refused: %s", (_name, text) => expect(problemOf(() => values(text)).message).toMatch(/too many values|nested more than 100 deep/));

  test.each([
    ["a number of a million digits", `a: ${"9".repeat(1e6)}`],
    ["a million empty lines", `a: b\n${"\n".repeat(1e6)}  c`],
    ["a million keys", `a: {${Array.from({ length: 3e5 }, (_, index) => `k${index}: 1`).join(",")}}`],
    ["a million comments", "#\n".repeat(1e6)],
    ["a million documents", "---\n".repeat(1e6)],
    ["a million spaces", `a:${" ".repeat(1e6)}b`],
    ["a million quotes", `a: '${"''".repeat(1e6)}'`],
  ])("takes no longer than its size: %s", (_name, text) => expect(values(text).length).toBeLessThan(2));

  test("a file too large is refused", () => expect(problemOf(() => values("x".repeat(17 * 1024 * 1024))).message).toMatch(/larger than 16 MiB/));

  test("__proto__ is a key like any other", () => {
    const [value] = values("__proto__: {polluted: true}\nconstructor: 1");
    expect(Object.keys(value as object)).toEqual(["__proto__", "constructor"]);
    expect((value as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("manifests", () => {
  test("items of lists are taken one by one, with their own lines", () => {
    const text = "kind: A\n---\nkind: List\nitems:\n  - kind: B\n  -\n    kind: ConfigMapList\n    items:\n      - kind: C\n---\nkind: EmptyList\nitems: null\n---\nkind: PickList\n";
    const manifests = parseManifests(text, "f.yaml").map(({ value, line, path }) => [value["kind"], line, path]);
    expect(manifests).toEqual([
      ["A", 1, []],
      ["B", 5, ["items", 0]],
      ["C", 9, ["items", 1, "items", 0]],
      ["PickList", 14, []],
    ]);
  });

  test.each([
    ["just text", "f.yaml:1: is a string"],
    ["a: 1\n---\n- b", "f.yaml:3: is a list"],
    ["kind: List\nitems: {a: 1}", "f.yaml:1: items of a list must be a list"],
    ["kind: List\nitems:\n  - x", "f.yaml:3: item 0 of the list is a string"],
  ])("what is no object is refused: %j", (text, message) => expect(problemOf(() => parseManifests(text, "f.yaml")).message).toContain(message));
});

describe("positions", () => {
  const text = "a: 1\n---\n# c\nspec:\n  list:\n    - name: x\n      value: 1.10\n";

  test.each([
    [0, ["a"], { line: 1, column: 1 }],
    [1, ["spec", "list", 0, "value"], { line: 7, column: 7 }],
    [1, ["spec", "list", 0], { line: 6, column: 7 }],
    [1, ["spec", "nothing"], undefined],
    [2, ["a"], undefined],
  ])("document %i, path %j", (index, path, expected) => expect(locateField(text, index, path)).toEqual(expected));

});
