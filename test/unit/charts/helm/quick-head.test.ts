import * as fc from "fast-check";
import { expect, test } from "vitest";
import { headOf, type ManifestHead } from "../../../../charts/helm/manifest-head.ts";
import { quickHead } from "../../../../charts/helm/quick-head.ts";
import { parseYaml } from "../../../../src/object/yaml.ts";

/** What the whole reading gives; undefined where it throws. */
function wholeHead(text: string): ManifestHead | undefined {
  try {
    return headOf(parseYaml(text, "")[0]?.value);
  } catch {
    return undefined;
  }
}

const MANIFEST = `# Source: shop/templates/job.yaml
apiVersion: batch/v1
kind: "Job"   # a comment
metadata:
  name: 'rel-migrate'
  labels:
    app.kubernetes.io/name: shop
  annotations:
    "helm.sh/hook": pre-install,pre-upgrade
    helm.sh/hook-weight: "-5"
    note: >-
      two
      lines

    checksum/config: 0123
spec:
  backoffLimit: 3
  list:
  - a
  - b: [x, "y", 3]
    c:
      - .status.phase
      - --port=8080
      -
        d: {}
  - - nested
    - 'it''s
      long'
  description: one line: of many
  template:
    text: |
      kind: ConfigMap
       # no comment

      end
  more: a text
    that goes on
    - and on
`.replace("one line: of many", "one line\n    of many");

test("the head of a plain manifest is read without its values", () => {
  expect(quickHead(MANIFEST)).toEqual(wholeHead(MANIFEST));
  expect(quickHead(MANIFEST)?.annotations.get("helm.sh/hook-weight")).toBe("-5");
  expect(quickHead(MANIFEST)?.annotations.get("note")).toBe("two lines");
});

test.each([
  ["KIND: A\nMetadata:\n  NAME: b\n"],
  ["kind: A\nkind: B\nmetadata:\n  name: a\nmetadata:\n  name: b\n"],
  ["kind: yes\nmetadata:\n  name: 0x10\n  annotations:\n    a: on\n    b: 1.50\n    c:\n"],
  ["kind: A\nmetadata:\n"],
  ["kind: A\nmetadata: {}\nspec:\n- a\n-\n- b: c\n"],
  ["  # first\n  kind: A\n  metadata:\n    name: b"],
  ["kind: A\nmetadata:\n  annotations:\n    a: |\n      last"],
  ["kind: A\nmetadata:\n  annotations:\n    a: |+\n      x\n\n\nspec: 1\n"],
  ["\"kind\": A\n'metadata':\n  \"name\": b\n"],
  ["kind: A\nspec:\n  name: not this\nmetadata:\n  labels:\n    name: nor this\n  name: this\n"],
])("of %j it is what the whole reading gives", (text) => {
  expect(quickHead(text)).toBeDefined();
  expect(quickHead(text)).toEqual(wholeHead(text));
});

test.each([
  ["kind: A\n a: b\n"], ["kind: A\nb\n"], ["kind: A\nmetadata: a: b\n"], ["a:\n  b: c\n d: e\n"], ["a: |\n    b\n  c\nd: e\n"], ["a:\n- b\n  c: d\n"], ["- a\n"], ["text\n"], [""], ["# nothing\n"], ["a: *b\n"], ["a: &b c\n"],
  ["a: !!int b\n"], ["a: .inf\n"], ["a: -.inf\n"], ["null: a\n"], ["<<: {}\n"], ["a:\tb\n"], ["\ta: b\n"], ["a: |\n \n   b\n"], ["a: \"\\q\"\n"], ["a: 'b\n"], ["a: 'b\n---\n'\n"], ["a: b\n---\nc: d\n"], ["a: b\n...\n"], ["a: b\r\n"],
  ["a: |\n  b\u0001\n"], ["a: b # \u0001\n"], ["? a\n: b\n"], ["kind: [a]\n"], ["metadata: []\n"], ["metadata:\n  annotations: a\n"], ["a: b # c\n  d\n"], ["a: b\n  # c\n  d\n"], ["{}"],
])("%j is left to the whole reading", (text) => {
  expect(quickHead(text)).toBeUndefined();
});

test("a manifest deeper than the reader takes is left to it, and so are very many values", () => {
  expect(quickHead(Array.from({ length: 120 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join(""))).toBeUndefined();
  expect(quickHead("a:\n".repeat(1_000_000))).toBeUndefined();
});

const PIECES = ["#", " #", ": ", ":", "- ", "-", "\n", "\n\n", " ", "  ", "\t", '"', "'", "|", "|\n", ">-\n", "{}", "[", "]", "&a", "*a", "!!str ", "null: x\n", "---\n", "...", "%", ",", "~", "<<", ".inf", "? ", "\\", "''", "\n- ", "\n  # c\n", "Kind:", "\n   ", "\u00a0", "\u0085", "é", "\r", "  metadata:\n"];

test("what is changed anywhere is read in the same way, or left to the whole reading", () => {
  const change = fc.record({ at: fc.nat(MANIFEST.length), cut: fc.nat(12), piece: fc.constantFrom(...PIECES, "") });
  let quick = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const text = changes.reduce((before, { at, cut, piece }) => before.slice(0, at) + piece + before.slice(at + cut), MANIFEST);
      const head = quickHead(text);
      if (head === undefined) return;
      quick += 1;
      expect(head).toEqual(wholeHead(text));
    }),
    { numRuns: 3000, seed: 6 },
  );
  expect(quick).toBeGreaterThan(300);
});
