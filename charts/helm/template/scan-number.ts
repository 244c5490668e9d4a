import { isWordCharacter } from "./characters.ts";

/** Where a number ends, and whether it is one: undefined for bad syntax. */
export interface NumberScan {
  readonly end: number;
  readonly kind: "number" | "complex" | undefined;
}

const PART = /[+-]?(?:0[xX][\dA-Fa-f_]*(?:\.[\dA-Fa-f_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y;

/** The number at an offset; what it is worth is looked at later, by parseNumber. */
export function scanNumber(text: string, start: number): NumberScan {
  const end = endOfPart(text, start);
  const wrong = wrongEnd(text, end);
  if (wrong !== undefined) return { end: wrong, kind: undefined };
  const sign = text[end];
  if (sign !== "+" && sign !== "-") return { end, kind: "number" };
  const endOfPair = endOfPart(text, end);
  const wrongPair = wrongEnd(text, endOfPair);
  if (wrongPair !== undefined) return { end: wrongPair, kind: undefined };
  return { end: endOfPair, kind: text[endOfPair - 1] === "i" ? "complex" : undefined };
}

function endOfPart(text: string, start: number): number {
  PART.lastIndex = start;
  PART.exec(text);
  return PART.lastIndex;
}

/** Behind the character that must not follow a number, or undefined where none does. */
function wrongEnd(text: string, end: number): number | undefined {
  const code = text.codePointAt(end);
  return code !== undefined && isWordCharacter(code) ? end + (code > 0xffff ? 2 : 1) : undefined;
}
