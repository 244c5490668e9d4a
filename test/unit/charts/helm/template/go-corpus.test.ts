import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { GoMap, GoObject, int, Integer } from "../../../../../charts/helm/go/value.ts";
import { numberValue } from "../../../../../charts/helm/template/number-value.ts";
import { parse } from "../../../../../charts/helm/template/parse.ts";
import { corpusPath } from "../../../../support/corpus.ts";
import { goValue, T_VALUE, TEST_FUNCTIONS } from "./corpus-data.ts";
import { failure, run } from "./run.ts";

interface ExecCase {
  readonly name: string;
  readonly template: string;
  readonly ok: boolean;
  readonly expected?: string;
  readonly data?: unknown;
  readonly dataRef?: string;
  readonly dataGo?: string;
}

interface Tables {
  readonly exec: readonly ExecCase[];
  readonly compare: { readonly cases: readonly { readonly expr: string; readonly truth: string; readonly ok: boolean }[] };
  readonly parse: readonly { readonly name: string; readonly input: string; readonly ok: boolean; readonly result: string }[];
  readonly numbers: readonly { readonly text: string; readonly isInt: boolean; readonly isUint: boolean; readonly isFloat: boolean; readonly isComplex: boolean; readonly int64: number; readonly uint64: number; readonly float64: number }[];
}

/** Cases about what no template under Helm can meet. */
const BEYOND = new Map([
  ["dot complex", "data of type complex128"],
  ["dot uint", "the corpus does not keep that the number is unsigned"],
  ["printf complex", "printf of a complex128"],
  ["printf lots", "printf of a complex128"],
  ["map MI64S", "maps with integer keys: YAML gives text keys only"],
  ["map MI32S", "maps with integer keys"],
  ["map MUI64S", "maps with integer keys"],
  ["map MI8S", "maps with integer keys"],
  ["bug11", "a nil pointer to a string"],
  ["len(s) < indexes < cap(s)", "a capacity beyond the length: what lies there is not known"],
]);

/** Comparisons likewise. */
const BEYOND_COMPARISONS = new Map([["eq .Map .V1", "a nil map: Helm's are empty, or no value at all"]]);
/** Go's test sets another limit for parentheses than its templates have. */
const BEYOND_PARSING = /^paren nesting .*exceeds limit$/;

const path = corpusPath("gotemplate.json");
const tables = (path === undefined ? { exec: [], compare: { cases: [] }, parse: [], numbers: [] } : JSON.parse(readFileSync(path, "utf8"))) as Tables; // the corpus' own format

describe.skipIf(path === undefined)("Go's own tables", () => {
  const cases = tables.exec.filter(({ name, dataGo }) => dataGo === undefined && !BEYOND.has(name));

  test.each(cases)("execution of $name: $template", ({ template, ok, expected, data, dataRef }) => {
    const value = dataRef === "tVal" ? T_VALUE : goValue(data);
    const options = { functions: TEST_FUNCTIONS, missingKey: "no value" as const };
    if (ok) expect(run(template, value, options)).toBe(expected);
    else expect(failure(template, value, options)).toMatch(/^template: t:1:\d+: executing "t" at <|^template: t:1: /);
  });

  test("nearly all cases of execution are compared", () => {
    expect({ all: tables.exec.length, compared: cases.length }).toEqual({ all: 264, compared: 243 });
  });

  test.each(tables.compare.cases.filter(({ expr }) => !BEYOND_COMPARISONS.has(expr)))("comparison $expr", ({ expr, truth, ok }) => {
    const template = `{{if ${expr}}}true{{else}}false{{end}}`;
    if (ok) expect(run(template, comparisonData())).toBe(truth);
    else expect(failure(template, comparisonData())).toContain("error calling ");
  });

  test.each(tables.parse.filter(({ name }) => !BEYOND_PARSING.test(name)))("parsing of $name", ({ input, ok, result }) => {
    if (!ok) return expect(() => parseOne(input)).toThrow(/^template: t:\d+: /);
    return expect(parseOne(input)).toBe(result);
  });

  test.each(tables.numbers)("number $text", ({ text, isInt, isUint, isFloat, isComplex, int64, uint64, float64 }) => {
    if (!isInt && !isUint && !isFloat && !isComplex) return expect(() => parseOne(`{{${text}}}`)).toThrow(/^template: t:1: /);
    const kind = text.startsWith("'") ? "character" : /[^eEpP][+-]/.test(text) ? "complex" : "number";
    const value = numberValue(text, kind);
    return expect([value.integer, value.unsigned, value.float === undefined ? undefined : value.float + 0, value.complex !== undefined]).toEqual([
      isInt ? BigInt(int64) : undefined,
      isUint ? BigInt(uint64) : undefined,
      isFloat ? float64 : undefined,
      isComplex,
    ]);
  });
});

function parseOne(input: string): string {
  return String(parse("t", input, (name) => name === "printf" || name === "contains").get("t")?.root);
}

class Pointer extends GoObject {
  readonly type = "*int";
  readonly kind = "ptr";
  private readonly isSet: boolean;

  constructor(isSet: boolean) {
    super();
    this.isSet = isSet;
  }

  override get isTrue(): boolean {
    return this.isSet;
  }

  member(): undefined {
    return undefined;
  }

  toText(): string {
    return "0x1234";
  }
}

function comparisonData(): GoMap {
  return new GoMap(
    new Map(
      Object.entries({
        Uthree: new Integer("uint", 3n),
        Ufour: new Integer("uint", 4n),
        NegOne: int(-1),
        Three: int(3),
        Ptr: new Pointer(true),
        NilPtr: new Pointer(false),
        Map: null,
        NonNilMap: new GoMap(),
        V1: int(1),
        V2: int(1),
        Iface1: new Pointer(true),
        NilIface: null,
      }),
    ),
  );
}
