import type { Chance } from "./chance.ts";

/** What a value is, as far as functions care. */
export type ValueKind = "string" | "number" | "bool" | "list" | "map" | "any";

/** Scalars as values.yaml may have them: those that YAML, Go and JavaScript see differently among them. */
const SCALARS: Readonly<Record<"string" | "number" | "bool" | "any", readonly string[]>> = {
  string: [
    '""', "abc", "Hello", '"quoted text"', "'it''s'", '"a\\tb\\nc"', '"<a&b>"', '"é ü 世界 😀"', "2024-01-02", "12:30:45", '"1"', '"true"', '"  spaces  "', '"a,b,,c"', '"/usr/local/bin/x.tar.gz"', '"1.2.3"',
    '">=1.2 <2"', '"%s %d"', '"line one\\nline two\\n"', '"{{ .Release.Name }}"', "aGVsbG8=", '"https://user:pw@host:80/p?q=1#f"', "v1.20.3-rc.1+b", '"-"', "a-b_c.d", "CamelCaseName", "snake_case_name", '"[1,2]"',
    '"{\\"a\\":1}"', "90s", "1h30m", '"🎉x"', '"\\u0001"', '"0x10"', '"007"', '"null"', '"a: b"', '"- x"', '"#c"', '"a very long text that is longer than eighty characters, so that writers of YAML fold it somewhere"',
  ],
  number: ["0", "1", "-1", "7", "42", "1000000", "12345678", "9007199254740993", "18446744073709551615", "1.0", "1.5", "-0.25", "0.000001", "1e3", "1e21", "0644", "0x1F", "0b11", "1_000", "0o17", "-0", "3.14159"],
  bool: ["true", "false", "yes", "no", "on", "off", "True", "n"],
  any: ["null", "~", "", "abc", "1", "true", '""', "0", "2001-01-01T00:00:00Z"],
};

/** Keys of maps by the kind of their values; a few only, so that templates hit them. */
export const KEYS: Readonly<Record<ValueKind, readonly string[]>> = {
  string: ["name", "text", "version", "x-y"],
  number: ["count", "ratio"],
  bool: ["enabled"],
  list: ["items", "list"],
  map: ["nested", "a", "Zed"],
  any: ["b", "empty", "1"],
};

const KINDS = Object.keys(KEYS) as ValueKind[]; // they are its keys

/** A values.yaml. */
export function fuzzValues(chance: Chance): string {
  return KINDS.flatMap((kind) => KEYS[kind].map((key) => `"${key}": ${valueOf(chance, kind, 3)}\n`)).join("");
}

/** What a user says instead of some of it: null takes a value away. */
export function fuzzOverrides(chance: Chance): string {
  const chosen = KINDS.flatMap((kind) => KEYS[kind].map((key) => ({ key, kind }))).filter(() => chance.oneIn(4));
  return chosen.map(({ key, kind }) => `"${key}": ${chance.oneIn(4) ? "null" : valueOf(chance, kind, 2)}\n`).join("");
}

/** A map, in one line. */
export const fuzzMap = (chance: Chance): string => valueOf(chance, "map", 2);

/** In flow style, which needs no indentation. One in twenty is of another kind than its key says. */
function valueOf(chance: Chance, wanted: ValueKind, depth: number): string {
  const kind = chance.oneIn(20) ? chance.pick(KINDS) : wanted;
  if (kind === "list") return depth === 0 ? "[]" : `[${listItems(chance, depth).join(", ")}]`;
  if (kind === "map") return depth === 0 ? "{}" : `{${mapEntries(chance, depth).join(", ")}}`;
  return chance.pick(SCALARS[kind]);
}

function listItems(chance: Chance, depth: number): string[] {
  const kind = chance.pick<ValueKind>(["string", "string", "number", "map", "any"]);
  return chance.times(chance.below(4), () => valueOf(chance, kind, depth - 1) || "null");
}

function mapEntries(chance: Chance, depth: number): string[] {
  const chosen = KINDS.flatMap((kind) => KEYS[kind].map((key) => ({ key, kind }))).filter(() => chance.oneIn(3));
  return chosen.map(({ key, kind }) => `"${key}": ${valueOf(chance, kind, depth - 1)}`);
}
