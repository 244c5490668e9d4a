import type { CallScope } from "../go/value.ts";
import type { Pattern } from "./regex-compile.ts";

/** Where a match and its groups lie: start and end in pairs, -1 for a group that took no part. */
export type Match = readonly number[];

/** What a character costs for each instruction of a pattern, in units. */
const COST = 1 / 50;

/** A text being searched for one pattern. Runes are what Go sees, offsets are those of the text. */
export class Search {
  readonly text: string;
  readonly pattern: Pattern;
  readonly #scope: CallScope;
  readonly #matcher;

  constructor(pattern: Pattern, text: string, scope: CallScope) {
    this.text = text;
    this.pattern = pattern;
    this.#scope = scope;
    this.#matcher = pattern.expression.matcher(text.toWellFormed());
  }

  /** The leftmost match from an offset on, or undefined. */
  from(at: number): readonly [start: number, end: number] | undefined {
    this.#scope.spend((this.text.length - at) * this.pattern.size * COST);
    return this.#matcher.find(at) ? [this.#matcher.start(), this.#matcher.end()] : undefined;
  }

  /** A group of the match found last, by number; undefined where there is none or it took no part. */
  group(number: number): string | undefined {
    if (number > this.#matcher.groupCount()) return undefined;
    const start = this.#matcher.start(number);
    return start < 0 ? undefined : this.text.slice(start, this.#matcher.end(number));
  }

  /** The first group of a name that took part in the match found last. */
  named(name: string): string | undefined {
    for (const number of this.pattern.groups.get(name) ?? []) {
      const text = this.group(number);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Where the rune after an offset ends. */
  after(at: number): number {
    return at + ((this.text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  }
}

/** Whether the pattern matches anywhere. */
export function hasMatch(pattern: Pattern, text: string, scope: CallScope): boolean {
  scope.spend(text.length * pattern.size * COST);
  return pattern.expression.test(text.toWellFormed());
}

/** At most `limit` matches one behind the other (all where negative); an empty one is none right behind another. */
export function findAll(search: Search, limit: number): (readonly [start: number, end: number])[] {
  const found: (readonly [number, number])[] = [];
  const most = limit < 0 ? Infinity : limit;
  let lastEnd = -1;
  for (let at = 0; at <= search.text.length && found.length < most; ) {
    const match = search.from(at);
    if (match === undefined) break;
    const [start, end] = match;
    if (end > at || start !== lastEnd) found.push(match);
    at = end > at ? end : search.after(at);
    lastEnd = end;
  }
  return found;
}
