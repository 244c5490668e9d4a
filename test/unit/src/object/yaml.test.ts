import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReconcileError } from "../../../../src/errors.ts";
import type { Json } from "../../../../src/object/json.ts";
import { locateField, parseManifests, parseYaml, writtenTexts } from "../../../../src/object/yaml.ts";
import { stringifyYaml } from "../../../../src/object/yaml-write.ts";

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

  test("texts are found as they are written", () => expect(writtenTexts(text, 1, ["spec", "list", 0])).toEqual({ name: "x", value: "1.10" }));
});

describe("writing", () => {
  test("is kubectl's form: sorted keys, flat lists, quotes where Go would read something else", () => {
    const object = { kind: "X", apiVersion: "v1", data: { b: "yes", a: "1.10", c: "0o17", d: "<<", e: "line\nline\n", f: "2001-01-01", g: 9007199254740993n, list: [{ x: 1 }], none: null } };
    expect(stringifyYaml(object)).toBe(
      'apiVersion: v1\ndata:\n  a: "1.10"\n  b: "yes"\n  c: "0o17"\n  d: "<<"\n  e: |\n    line\n    line\n  f: "2001-01-01"\n  g: 9007199254740993\n  list:\n  - x: 1\n  none: null\nkind: X\n',
    );
  });

  test("quotes a key that would merge", () => expect(values(stringifyYaml({ "<<": { a: 1 } }))).toEqual([{ "<<": { a: 1 } }]));

  const keys = fc.string({ unit: "grapheme-ascii", maxLength: 8 });
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(null, true, "", "yes", "~", "0644", "-", ".5", "1_0", "y", "2001-1-1", "a: b", "# x", "{{ x }}", "|", "\ttab", "x\n", "\n", "é\u{1F600}"),
      fc.string({ maxLength: 12 }),
      fc.integer(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(keys, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));

  test("what is written is read back, in either dialect", () => {
    fc.assert(
      fc.property(tree, (value) => {
        const text = stringifyYaml({ value });
        expect(values(text)).toEqual([{ value }]);
        expect(values(text, "kustomize")).toEqual([{ value }]);
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});
