import { CODE, type Cursor, lineEnd, YamlError } from "./yaml-cursor.ts";

const HEADER = /[|>](?:([-+])([1-9])?|([1-9])([-+])?)?[ \t]*(?:#[^\n]*)?(?:\n|$)/y;

/** Reads a text below `|` or `>`. `indent`: of the map or list that holds it, -1 at the root. Leaves the cursor at the start of the line behind it. */
export function readBlockText(cursor: Cursor, indent: number): string {
  const { text, pos } = cursor;
  HEADER.lastIndex = pos;
  const header = HEADER.exec(text);
  if (header === null) throw new YamlError(`behind ${text[pos]} only + or -, a digit for the indentation, and a comment may stand`, pos);
  const digit = header[2] ?? header[3];
  cursor.pos = cursor.lineStart = HEADER.lastIndex;
  cursor.mayStart = true;
  const margin = digit === undefined ? undefined : Math.max(indent, 0) + Number(digit);
  return new BlockText(cursor, { isFolded: text[pos] === ">", margin, least: Math.max(indent + 1, 1) }).read(header[1] ?? header[4]);
}

interface Layout {
  readonly isFolded: boolean;
  /** Where its lines begin; undefined: where the first one does. */
  readonly margin: number | undefined;
  readonly least: number;
}

class BlockText {
  readonly #cursor: Cursor;
  readonly #isFolded: boolean;
  readonly #margin: number;
  /** Empty lines read, but not yet known to be within the text. */
  #empty: number;

  constructor(cursor: Cursor, { isFolded, margin, least }: Layout) {
    this.#cursor = cursor;
    this.#isFolded = isFolded;
    this.#empty = 0;
    const largest = this.#skipEmpty(margin ?? Number.POSITIVE_INFINITY);
    this.#margin = margin ?? Math.max(largest, least);
  }

  read(chomp: string | undefined): string {
    const cursor = this.#cursor;
    const { text } = cursor;
    let content = "";
    let pending = "";
    let wasIndented = true;
    while (cursor.column === this.#margin && cursor.pos < text.length) {
      const isIndented = cursor.code === CODE.space || cursor.code === CODE.tab;
      const folds = this.#isFolded && !wasIndented && !isIndented && pending !== "";
      content += (folds ? (this.#empty === 0 ? " " : "") : pending) + "\n".repeat(this.#empty);
      const end = lineEnd(text, cursor.pos);
      content += text.slice(cursor.pos, end);
      pending = end < text.length ? "\n" : "";
      cursor.pos = end + pending.length;
      if (pending !== "") cursor.lineStart = cursor.pos;
      wasIndented = isIndented;
      this.#empty = 0;
      this.#skipEmpty(this.#margin);
    }
    return content + (chomp === "-" ? "" : pending) + (chomp === "+" ? "\n".repeat(this.#empty) : "");
  }

  /** Goes to the first character of the next line that is not empty, or to the margin. Gives the largest indentation seen. */
  #skipEmpty(margin: number): number {
    const cursor = this.#cursor;
    let largest = 0;
    for (;;) {
      let code = cursor.code;
      while (code === CODE.space && cursor.column < margin) {
        cursor.pos += 1;
        code = cursor.code;
      }
      largest = Math.max(largest, cursor.column);
      if (code === CODE.tab && cursor.column < margin) throw new YamlError("a tab cannot indent; use spaces", cursor.pos);
      if (code !== CODE.lineFeed) return largest;
      cursor.pos += 1;
      cursor.lineStart = cursor.pos;
      this.#empty += 1;
    }
  }
}
