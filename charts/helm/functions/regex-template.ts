import type { Search } from "./regex-find.ts";
import { isDigit, isLetter } from "./runes.ts";

/** A part of a replacement: text, or a group by number or name. */
export type Piece = string | { readonly group: number | string };

/** Beyond it Go takes a number for a name. */
const MAX_NUMBER = 100_000_000;

/** A replacement in Go's notation: `$1`, `${name}`, `$$`. A name is as long as it can be (`$1W` is a group named 1W); any other `$` is itself. */
export function parseTemplate(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (let at = text.indexOf("$"); at >= 0; at = text.indexOf("$", at)) {
    if (text.charAt(at + 1) === "$") {
      pieces.push(text.slice(done, at + 1));
      at += 2;
      done = at;
      continue;
    }
    const name = nameAt(text, at + 1);
    if (name === undefined) {
      at += 1;
      continue;
    }
    pieces.push(text.slice(done, at), { group: numbered(name.text) });
    at = name.end;
    done = at;
  }
  pieces.push(text.slice(done));
  return pieces;
}

/** The replacement for the match that a search found last. */
export function expandTemplate(pieces: readonly Piece[], search: Search): string {
  let out = "";
  for (const piece of pieces) out += typeof piece === "string" ? piece : ((typeof piece.group === "number" ? search.group(piece.group) : search.named(piece.group)) ?? "");
  return out;
}

function nameAt(text: string, at: number): { readonly text: string; readonly end: number } | undefined {
  const start = text.charAt(at) === "{" ? at + 1 : at;
  let end = start;
  while (end < text.length) {
    const rune = String.fromCodePoint(text.codePointAt(end) ?? 0);
    if (rune !== "_" && !isLetter(rune) && !isDigit(rune)) break;
    end += rune.length;
  }
  if (end === start || (start > at && text.charAt(end) !== "}")) return undefined;
  return { text: text.slice(start, end), end: start > at ? end + 1 : end };
}

function numbered(name: string): number | string {
  const isNumber = /^(?:0|[1-9][0-9]*)$/u.test(name) && Number(name.slice(0, -1)) < MAX_NUMBER;
  return isNumber ? Number(name) : name;
}
