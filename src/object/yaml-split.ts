/** One document of a YAML stream. */
export interface YamlChunk {
  readonly text: string;
  /** The line of the stream (from 1) on which the text begins. */
  readonly startLine: number;
  /** The line of the stream (from 1) on which its first content stands. */
  readonly line: number;
}

/** Only at the start of a line, where no scalar can hold it: YAML 1.2, section 9.1.2. */
const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/** Cuts a stream at `---` and `...`, so that the line of each document is known. Documents without content are left out. */
export function splitYaml(stream: string): YamlChunk[] {
  const chunks: YamlChunk[] = [];
  let startLine = 1;
  let held = "";
  for (const piece of pieces(stream.startsWith("\uFEFF") ? stream.slice(1) : stream)) {
    const text = held + piece;
    held = isDirectives(text) ? text : "";
    if (held !== "") continue;
    const offset = contentOffset(text);
    if (offset !== undefined) chunks.push({ text, startLine, line: startLine + offset });
    startLine += countLines(text);
  }
  return chunks;
}

/** The text between markers; `---` stays where it stands, `...` is blanked out. */
function* pieces(text: string): Iterable<string> {
  let start = 0;
  for (const { index } of text.matchAll(MARKER)) {
    if (index > start) yield withoutEnd(text.slice(start, index));
    start = index;
  }
  yield withoutEnd(text.slice(start));
}

const withoutEnd = (piece: string): string => (piece.startsWith("...") ? `   ${piece.slice(3)}` : piece);

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function* lines(text: string): Iterable<string> {
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
    yield text.slice(start, end);
    start = end + 1;
  }
  yield text.slice(start);
}

const isBlank = (line: string): boolean => /^[ \t]*(?:#|\r?$)/.test(line);

/** How many lines stand before the first content; undefined where there is none. */
function contentOffset(text: string): number | undefined {
  let offset = 0;
  for (const line of lines(text)) {
    const rest = line.startsWith("%") ? "" : line.replace(/^---(?=\s|$)/, "");
    if (!isBlank(rest)) return offset;
    offset += 1;
  }
  return undefined;
}

/** True where `%` lines stand before a document that is still to come. */
function isDirectives(text: string): boolean {
  if (!/^%/m.test(text)) return false;
  for (const line of lines(text)) if (!isBlank(line) && !line.startsWith("%")) return false;
  return true;
}
