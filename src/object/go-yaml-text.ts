/*
 * The texts of go-yaml v2, whose emitter is a port of libyaml's: a line is folded at the first space beyond column 80.
 * Columns are counted in characters.
 */
const WIDTH = 80;

/** Where a text begins on its line (-Infinity: nothing is folded), and where its further lines begin. */
export interface TextPlace {
  readonly column: number;
  readonly indent: number;
}

/** What must be escaped in double quotes; of a text that begins with a byte order mark, everything. */
const ESCAPED = /[\p{Cc}"\\\u2028\u2029\uFEFF\uFFFE\uFFFF\u{10000}-\u{10FFFF}]/gu;
const ANYTHING = /[^]/gu;
const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  "\0": "0", "\x07": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1B": "e",
  '"': '"', "\\": "\\", "\x85": "N", "\xA0": "_", "\u2028": "L", "\u2029": "P",
};
const RARE_BREAKS = /([\u2028\u2029]+)/;
/** The start of every line that is not empty. */
const LINE_START = /(^|[\n\u2028\u2029])(?=[^\n\u2028\u2029])/g;

/** A text without quotes. Without a place it stays on its line. */
export function plainText(text: string, place?: TextPlace): string {
  return place === undefined ? text : fold(text, place);
}

/** A text in single quotes. Without a place it stays on its line. */
export function singleQuoted(text: string, place?: TextPlace): string {
  const escaped = text.replaceAll("'", "''");
  if (place === undefined) return `'${escaped}'`;
  const inner = { column: place.column + 1, indent: place.indent };
  if (!RARE_BREAKS.test(escaped)) return `'${fold(escaped, inner)}'`;
  const next = { column: place.column < 0 ? place.column : place.indent, indent: place.indent };
  const lines = escaped.split(RARE_BREAKS).map((line, index) => (index === 0 ? fold(line, inner) : index % 2 === 1 || line === "" ? line : `${" ".repeat(place.indent)}${fold(line, next)}`));
  return `'${lines.join("")}'`;
}

/** A text in double quotes. Without a place it stays on its line. */
export function doubleQuoted(text: string, place?: TextPlace): string {
  const escaped = text.replace(text.startsWith("\uFEFF") ? ANYTHING : ESCAPED, escape);
  return place === undefined ? `"${escaped}"` : `"${fold(escaped, { column: place.column + 1, indent: place.indent }, "\\")}"`;
}

/** A text line by line below a `|`. */
export function literalText(text: string, { indent }: TextPlace): string {
  const hint = /^[ \n\u2028\u2029]/.test(text) ? "2" : "";
  return `|${hint}${chompOf(text)}\n${text.replace(LINE_START, `$1${" ".repeat(indent)}`)}`;
}

/** Whether the line breaks at the end are none, one or several. */
function chompOf(text: string): string {
  if (!/[\n\u2028\u2029]$/.test(text)) return "-";
  return /(?:^|[\n\u2028\u2029])[^]$/.test(text) ? "+" : "";
}

/** Breaks lines at single spaces; at several of them only where `guard` keeps what follows. */
function fold(text: string, { column, indent }: TextPlace, guard?: string): string {
  if (column + text.length <= WIDTH) return text;
  let folded = "";
  let lineStart = -column;
  let done = 0;
  for (let space = text.indexOf(" ", 1); space >= 0 && space < text.length - 1; space = text.indexOf(" ", space + 1)) {
    if (space - lineStart <= WIDTH || text[space - 1] === " ") continue;
    const isDouble = text[space + 1] === " ";
    if (isDouble && guard === undefined) continue;
    folded += `${text.slice(done, space)}\n${" ".repeat(indent)}${isDouble ? guard : ""}`;
    done = space + 1;
    lineStart = done - indent - (isDouble ? 1 : 0);
  }
  return folded + text.slice(done);
}

function escape(character: string): string {
  const name = NAMED_ESCAPES[character];
  if (name !== undefined) return `\\${name}`;
  const code = character.codePointAt(0) ?? 0;
  const [letter, width] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(width, "0")}`;
}
