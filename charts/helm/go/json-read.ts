import type { Json } from "../../../src/object/json.ts";
import { toBytes } from "./bytes.ts";
import { quoteRune } from "./quote.ts";

/** What was read, and what Go says to a number beyond the range of floats, which is then null. */
export interface ReadJson {
  readonly value: Json;
  readonly error?: string | undefined;
}

/** Levels that encoding/json reads. */
const MAX_DEPTH = 10_000;
const HUGE_NUMBER = /\d[eE]\+?\d{3}|\d{300}/;
/** Within these the end of the text counts as a space that is wrong there. */
const END_IS_SPACE = /^in (?!string literal)|numeric literal$/;
const STRING_END = /["\\]|[^ -\uFFFF]/g;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

/** Reads JSON as encoding/json does. Throws Error with its text. */
export function readJson(text: string): ReadJson {
  let error: string | undefined;
  const checkRange = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value !== "number" || Number.isFinite(value)) return value;
    error ??= `json: cannot unmarshal number ${context?.source ?? ""} into Go value of type float64`;
    return null;
  };
  try {
    const value = JSON.parse(text, HUGE_NUMBER.test(text) ? checkRange : undefined) as Json; // what JSON.parse gives
    return { value: text.isWellFormed() && !text.includes("\\u") ? value : wellFormed(value), error };
  } catch (cause) {
    throw new Error(new Scanner(text).problem(), { cause });
  }
}

/** Bytes and escapes that are no character become U+FFFD. */
function wellFormed(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => wellFormed(item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item ?? null)]));
}

/** Finds what is wrong with a text that is no JSON, in the words of encoding/json. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  problem(): string {
    try {
      this.#value(0);
      this.#space();
      return this.#at < this.#text.length ? this.#wrong("after top-level value").message : "unexpected end of JSON input";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #value(depth: number): void {
    this.#space();
    if (depth > MAX_DEPTH) throw new Error("exceeded max depth");
    const first = this.#text[this.#at];
    if (first === "{") this.#object(depth);
    else if (first === "[") this.#array(depth);
    else if (first === '"') this.#string();
    else if (first === "t") this.#word("true");
    else if (first === "f") this.#word("false");
    else if (first === "n") this.#word("null");
    else if (first !== undefined && /[-\d]/.test(first)) this.#number();
    else throw this.#wrong("looking for beginning of value");
  }

  #object(depth: number): void {
    this.#at += 1;
    this.#space();
    if (this.#take("}")) return;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#wrong("looking for beginning of object key string");
      this.#string();
      this.#space();
      if (!this.#take(":")) throw this.#wrong("after object key");
      this.#value(depth + 1);
      this.#space();
      if (this.#take("}")) return;
      if (!this.#take(",")) throw this.#wrong("after object key:value pair");
    }
  }

  #array(depth: number): void {
    this.#at += 1;
    this.#space();
    if (this.#take("]")) return;
    for (;;) {
      this.#value(depth + 1);
      this.#space();
      if (this.#take("]")) return;
      if (!this.#take(",")) throw this.#wrong("after array element");
    }
  }

  #string(): void {
    this.#at += 1;
    for (;;) {
      STRING_END.lastIndex = this.#at;
      this.#at = STRING_END.exec(this.#text)?.index ?? this.#text.length;
      if (this.#take('"')) return;
      if (!this.#take("\\")) throw this.#wrong("in string literal");
      this.#escape();
    }
  }

  #escape(): void {
    if (!this.#take("u")) {
      if (this.#at >= this.#text.length || !'bfnrt\\/"'.includes(this.#text.charAt(this.#at))) throw this.#wrong("in string escape code");
      this.#at += 1;
      return;
    }
    for (let digit = 0; digit < 4; digit += 1, this.#at += 1) {
      if (!/^[\dA-Fa-f]$/.test(this.#text.charAt(this.#at))) throw this.#wrong(String.raw`in \u hexadecimal character escape`);
    }
  }

  #word(word: string): void {
    for (let index = 0; index < word.length; index += 1, this.#at += 1) {
      const letter = word.charAt(index);
      if (this.#text[this.#at] !== letter) throw this.#wrong(`in literal ${word} (expecting '${letter}')`);
    }
  }

  #number(): void {
    NUMBER.lastIndex = this.#at;
    const [number = ""] = NUMBER.exec(this.#text) ?? [];
    if (number === "") {
      this.#at += 1;
      throw this.#wrong("in numeric literal");
    }
    this.#at += number.length;
    const next = this.#text.charAt(this.#at);
    if (next === "." && !/[.eE]/.test(number)) throw this.#wrongBehind(1, "after decimal point in numeric literal");
    if (/^[eE]$/.test(next) && !/[eE]/.test(number)) throw this.#wrongBehind(/^[eE][+-]/.test(this.#text.slice(this.#at, this.#at + 2)) ? 2 : 1, "in exponent of numeric literal");
  }

  #wrongBehind(count: number, where: string): Error {
    this.#at += count;
    return this.#wrong(where);
  }

  #wrong(where: string): Error {
    const character = this.#text.slice(this.#at, this.#at + 2);
    if (character === "") return new Error(END_IS_SPACE.test(where) ? `invalid character ' ' ${where}` : "unexpected end of JSON input");
    const [byte = 0] = toBytes(String.fromCodePoint(character.codePointAt(0) ?? 0));
    return new Error(`invalid character ${quotedByte(byte)} ${where}`);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
  }
}

/** A byte between single quotes, as encoding/json shows it: one beyond ASCII as the character of that number. */
function quotedByte(byte: number): string {
  if (byte === 0x27) return String.raw`'\''`;
  return byte === 0x22 ? `'"'` : quoteRune(byte);
}
