import type { HelmVersion } from "./input.ts";

/** One document of what a template gave. */
export interface Piece {
  /** Without space before it; a document that is nothing but space is none. */
  readonly text: string;
  /** Offset of its first character in the template's output. */
  readonly at: number;
}

/**
 * Splits a template's output as Helm does: at every line that begins with `---`; what else is on that line stays with the next
 * document. Helm 3 takes the space around a document and around the mark off before it looks for the next one.
 */
export const splitManifests = (output: string, version: HelmVersion = "v4"): Piece[] => (version === "v3" ? splitTrimmed(output) : splitAtLines(output));

function splitAtLines(output: string): Piece[] {
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

/** A mark that follows another one with nothing but space between belongs to the document: Helm has passed over the line break that it looks for. */
function splitTrimmed(output: string): Piece[] {
  const pieces: Piece[] = [];
  const end = endOfText(output);
  let from = skipSpace(output, 0);
  if (output.startsWith(MARK, from)) from = skipBlank(output, from + MARK.length);
  while (from < end) {
    const line = output.indexOf(`\n${MARK}`, from);
    const to = line < 0 || line >= end ? end : line;
    const at = skipSpace(output, from);
    if (at < to) pieces.push({ text: trimSpace(output.slice(at, to)), at });
    from = to === end ? end : skipBlank(output, to + 1 + MARK.length);
  }
  return pieces;
}

/** Offset of the first character that is no `\s` of Go's regular expressions. */
function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && BLANK.has(text.charCodeAt(at))) at += 1;
  return at;
}

const BLANK: ReadonlySet<number> = new Set([9, 10, 12, 13, 32]);

/** Offset of the first character that Go's unicode.IsSpace does not hold for, or the length. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** As strings.TrimSpace. */
export function trimSpace(text: string): string {
  return text.slice(skipSpace(text, 0), endOfText(text));
}

/** Offset behind the last character that is no space; 0 where there is none. */
function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return end;
}

function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  return code > 126 && BEYOND_ASCII.has(code);
}

/** White_Space of Unicode beyond ASCII. */
const BEYOND_ASCII: ReadonlySet<number> = new Set([0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]);
