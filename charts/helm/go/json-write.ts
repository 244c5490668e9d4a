import { sortText } from "./bytes.ts";
import type { SpendText } from "./format.ts";
import { ITEM_COST, Meter } from "./format-meter.ts";
import { plainOf } from "./json.ts";
import { FieldMap, type GoValue } from "./value.ts";

/** How JSON is written. */
export interface JsonStyle {
  /** Default true: `<`, `>` and `&` as escapes, as json.Marshal does. */
  readonly escapeHtml?: boolean;
  /** What each level is indented with; default none, all on one line. */
  readonly indent?: string;
  /** Pays for the text that is made. */
  readonly spend?: SpendText;
}

/** JSON as Go's encoding/json writes it: keys of maps sorted byte by byte. Throws Go's text for what JSON cannot hold. */
export function writeJson(value: GoValue, { escapeHtml = true, indent, spend }: JsonStyle = {}): string {
  return new Writer(escapeHtml, indent, new Meter(spend)).value(value, 0);
}

const ESCAPED = { html: /["\\<>&\u2028\u2029\uD800-\uDFFF]|[^ -\uFFFF]/g, raw: /["\\\u2028\u2029\uD800-\uDFFF]|[^ -\uFFFF]/g };
const NEEDS_ESCAPE = { html: /["\\<>&\u2028\u2029\uD800-\uDFFF]|[^ -\uFFFF]/, raw: /["\\\u2028\u2029\uD800-\uDFFF]|[^ -\uFFFF]/ };
const SHORT: ReadonlyMap<string, string> = new Map([['"', '\\"'], ["\\", "\\\\"], ["\b", "\\b"], ["\f", "\\f"], ["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);

class Writer {
  readonly #escapes: RegExp;
  readonly #needsEscape: RegExp;
  readonly #indent: string | undefined;
  readonly #meter: Meter;

  constructor(escapeHtml: boolean, indent: string | undefined, meter: Meter) {
    this.#escapes = escapeHtml ? ESCAPED.html : ESCAPED.raw;
    this.#needsEscape = escapeHtml ? NEEDS_ESCAPE.html : NEEDS_ESCAPE.raw;
    this.#indent = indent;
    this.#meter = meter;
  }

  value(value: GoValue, depth: number): string {
    if (typeof value === "string") return this.#text(value);
    const shown = plainOf(value, depth);
    if (typeof shown === "string") return this.#text(shown);
    if (typeof shown !== "object" || shown === null) return this.#meter.count(Object.is(shown, -0) ? "-0" : String(shown));
    return shown instanceof Map ? this.#map(shown, depth) : this.#list(shown as readonly GoValue[], depth); // all that is left
  }

  #map(map: ReadonlyMap<string, GoValue>, depth: number): string {
    this.#meter.add(map.size * ITEM_COST);
    const colon = this.#indent === undefined ? ":" : ": ";
    const keys = map instanceof FieldMap ? [...map.keys()] : sortText(Array.from(map.keys()));
    return this.#within("{", keys.map((key) => this.#text(key) + colon + this.value(map.get(key) ?? null, depth + 1)), "}", depth);
  }

  #list(items: readonly GoValue[], depth: number): string {
    this.#meter.add(items.length * ITEM_COST);
    return this.#within("[", items.map((item) => this.value(item, depth + 1)), "]", depth);
  }

  #within(open: string, items: readonly string[], close: string, depth: number): string {
    if (this.#indent === undefined || items.length === 0) return open + items.join(",") + close;
    const outer = `\n${this.#indent.repeat(depth)}`;
    const inner = outer + this.#indent;
    this.#meter.add(items.length * inner.length);
    return `${open}${inner}${items.join(`,${inner}`)}${outer}${close}`;
  }

  #text(text: string): string {
    this.#meter.add(text.length + 3);
    return this.#needsEscape.test(text) ? `"${text.replace(this.#escapes, (character, at: number) => escape(character, text, at))}"` : `"${text}"`;
  }
}

/** Half of a real character stays; a byte that is no text becomes U+FFFD. */
function escape(character: string, text: string, at: number): string {
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  if (code < 0xd800 || code > 0xdfff) return `\\u${code.toString(16).padStart(4, "0")}`;
  const isPair = code < 0xdc00 ? isHalf(text.charCodeAt(at + 1), 0xdc00) : isHalf(text.charCodeAt(at - 1), 0xd800);
  return isPair ? character : String.raw`\ufffd`;
}

const isHalf = (code: number, first: number): boolean => code >= first && code < first + 0x400;
