/*
 * The patterns of `.Files.Glob`: `*` for anything but a slash, `**` for anything, `?` for one character but a slash, `[abc]`,
 * `[!abc]`, `[a-z]` (one range only), `{a,b*}`, and `\` before a character that stands for itself. Go's gobwas/glob v0.2.3.
 */

/** A step of a pattern. Where it has `matches`, one character is taken and the way leads to the next step; else it leads to all of `to` at once. */
interface Step {
  readonly matches?: (code: number) => boolean;
  readonly to: number[];
}

interface Pattern {
  readonly steps: Step[];
  readonly start: number;
}

const STEPS_PER_UNIT = 2;
const SLASH = 0x2f;
const anything = (): boolean => true;
const noSlash = (code: number): boolean => code !== SLASH;

/** Whether a name matches a pattern. One that is malformed matches every name, as in Helm. `spend` is told what it takes: at most in proportion to both. */
export function globMatcher(pattern: string, spend: (units: number) => void): (name: string) => boolean {
  let read: Pattern;
  try {
    read = new Reader(pattern).read();
  } catch {
    return anything;
  }
  return (name) => matchesAll(read, name, spend);
}

/** Goes through the name with all steps at once where the pattern may be. */
function matchesAll({ steps, start }: Pattern, name: string, spend: (units: number) => void): boolean {
  let current = reach(steps, [start]);
  for (const character of name) {
    if (current.size === 0) return false;
    spend(current.size / STEPS_PER_UNIT);
    const code = character.codePointAt(0) ?? 0;
    const next: number[] = [];
    for (const at of current) {
      const step = steps[at];
      if (step?.matches?.(code) === true) next.push(...step.to);
    }
    current = reach(steps, next);
  }
  return current.has(END);
}

/** The step where a pattern ends. */
const END = 0;

function reach(steps: readonly Step[], from: readonly number[]): Set<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const step = steps[at];
    if (step !== undefined && step.matches === undefined) open.push(...step.to);
  }
  return reached;
}

/** Reads a pattern from left to right; the steps of each piece lead to a step that is filled in afterwards. */
class Reader {
  readonly #characters: readonly string[];
  #at = 0;
  readonly #steps: Step[] = [{ to: [] }];

  constructor(pattern: string) {
    this.#characters = Array.from(pattern);
  }

  read(): Pattern {
    const start = this.#add({ to: [] });
    const end = this.#sequence(start, 0);
    this.#step(end).to.push(END);
    return { steps: this.#steps, start };
  }

  /** Reads up to the end, or to what ends an alternative. Returns the step where it leads. */
  #sequence(from: number, depth: number): number {
    let at = from;
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (depth > 0 && (next === "," || next === "}")) break;
      this.#at += 1;
      if (next === "*") at = this.#star(at);
      else if (next === "?") at = this.#one(at, noSlash);
      else if (next === "[") at = this.#one(at, this.#characterClass());
      else if (next === "{") at = this.#alternatives(at, depth + 1);
      else at = this.#literal(at, next);
    }
    return at;
  }

  #star(from: number): number {
    const isDouble = this.#peek() === "*";
    if (isDouble) this.#at += 1;
    const loop = this.#add({ matches: isDouble ? anything : noSlash, to: [] });
    const after = this.#add({ to: [] });
    this.#step(from).to.push(loop, after);
    this.#step(loop).to.push(loop, after);
    return after;
  }

  #one(from: number, matches: (code: number) => boolean): number {
    const after = this.#add({ to: [] });
    this.#step(from).to.push(this.#add({ matches, to: [after] }));
    return after;
  }

  #literal(from: number, character: string): number {
    const meant = character === "\\" ? this.#take() : character;
    if (meant === undefined) return from;
    const wanted = meant.codePointAt(0);
    return this.#one(from, (code) => code === wanted);
  }

  #alternatives(from: number, depth: number): number {
    const after = this.#add({ to: [] });
    let end: string | undefined = ",";
    while (end === ",") {
      const start = this.#add({ to: [] });
      this.#step(from).to.push(start);
      this.#step(this.#sequence(start, depth)).to.push(after);
      end = this.#take();
    }
    return after;
  }

  /** `[!a-z]` or `[!abc]`; nothing else may stand beside a range. */
  #characterClass(): (code: number) => boolean {
    const isNot = this.#peek() === "!";
    if (isNot) this.#at += 1;
    const within = this.#characters[this.#at + 1] === "-" ? this.#range() : this.#listed();
    return (code) => within(code) !== isNot;
  }

  #range(): (code: number) => boolean {
    const [low, , high, close] = this.#characters.slice(this.#at, this.#at + 4);
    const [from, to] = [low?.codePointAt(0) ?? 0, high?.codePointAt(0) ?? 0];
    if (close !== "]" || to < from) throw new Error("malformed range");
    this.#at += 4;
    return (code) => code >= from && code <= to;
  }

  #listed(): (code: number) => boolean {
    const codes = new Set<number>();
    for (let next = this.#take(); next !== "]"; next = this.#take()) {
      const meant = next === "\\" ? this.#take() : next;
      if (meant === undefined) throw new Error("unclosed class");
      codes.add(meant.codePointAt(0) ?? 0);
    }
    if (codes.size === 0) throw new Error("empty class");
    return (code) => codes.has(code);
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(): string | undefined {
    const next = this.#peek();
    this.#at += 1;
    return next;
  }

  #step(at: number): Step {
    return this.#steps[at] ?? { to: [] }; // every number of a step was given by #add
  }

  #add(step: Step): number {
    return this.#steps.push(step) - 1;
  }
}
