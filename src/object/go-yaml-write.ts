import { compareGoKeys } from "./go-key-order.ts";
import { formatGoNumber } from "./go-number.ts";
import { isSimpleKey, styleOfKey, styleOfValue } from "./go-yaml-style.ts";
import { doubleQuoted, literalText, plainText, singleQuoted, type TextPlace } from "./go-yaml-text.ts";
import type { Json } from "./json.ts";

/**
 * YAML byte by byte as Go's sigs.k8s.io/yaml writes it, which is what kubectl, `kustomize build` and Helm's `toYaml` print:
 * keys in go-yaml's order, lists not indented, long lines folded, quotes where Go would read something else. Ends with a line break.
 */
export function writeGoYaml(value: Json): string {
  return writeGoYamlOf(value as YamlNode, (node) => node); // a Json object and list hold nothing else
}

/** What differs between Go's two writers of YAML. */
export interface YamlLayout {
  /** Whether a list within a map is indented. */
  readonly indentsLists: boolean;
  /** Whether long lines are folded. */
  readonly folds: boolean;
  /** Whether a text of several lines may hold tabs and still stand as it is. */
  readonly allowsTabs: boolean;
  /** How a text that YAML cannot hold is written, where it is; undefined for every other one. */
  readonly tagged?: (text: string, place: TextPlace) => string | undefined;
  readonly formatNumber: (value: number | bigint) => string;
  readonly compareKeys: (left: string, right: string) => number;
}

const SIGS_YAML: YamlLayout = { indentsLists: false, folds: true, allowsTabs: false, formatNumber: formatGoNumber, compareKeys: compareGoKeys };

/** What a writer sees of a value: one level, whose members it asks for again. */
export type YamlNode = null | boolean | number | bigint | string | readonly unknown[] | ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>;

/** Likewise of values of another kind, without a copy of the whole: `view` shows a member and says how deep it may be (its indent). */
export function writeGoYamlOf<Value>(value: Value, view: (value: Value, indent: number) => YamlNode, layout: YamlLayout = SIGS_YAML): string {
  const writer = new Writer(view as (value: unknown, indent: number) => YamlNode, layout); // the members of a Value are Values
  writer.node(value, { indent: 0, column: 0 });
  return writer.finish();
}

const INDENT = 2;
/** A column at which no line is ever long. */
const UNFOLDED = -Infinity;

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
  readonly #view: (value: unknown, indent: number) => YamlNode;

  readonly #layout: YamlLayout;

  constructor(view: (value: unknown, indent: number) => YamlNode, layout: YamlLayout) {
    this.#view = view;
    this.#layout = layout;
  }

  finish(): string {
    if (!this.#isLineStart) this.#parts.push("\n");
    return this.#parts.join("");
  }

  node(value: unknown, lead: Lead): void {
    const node = this.#view(value, lead.indent);
    if (typeof node === "string") this.#text(node, lead);
    else if (typeof node !== "object" || node === null) this.#inline(this.#word(node), lead);
    else if (Array.isArray(node)) this.#list(node, lead);
    else if (node instanceof Map) this.#map(this.#sorted(Array.from((node as ReadonlyMap<string, unknown>).keys())), (key) => (node as ReadonlyMap<string, unknown>).get(key), lead);
    else this.#object(node as Readonly<Record<string, unknown>>, lead); // all that is left
  }

  #object(object: Readonly<Record<string, unknown>>, lead: Lead): void {
    this.#map(this.#sorted(Object.keys(object).filter((key) => object[key] !== undefined)), (key) => object[key], lead);
  }

  #map(keys: readonly string[], valueOf: (key: string) => unknown, lead: Lead): void {
    if (keys.length === 0) return this.#inline("{}", lead);
    const indent = lead.kind === undefined ? 0 : lead.indent + INDENT;
    let isBehindMark = lead.kind === "mark";
    for (const key of keys) {
      this.#startEntry(indent, isBehindMark);
      this.#entry(key, valueOf(key), indent);
      isBehindMark = false;
    }
  }

  #entry(key: string, value: unknown, indent: number): void {
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

  #list(items: readonly unknown[], lead: Lead): void {
    if (items.length === 0) return this.#inline("[]", lead);
    const isDeeper = lead.kind === "mark" || (lead.kind === "key" && this.#layout.indentsLists);
    const indent = isDeeper ? lead.indent + INDENT : lead.indent;
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
    const written = this.#valueText(text, { column: this.#layout.folds ? lead.column : UNFOLDED, indent: lead.indent + INDENT });
    this.#inline(written, lead);
    this.#isLineStart = endsLine(written);
  }

  #valueText(text: string, place: TextPlace): string {
    const tagged = this.#layout.tagged?.(text, place);
    if (tagged !== undefined) return tagged;
    const style = styleOfValue(text, this.#layout.allowsTabs);
    if (style === "plain") return plainText(text, place);
    if (style === "single") return singleQuoted(text, place);
    return style === "double" ? doubleQuoted(text, place) : literalText(text, place);
  }

  #word(value: null | boolean | number | bigint): string {
    return typeof value === "number" || typeof value === "bigint" ? this.#layout.formatNumber(value) : String(value);
  }

  #sorted(keys: string[]): readonly string[] {
    const compare = this.#layout.compareKeys;
    for (let at = 1; at < keys.length; at += 1) if (compare(keys[at - 1] ?? "", keys[at] ?? "") > 0) return keys.sort(compare);
    return keys;
  }

  #inline(text: string, { kind }: Lead): void {
    if (kind !== undefined) this.#parts.push(" ");
    this.#parts.push(text);
    this.#isLineStart = false;
  }
}

const lineBreaks: string[] = [];

const lineBreak = (indent: number): string => (lineBreaks[indent] ??= `\n${" ".repeat(indent)}`);

const endsLine = (text: string): boolean => LINE_ENDS.has(text.charCodeAt(text.length - 1));

const LINE_ENDS = new Set([0x0a, 0x2028, 0x2029]);

const markAt = (indent: number): Lead => ({ kind: "mark", indent, column: indent + INDENT });

function keyText(key: string): string {
  const style = styleOfKey(key);
  if (style === "plain") return key;
  return style === "single" ? singleQuoted(key) : doubleQuoted(key);
}
