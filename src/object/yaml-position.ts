/** Where something stands in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a value stands: offsets into the text that was read. */
export interface Mark {
  readonly at: number;
  /** What a text, number or word is written as, without its quotes. */
  readonly text?: string;
  readonly items?: readonly Mark[];
  readonly members?: ReadonlyMap<string, Member>;
}

interface Member {
  readonly keyAt: number;
  readonly mark: Mark;
}

interface OpenMark extends Mark {
  readonly items: Mark[];
  readonly members: Map<string, Member>;
  key: { readonly text: string; readonly at: number } | undefined;
}

/** Takes note of where values stand while they are read. What was read of a broken document is known all the same. */
export class MarkRecorder {
  readonly #open: OpenMark[] = [];
  #root: Mark | undefined;

  get root(): Mark | undefined {
    return this.#root;
  }

  /** A map or list begins. */
  open(at: number): void {
    const mark: OpenMark = { at, items: [], members: new Map(), key: undefined };
    this.#add(mark);
    this.#open.push(mark);
  }

  close(): void {
    this.#open.pop();
  }

  /** The next value is a member of the open map. */
  key(text: string, at: number): void {
    const map = this.#open.at(-1);
    if (map !== undefined) map.key = { text, at };
  }

  /** A text, number or word as it is written; undefined: an alias. */
  scalar(text: string | undefined, at: number): void {
    this.#add(text === undefined ? { at } : { at, text });
  }

  #add(mark: Mark): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = mark;
    else if (parent.key === undefined) parent.items.push(mark);
    else {
      parent.members.set(parent.key.text, { keyAt: parent.key.at, mark });
      parent.key = undefined;
    }
  }
}

/** A document that was read for its positions; all of a text share its lines. */
export interface LocatedDocument {
  readonly lines: Lines;
  readonly root: Mark | undefined;
}

/** The place of the value at a path (a map entry is placed at its key), or undefined where the path does not exist. */
export function placeOf(located: LocatedDocument | undefined, path: readonly (string | number)[]): Place | undefined {
  let mark = located?.root;
  let at = mark?.at;
  for (const step of path) {
    const member = mark?.members?.get(String(step));
    mark = member?.mark ?? mark?.items?.[Number(step)];
    at = member?.keyAt ?? mark?.at;
  }
  return located === undefined || mark === undefined || at === undefined ? undefined : located.lines.place(at);
}

/** The members of the map at a path as they are written, before numbers and words are read; lists, maps and aliases are left out. */
export function textsOf(located: LocatedDocument | undefined, path: readonly (string | number)[]): Readonly<Record<string, string>> {
  let mark = located?.root;
  for (const step of path) mark = mark?.members?.get(String(step))?.mark ?? mark?.items?.[Number(step)];
  const members = [...(mark?.members ?? [])];
  return Object.fromEntries(members.flatMap(([key, { mark: { text } }]) => (text === undefined ? [] : [[key, text]])));
}

/** Looks up lines and columns of many offsets of a text. */
export class Lines {
  readonly #text: string;
  #starts: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The line and column of an offset. */
  place(at: number): Place {
    const starts = (this.#starts ??= startsOf(this.#text));
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
  }
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The line and column of an offset. */
export function placeAt(text: string, at: number): Place {
  const before = text.slice(0, at);
  return { line: before.split("\n").length, column: at - before.lastIndexOf("\n") };
}
