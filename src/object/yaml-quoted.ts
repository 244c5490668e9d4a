import { CODE, type Cursor, isMarker, YamlError } from "./yaml-cursor.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1B", " ": " ", '"': '"', "'": "'", "\\": "\\",
  N: "\x85", _: "\xA0", L: "\u2028", P: "\u2029",
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads a text in single or double quotes and leaves the cursor behind it. */
export function readQuoted(cursor: Cursor): string {
  const { text, pos } = cursor;
  cursor.mayStart = false;
  const quote = text[pos] ?? "";
  const end = text.indexOf(quote, pos + 1);
  const content = end < 0 ? "" : text.slice(pos + 1, end);
  const isSimple = end >= 0 && !content.includes("\n") && (quote === "'" ? text.charCodeAt(end + 1) !== CODE.quote : !content.includes("\\"));
  if (!isSimple) return readFolded(cursor, quote);
  cursor.pos = end + 1;
  return content;
}

/** Pieces that are put together at once: a text made of millions, one by one, takes many times its size. */
const MAX_PIECES = 4000;

/** The general case: escapes, and lines that are folded into one. */
function readFolded(cursor: Cursor, quote: string): string {
  const { text, pos: start } = cursor;
  let content = "";
  let pieces: string[] = [];
  cursor.pos = start + 1;
  for (;;) {
    if (pieces.length > MAX_PIECES) {
      content += pieces.join("");
      pieces = [];
    }
    if (cursor.pos >= text.length || (cursor.column === 0 && isMarker(text, cursor.pos))) throw new YamlError(`a text that begins with ${quote} has no ${quote} at its end`, start);
    const run = runEnd(text, cursor.pos, quote);
    pieces.push(text.slice(cursor.pos, run));
    cursor.pos = run;
    const character = text[run] ?? "";
    if (character === " " || character === "\t" || character === "\n") pieces.push(readSpace(cursor));
    else if (character === "\\" && quote === '"') pieces.push(readEscape(cursor));
    else if (character !== quote) continue; // the text ends
    else if (quote === "'" && text.charCodeAt(cursor.pos + 1) === CODE.quote) {
      pieces.push("'");
      cursor.pos += 2;
    } else {
      cursor.pos += 1;
      return content + pieces.join("");
    }
  }
}

const ORDINARY = { "'": /[^' \t\n]*/y, '"': /[^"\\ \t\n]*/y } as const;

/** The end of what stands for itself. */
function runEnd(text: string, pos: number, quote: string): number {
  const ordinary = quote === "'" ? ORDINARY["'"] : ORDINARY['"'];
  ordinary.lastIndex = pos;
  return pos + (ordinary.exec(text)?.[0].length ?? 0);
}

/** White space within a line stays; a line break becomes a space, further ones stay. `isEscaped`: the first line break is behind us. */
function readSpace(cursor: Cursor, isEscaped = false): string {
  const { text, pos: start } = cursor;
  let breaks = isEscaped ? 1 : 0;
  for (let code = cursor.code; code === CODE.space || code === CODE.tab || code === CODE.lineFeed; code = cursor.code) {
    cursor.pos += 1;
    if (code !== CODE.lineFeed) continue;
    breaks += 1;
    cursor.lineStart = cursor.pos;
    if (isMarker(text, cursor.pos)) break;
  }
  if (breaks === 0) return text.slice(start, cursor.pos);
  return breaks === 1 ? (isEscaped ? "" : " ") : "\n".repeat(breaks - 1);
}

function readEscape(cursor: Cursor): string {
  const { text, pos } = cursor;
  const letter = text[pos + 1] ?? "";
  if (letter === "\n") {
    cursor.pos = cursor.lineStart = pos + 2;
    return readSpace(cursor, true);
  }
  const width = HEX_DIGITS[letter];
  cursor.pos = pos + 2 + (width ?? 0);
  if (width !== undefined) return readCode(text.slice(pos + 2, pos + 2 + width), width, pos);
  const character = ESCAPES[letter];
  if (character === undefined) throw new YamlError(`unknown escape "\\${letter}" in a double-quoted text; use single quotes, or double the backslash`, pos);
  return character;
}

function readCode(digits: string, width: number, at: number): string {
  const code = digits.length === width && /^[\da-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : -1;
  const isCharacter = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (!isCharacter) throw new YamlError(`escape of ${width} hexadecimal digits does not name a character`, at);
  return String.fromCodePoint(code);
}
