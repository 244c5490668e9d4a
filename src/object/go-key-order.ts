/**
 * The order in which go-yaml writes the keys of a map: numbers within a key count as numbers (`a2` before `a10`), what is
 * no letter stands before letters, letters stand by code point.
 */
export const compareGoKeys = (left: string, right: string): number => compare(left, right, false);

/** Likewise as go-yaml v3 does, where letters stand before everything else behind a digit. */
export const compareGoKeysV3 = (left: string, right: string): number => compare(left, right, true);

function compare(left: string, right: string, isV3: boolean): number {
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at += 1) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a === b) continue;
    if (!isSimple(a) || !isSimple(b) || isDigit(a) || isDigit(b) || (isV3 && at > 0)) return compareRunes(Array.from(left), Array.from(right), isV3);
    const letters = Number(isAsciiLetter(a)) - Number(isAsciiLetter(b));
    return letters === 0 ? a - b : letters;
  }
  return left.length - right.length;
}

const isSimple = (code: number): boolean => code < 128;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isAsciiLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

function compareRunes(left: readonly string[], right: readonly string[], isV3: boolean): number {
  const at = left.findIndex((rune, index) => rune !== right[index]);
  const [a, b] = [left[at], right[at]];
  if (a === undefined || b === undefined) return left.length - right.length;
  const isLetter = [LETTER.test(a), LETTER.test(b)];
  if (isLetter[0] === true && isLetter[1] === true) return codeOf(a) - codeOf(b);
  const lettersLead = isV3 && DIGIT.test(left[at - 1] ?? "");
  if (isLetter[0] !== isLetter[1]) return isLetter[1] === lettersLead ? 1 : -1;
  return compareNumbers(left, right, at) || codeOf(a) - codeOf(b);
}

/** Compares the runs of digits that begin at the first difference; a zero counts for more behind another digit than at the start. */
function compareNumbers(left: readonly string[], right: readonly string[], at: number): number {
  const lead = (left[at] === "0" || right[at] === "0") && followsNumber(left, at) ? 1n : 0n;
  const [a, b] = [numberAt(left, at, lead), numberAt(right, at, lead)];
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  return a.end - b.end;
}

function followsNumber(runes: readonly string[], at: number): boolean {
  for (let index = at - 1; index >= 0 && DIGIT.test(runes[index] ?? ""); index -= 1) if (runes[index] !== "0") return true;
  return false;
}

/** As Go counts: 64 bits that wrap around, any digit by its distance from `0`. */
function numberAt(runes: readonly string[], at: number, lead: bigint): { value: bigint; end: number } {
  let value = lead;
  let end = at;
  for (; end < runes.length && DIGIT.test(runes[end] ?? ""); end += 1) value = BigInt.asIntN(64, value * 10n + BigInt(codeOf(runes[end] ?? "") - 48));
  return { value, end };
}

const codeOf = (rune: string): number => rune.codePointAt(0) ?? 0;
