import { CODE, type Cursor, isBlank, isMarker, YamlError } from "./yaml-cursor.ts";

/** Reads a text without quotes. `indent`: where a further line of it must begin at least, outside of brackets. Leaves the cursor at the next token. */
export function readPlain(cursor: Cursor, indent: number, inFlow: boolean): string {
  cursor.mayStart = false;
  let text = readLine(cursor, inFlow);
  for (;;) {
    const breaks = nextLine(cursor, indent, inFlow);
    if (breaks === 0) return text;
    const line = readLine(cursor, inFlow);
    if (line === "") return text;
    text += (breaks === 1 ? " " : "\n".repeat(breaks - 1)) + line;
  }
}

/** The rest of the line that belongs to the text; white space at its end does not. */
function readLine(cursor: Cursor, inFlow: boolean): string {
  const { text, pos: start } = cursor;
  let pos = start;
  let end = start;
  for (;;) {
    const code = text.charCodeAt(pos);
    if (code > CODE.colon) {
      if (inFlow && isFlowIndicator(code)) break;
      end = ++pos;
    } else if (code === CODE.space || code === CODE.tab) {
      pos += 1;
      if (text.charCodeAt(pos) === CODE.hash) break;
    } else if (code === CODE.lineFeed || Number.isNaN(code)) break;
    else if (code === CODE.colon && isBlank(text.charCodeAt(pos + 1))) break;
    else if (code === CODE.comma && inFlow) break;
    else end = ++pos;
  }
  cursor.pos = pos;
  return text.slice(start, end);
}

const isFlowIndicator = (code: number): boolean =>
  code === CODE.question || code === CODE.openBracket || code === CODE.closeBracket || code === CODE.openBrace || code === CODE.closeBrace;

/** Goes to the next line that is not empty and counts the line breaks; 0 where the text does not go on there. */
function nextLine(cursor: Cursor, indent: number, inFlow: boolean): number {
  const { text } = cursor;
  let breaks = 0;
  let code = cursor.code;
  while (code === CODE.lineFeed || code === CODE.space || code === CODE.tab) {
    if (code === CODE.lineFeed) {
      breaks += 1;
      cursor.lineStart = cursor.pos + 1;
    } else if (code === CODE.tab && breaks > 0 && cursor.column < indent) {
      throw new YamlError("a tab cannot indent; use spaces", cursor.pos);
    }
    cursor.pos += 1;
    code = cursor.code;
  }
  if (breaks > 0) cursor.mayStart = true;
  if (breaks === 0 || code === CODE.hash || Number.isNaN(code) || (!inFlow && cursor.column < indent)) return 0;
  return cursor.column === 0 && isMarker(text, cursor.pos) ? 0 : breaks;
}
