/*
 * Camel, snake and kebab case as huandu/xstrings 1.5 makes them. A text is cut into words by the class of its runes;
 * bytes that belong to no rune go with the word before them.
 */
import { joinTexts } from "./text.ts";
import { isLetter, isNumber, isPunctuation, isSpace, isUpper, lowerRune, runesOf, upperRune } from "./runes.ts";

/** Words joined with each first letter as upper case: `http_server` is `HttpServer`, leading connectors stay (the last one twice where nothing follows). */
export function pascalCase(text: string): string {
  const runes = runesOf(text);
  const start = runes.findIndex((rune) => !isConnector(rune));
  if (start < 0) return runes.join("") + (runes.at(-1) ?? "");
  let out = runes.slice(0, start).join("");
  let isAfterUpper = isUpper(runes[start] ?? "");
  let last = upperRune(runes[start] ?? "");
  for (const rune of runes.slice(start + 1)) {
    let next = rune;
    if (isConnector(last)) {
      if (isConnector(rune)) {
        out += last;
      } else {
        isAfterUpper = isUpper(rune);
        next = upperRune(rune);
      }
    } else {
      if (isAfterUpper && isUpper(rune)) next = lowerRune(rune);
      else isAfterUpper = false;
      out += last;
    }
    last = next;
  }
  return out + last;
}

/** Words in lower case with a connector between them: `HTTPServer2` is `http_server2`. */
export function separatedCase(text: string, connector: string): string {
  return new Separation(cutWords(text), connector).run();
}

type Kind = "invalid" | "number" | "upper" | "alphabet" | "connector" | "punctuation" | "other";

interface Word {
  readonly kind: Kind;
  readonly text: string;
}

/** Words being put one behind the other. */
class Separation {
  readonly #words: readonly Word[];
  readonly #connector: string;
  readonly #out: string[] = [];
  #at = 0;

  constructor(words: readonly Word[], connector: string) {
    this.#words = words;
    this.#connector = connector;
  }

  run(): string {
    while (this.#hasMore()) {
      const kind = this.#put();
      if (!this.#hasMore() || kind === "connector" || kind === "punctuation") continue;
      if (kind === "number") this.#putMixed();
      else if (this.#next() !== "number") this.#separate("connector", "punctuation");
      else if (this.#at + 1 < this.#words.length) this.#putNumber();
    }
    return joinTexts(this.#out);
  }

  /** A number behind a word belongs to it, unless small letters follow: then it begins the next one. */
  #putNumber(): void {
    if (this.#words[this.#at + 1]?.kind === "alphabet") {
      this.#out.push(this.#connector);
      this.#put();
      this.#putMixed();
    } else {
      this.#put();
      this.#separate("connector", "punctuation");
    }
  }

  /** Numbers and small letters behind a number are one word with it. */
  #putMixed(): void {
    while (this.#next() === "alphabet" || this.#next() === "number") this.#put();
    if (this.#hasMore()) this.#separate("invalid", "punctuation", "connector");
  }

  /** A connector, unless one of these follows. */
  #separate(...unless: readonly Kind[]): void {
    if (!unless.includes(this.#next())) this.#out.push(this.#connector);
  }

  #put(): Kind {
    const { kind, text } = this.#words[this.#at] ?? NONE;
    this.#out.push(kind === "upper" || kind === "connector" ? lowered(text, this.#connector) : text);
    this.#at += 1;
    return kind;
  }

  #next(): Kind {
    return this.#words[this.#at]?.kind ?? "invalid";
  }

  #hasMore(): boolean {
    return this.#at < this.#words.length;
  }
}

const NONE: Word = { kind: "invalid", text: "" };
const CJK = /^[\u3400-\u4d85\u4e00-\u9fcc\u{20000}-\u{2b81d}]$/u;

const isConnector = (rune: string): boolean => rune === "-" || rune === "_" || isSpace(rune);
const isAlphabet = (rune: string): boolean => isLetter(rune) && !CJK.test(rune);
const isLowerAlphabet = (rune: string): boolean => isAlphabet(rune) && !isUpper(rune);
const isInvalid = (rune: string): boolean => rune === "\ufffd" || !rune.isWellFormed();

const lowered = (word: string, connector: string): string =>
  runesOf(word)
    .map((rune) => (isConnector(rune) ? connector : isUpper(rune) ? lowerRune(rune) : rune))
    .join("");

function cutWords(text: string): readonly Word[] {
  const runes = Array.from(text);
  const words: Word[] = [];
  for (let at = 0; at < runes.length; ) {
    const { kind, end } = wordAt(runes, at);
    words.push({ kind, text: runes.slice(at, end).join("") });
    at = end;
  }
  return words;
}

function wordAt(runes: readonly string[], start: number): { readonly kind: Kind; readonly end: number } {
  const first = validFrom(runes, start);
  if (first >= runes.length) return { kind: "invalid", end: runes.length };
  const rune = runes[first] ?? "";
  const extend = (belongs: (rune: string) => boolean): number => extended(runes, first + 1, belongs);
  if (isConnector(rune)) return { kind: "connector", end: extend(isConnector) };
  if (isPunctuation(rune)) return { kind: "punctuation", end: extend(isPunctuation) };
  if (isUpper(rune)) return { kind: "upper", end: endOfUpper(runes, first + 1) };
  if (isAlphabet(rune)) return { kind: "alphabet", end: extend(isLowerAlphabet) };
  if (isNumber(rune)) return { kind: "number", end: extend(isNumber) };
  return { kind: "other", end: extend((next) => !isConnector(next) && !isAlphabet(next) && !isNumber(next) && !isPunctuation(next)) };
}

/** `Http` is one word, `HTTPServer` two: the last of several capitals begins the word of the letters behind it. */
function endOfUpper(runes: readonly string[], from: number): number {
  const second = runes[validFrom(runes, from)];
  if (second === undefined || isUpper(second)) {
    const end = extended(runes, from, isUpper);
    const next = runes[validFrom(runes, end)];
    if (end >= runes.length || next === undefined || !isAlphabet(next) || second === undefined) return end;
    return beforeLast(runes, end);
  }
  return isAlphabet(second) ? extended(runes, from, isLowerAlphabet) : from;
}

/** From where on a rune does not belong to the word; invalid bytes belong to what is behind them, or to the word at the end. */
function extended(runes: readonly string[], from: number, belongs: (rune: string) => boolean): number {
  let end = from;
  while (end < runes.length) {
    const at = validFrom(runes, end);
    if (at >= runes.length) return runes.length;
    if (!belongs(runes[at] ?? "")) return end;
    end = at + 1;
  }
  return end;
}

/** Where the last valid rune before an offset begins, with the invalid bytes before it. */
function beforeLast(runes: readonly string[], end: number): number {
  let at = end - 1;
  while (at > 0 && isInvalid(runes[at - 1] ?? "")) at -= 1;
  return at;
}

function validFrom(runes: readonly string[], from: number): number {
  let at = from;
  while (at < runes.length && isInvalid(runes[at] ?? "")) at += 1;
  return at;
}
