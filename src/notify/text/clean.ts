/** Longest text that is looked at, in UTF-16 units: what is longer was never meant to be read. */
const MAX_INPUT = 20_000;

/** Steers a terminal, turns the direction of reading, or takes no place on the screen: controls, bidi marks, zero-width and tag characters, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
/** Marks stacked upon one letter; living languages use up to four. */
const STACKED = /(\p{M}{4})\p{M}+/gu;

/**
 * Text as one line of what a person can see: nothing in it hides, overlaps or reorders. Emoji that are joined of several fall
 * into their parts. Does not look for secrets, see cleanContent.
 */
export function cleanText(text: string): string {
  const bounded = text.length <= MAX_INPUT ? text : text.slice(0, MAX_INPUT);
  return bounded
    .replace(/\s+/gu, " ")
    .replace(UNSEEN, "")
    .replace(STACKED, "$1")
    .replace(/\s+/gu, " ")
    .trim();
}
