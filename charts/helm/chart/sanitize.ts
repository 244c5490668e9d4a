const PLAIN = /^[\x20-\x7e]*$/;
const SPACE = /\p{White_Space}/gu;
/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

/** A text of Chart.yaml as Helm takes it: every white space a space, what cannot be printed left out. */
export const sanitize = (text: string): string => (PLAIN.test(text) ? text : text.replace(SPACE, " ").replace(UNPRINTABLE, ""));
