import { behindSpace, BLOCK_LINE, COMMENTED_LINE, EMPTY_LINE, FURTHER_LINE, isLine, KEY_LINE, KEY_ONLY, TEXT_LINE, UNUSUAL, WHOLE_LINE } from "./manifest-lines.ts";

/** Maps and lists within one another; the reader of YAML takes 100. */
const MAX_DEPTH = 90;
/** Values of a manifest; the reader takes a million, or as many as there are characters. */
const MAX_VALUES = 900_000;
const [TAB, LINE_FEED, SPACE, HASH, DASH, COLON, GREATER, BAR] = [9, 10, 32, 35, 45, 58, 62, 124];

/** Told of the members of the map at the root, and of what those hold that are maps: their depth (1 or 2) and where the line and the key begin. */
export type OnMember = (depth: number, lineStart: number, at: number) => void;

/**
 * Looks whether a text is a map in the plainest YAML that there is, line by line, without making values of it: that costs a
 * fraction of reading it. What it says yes to is read without an error; its no says nothing.
 */
export class ManifestLayout {
  readonly #text: string;
  readonly #onMember: OnMember;
  /** Columns of the maps and lists around the present line. */
  readonly #columns: number[] = [];
  readonly #areLists: boolean[] = [];
  /** What stands behind the last key or dash: nothing yet, a text that the next line may go on with, or all there is. */
  #state: "Open" | "Text" | "Closed" = "Open";
  #at = 0;
  /** Values that there may be so far. */
  #values = 0;

  /** `text`: with a line break at its end. */
  constructor(text: string, onMember: OnMember) {
    this.#text = text;
    this.#onMember = onMember;
  }

  /** Call it once. */
  isPlain(): boolean {
    const { length } = this.#text;
    while (this.#at < length) if (!this.#line()) return false;
    return this.#columns.length > 0 && this.#values < MAX_VALUES;
  }

  #line(): boolean {
    this.#values += 1;
    const text = this.#text;
    const at = behindSpace(text, this.#at);
    const column = at - this.#at;
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || code === HASH) {
      if (code === HASH && this.#state === "Text") this.#state = "Closed";
      return isLine(EMPTY_LINE, text, at) && this.#goTo(EMPTY_LINE.lastIndex);
    }
    const isItem = code === DASH && isBlank(text.charCodeAt(at + 1));
    const depth = this.#columns.length;
    if (depth > 0 && column <= (this.#columns[depth - 1] ?? -1)) return this.#close(column, isItem) && (isItem ? this.#item(at) : this.#member(at));
    if (this.#state === "Text") return isLine(FURTHER_LINE, text, at) && this.#goTo(FURTHER_LINE.lastIndex);
    if (this.#state !== "Open") return false;
    if (isItem) return depth > 0 && this.#open(column, true) && this.#item(at);
    return this.#node(at, column);
  }

  #goTo(at: number): true {
    this.#at = at;
    return true;
  }

  #open(column: number, isList: boolean): boolean {
    this.#values += 1;
    this.#columns.push(column);
    this.#areLists.push(isList);
    return this.#columns.length <= MAX_DEPTH;
  }

  /** Leaves the maps and lists that a line is not in. */
  #close(column: number, isItem: boolean): boolean {
    const columns = this.#columns;
    while ((columns[columns.length - 1] ?? -1) > column) this.#leave();
    if (columns[columns.length - 1] !== column) return false;
    const isList = this.#areLists[columns.length - 1] === true;
    if (isItem) return isList || (this.#state === "Open" && this.#open(column, true)); // the list of a member may stand as far left as the map
    if (!isList) return true;
    this.#leave();
    return columns[columns.length - 1] === column;
  }

  #leave(): void {
    this.#columns.pop();
    this.#areLists.pop();
    this.#state = "Closed";
  }

  /** What stands behind the dash at an offset. */
  #item(dash: number): boolean {
    const text = this.#text;
    const at = behindSpace(text, dash + 1);
    if (text.charCodeAt(at) === LINE_FEED) {
      this.#state = "Open";
      return this.#goTo(at + 1);
    }
    const column = at - this.#at;
    if (text.charCodeAt(at) === DASH && isBlank(text.charCodeAt(at + 1))) return this.#open(column, true) && this.#item(at);
    return isKey(text, at) ? this.#open(column, false) && this.#member(at) : this.#value(at);
  }

  /** What stands on the line below a key or a dash, or at the root. */
  #node(at: number, column: number): boolean {
    const text = this.#text;
    if (isKey(text, at)) return this.#open(column, false) && this.#member(at);
    const code = text.charCodeAt(at);
    return this.#columns.length > 0 && code !== BAR && code !== GREATER && this.#value(at);
  }

  /** A member of the innermost map. */
  #member(at: number): boolean {
    const text = this.#text;
    const depth = this.#columns.length;
    if (isLine(KEY_LINE, text, at)) {
      if (depth <= 2) this.#onMember(depth, this.#at, at);
      const end = KEY_LINE.lastIndex;
      let last = end - 2;
      while (text.charCodeAt(last) === SPACE) last -= 1;
      this.#state = text.charCodeAt(last) === COLON ? "Open" : "Text";
      return this.#goTo(end);
    }
    if (!isLine(KEY_ONLY, text, at)) return false;
    if (depth <= 2) this.#onMember(depth, this.#at, at);
    const value = KEY_ONLY.lastIndex;
    if (text.charCodeAt(value) !== LINE_FEED) return this.#value(value);
    this.#state = "Open";
    return this.#goTo(value + 1);
  }

  #value(at: number): boolean {
    const text = this.#text;
    if (isLine(TEXT_LINE, text, at)) {
      this.#state = "Text";
      return this.#goTo(TEXT_LINE.lastIndex);
    }
    this.#state = "Closed";
    if (isLine(WHOLE_LINE, text, at)) return this.#goTo(WHOLE_LINE.lastIndex);
    if (isLine(BLOCK_LINE, text, at)) return this.#blockText(BLOCK_LINE.lastIndex);
    return isLine(COMMENTED_LINE, text, at) && this.#goTo(COMMENTED_LINE.lastIndex);
  }

  /** A text below `|` or `>`: what is indented as far as its first line. */
  #blockText(start: number): boolean {
    const text = this.#text;
    let at = start;
    while (text.charCodeAt(at) === LINE_FEED) at += 1;
    const first = behindSpace(text, at);
    const margin = first - at;
    const code = text.charCodeAt(first);
    if (code === TAB || code === LINE_FEED) return false;
    if (at >= text.length || margin <= (this.#columns[this.#columns.length - 1] ?? 0)) return this.#goTo(at);
    for (;;) {
      at = text.indexOf("\n", at) + 1;
      const other = behindSpace(text, at);
      if (other - at >= margin || text.charCodeAt(other) === LINE_FEED) continue;
      return text.charCodeAt(other) !== TAB && !UNUSUAL.test(text.slice(start, at)) && this.#goTo(at);
    }
  }
}

const isBlank = (code: number): boolean => code === SPACE || code === LINE_FEED;

const isKey = (text: string, at: number): boolean => isLine(KEY_LINE, text, at) || isLine(KEY_ONLY, text, at);
