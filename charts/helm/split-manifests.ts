/** One document of what a template gave. */
export interface Piece {
  /** Without space before it; a document that is nothing but space is none. */
  readonly text: string;
  /** Offset of its first character in the template's output. */
  readonly at: number;
}

/** Splits a template's output as Helm does: at every line that begins with `---`; what else is on that line stays with the next document. */
export function splitManifests(output: string): Piece[] {
  const pieces: Piece[] = [];
  let from = skipSpace(output, 0);
  if (output.startsWith(MARK, from)) from += MARK.length;
  while (from <= output.length) {
    const line = output.indexOf(`\n${MARK}`, from);
    const to = line < 0 ? output.length : line + 1;
    const at = skipSpace(output, from);
    if (at < to) pieces.push({ text: output.slice(at, to), at });
    from = to + MARK.length;
  }
  return pieces;
}

const MARK = "---";

/** Offset of the first character that Go's unicode.IsSpace does not hold for, or the length. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** As strings.TrimSpace. */
export function trimSpace(text: string): string {
  const start = skipSpace(text, 0);
  let end = text.length;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  return code > 126 && BEYOND_ASCII.has(code);
}

/** White_Space of Unicode beyond ASCII. */
const BEYOND_ASCII: ReadonlySet<number> = new Set([0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]);
