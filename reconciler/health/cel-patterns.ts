import type { RE2JS } from "re2js";
import type { CelMeter } from "./cel-meter.ts";

/** Longer patterns are refused. */
const MAX_PATTERN = 256;
const CACHED = 64;
/** Steps of a match beside its length. */
const MATCH_STEPS = 20;
/** States of an automaton that are looked at for the price of one step. */
const STATES = 16;

interface Compiled {
  readonly pattern: RE2JS;
  /** No fewer than the states of the automaton, up to a small factor. */
  readonly states: number;
}

/** What CEL's matches() runs on: RE2, linear in the text, each match charged by length of the text × states of the automaton. */
export class CelPatterns {
  readonly #meter: CelMeter;
  readonly #re2: typeof RE2JS;
  readonly #compiled = new Map<string, Compiled>();

  constructor(meter: CelMeter, re2: typeof RE2JS) {
    this.#meter = meter;
    this.#re2 = re2;
  }

  /** A matcher that finds the pattern anywhere in a text. Throws for what is no RE2 pattern. */
  compile(text: string): { test(text: string): boolean } {
    const { pattern, states } = this.#compiled.get(text) ?? this.#compile(text);
    return {
      test: (input) => {
        this.#meter.charge(MATCH_STEPS + (input.length * states) / STATES);
        return pattern.matcher(input).find();
      },
    };
  }

  #compile(text: string): Compiled {
    if (text.length > MAX_PATTERN) throw new RangeError(`a pattern may have ${MAX_PATTERN} characters`);
    const states = text.length * largestRepeat(text);
    this.#meter.charge(states);
    const compiled = { pattern: this.#re2.compile(text), states };
    if (this.#compiled.size >= CACHED) this.#compiled.clear();
    this.#compiled.set(text, compiled);
    return compiled;
  }
}

/** The largest count of a repeat such as `{2,63}`: what it repeats is there so many times. RE2 bounds nested ones by 1000 together. */
function largestRepeat(text: string): number {
  const counts = [...text.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least = "", most = ""]) => Math.max(Number(least), Number(most)));
  return counts.length < 2 ? Math.max(1, ...counts) : MAX_REPEAT;
}

const MAX_REPEAT = 1000;
