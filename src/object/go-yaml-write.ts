import { compareGoKeys } from "./go-key-order.ts";
import { formatGoNumber } from "./go-number.ts";
import { isSimpleKey, styleOfKey, styleOfValue } from "./go-yaml-style.ts";
import { doubleQuoted, literalText, plainText, singleQuoted, type TextPlace } from "./go-yaml-text.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

/**
 * YAML byte by byte as Go's sigs.k8s.io/yaml writes it, which is what kubectl, `kustomize build` and Helm's `toYaml` print:
 * keys in go-yaml's order, lists not indented, long lines folded, quotes where Go would read something else. Ends with a line break.
 */
export function writeGoYaml(value: Json): string {
  const writer = new Writer();
  writer.node(value, { indent: 0, column: 0 });
  return writer.finish();
}

const INDENT = 2;

/** What a value stands behind. */
interface Lead {
  /** `key:`, or the mark of an item `-`; absent at the root. */
  readonly kind?: "key" | "mark";
  /** Where the map or list begins that holds the value. */
  readonly indent: number;
  /** Where the value itself would begin. */
  readonly column: number;
}

class Writer {
  /** Joined once at the end: adding to one text bit by bit takes three times as long. */
  readonly #parts: string[] = [];
  #isLineStart = true;

  finish(): string {
    if (!this.#isLineStart) this.#parts.push("\n");
    return this.#parts.join("");
  }

  node(value: Json, lead: Lead): void {
    if (typeof value === "string") this.#text(value, lead);
    else if (Array.isArray(value)) this.#list(value as readonly Json[], lead);
    else if (isJsonObject(value)) this.#map(value, lead);
    else this.#inline(wordOf(value as null | boolean | number | bigint), lead); // all that is left, see above
  }

  #map(map: JsonObject, lead: Lead): void {
    const keys = sortedKeys(map);
    if (keys.length === 0) return this.#inline("{}", lead);
    const indent = lead.kind === undefined ? 0 : lead.indent + INDENT;
    let isBehindMark = lead.kind === "mark";
    for (const key of keys) {
      this.#startEntry(indent, isBehindMark);
      this.#entry(key, map[key] ?? null, indent);
      isBehindMark = false;
    }
  }

  #entry(key: string, value: Json, indent: number): void {
    if (isSimpleKey(key)) {
      const text = keyText(key);
      this.#parts.push(text, ":");
      this.node(value, { kind: "key", indent, column: indent + text.length + 2 });
      return;
    }
    this.#parts.push("?");
    this.#text(key, markAt(indent));
    this.#startEntry(indent, false);
    this.#parts.push(":");
    this.node(value, markAt(indent));
  }

  #list(items: readonly Json[], lead: Lead): void {
    if (items.length === 0) return this.#inline("[]", lead);
    const indent = lead.kind === "mark" ? lead.indent + INDENT : lead.indent;
    let isBehindMark = lead.kind === "mark";
    for (const item of items) {
      this.#startEntry(indent, isBehindMark);
      this.#parts.push("-");
      this.node(item, markAt(indent));
      isBehindMark = false;
    }
  }

  /** The first entry behind a mark stays on its line. */
  #startEntry(indent: number, isBehindMark: boolean): void {
    if (isBehindMark) this.#parts.push(" ");
    else if (this.#isLineStart) this.#parts.push(" ".repeat(indent));
    else this.#parts.push(lineBreak(indent));
    this.#isLineStart = false;
  }

  #text(text: string, lead: Lead): void {
    const written = valueText(text, { column: lead.column, indent: lead.indent + INDENT });
    this.#inline(written, lead);
    this.#isLineStart = endsLine(written);
  }

  #inline(text: string, { kind }: Lead): void {
    if (kind !== undefined) this.#parts.push(" ");
    this.#parts.push(text);
    this.#isLineStart = false;
  }
}

const wordOf = (value: null | boolean | number | bigint): string => (typeof value === "number" || typeof value === "bigint" ? formatGoNumber(value) : String(value));

function sortedKeys(map: JsonObject): string[] {
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  for (let at = 1; at < keys.length; at += 1) if (compareGoKeys(keys[at - 1] ?? "", keys[at] ?? "") > 0) return keys.sort(compareGoKeys);
  return keys;
}

const lineBreaks: string[] = [];

const lineBreak = (indent: number): string => (lineBreaks[indent] ??= `\n${" ".repeat(indent)}`);

const endsLine = (text: string): boolean => LINE_ENDS.has(text.charCodeAt(text.length - 1));

const LINE_ENDS = new Set([0x0a, 0x2028, 0x2029]);

const markAt = (indent: number): Lead => ({ kind: "mark", indent, column: indent + INDENT });

function valueText(text: string, place: TextPlace): string {
  const style = styleOfValue(text);
  if (style === "plain") return plainText(text, place);
  if (style === "single") return singleQuoted(text, place);
  return style === "double" ? doubleQuoted(text, place) : literalText(text, place);
}

function keyText(key: string): string {
  const style = styleOfKey(key);
  if (style === "plain") return key;
  return style === "single" ? singleQuoted(key) : doubleQuoted(key);
}
