import { readScalar } from "./go-scalar.ts";
import { readTimestamp } from "./go-timestamp.ts";

/** How go-yaml v2 writes a text. */
export type ScalarStyle = "plain" | "single" | "double" | "literal";

/** Text that only an escape can say: control characters, byte order marks, anything beyond 16 bits. */
const UNPRINTABLE = /[[\p{Cc}\uFEFF\uFFFE\uFFFF\u{10000}-\u{10FFFF}]--\n]/v;
const BEYOND_ASCII = /[^\n -~]/;
const LINE_BREAK = /[\n\r\x85\u2028\u2029]/;
/** Text that would be notation: an indicator first, `: ` or ` #` within, white space at an end, line breaks. */
const NOTATION = /^(?:[#,[\]{}&*!|>'"%@`]|[?:-](?: |$)|---|\.\.\.| )|: |:$| #| $|[\n\u2028\u2029]/;
/** White space beside a line break, which only double quotes keep. */
const SPACE_THEN_BREAK = / [\n\u2028\u2029]/;
const BREAK_THEN_SPACE = /[\n\u2028\u2029] /;
/** `1:30` is 90 to readers of YAML 1.1 other than Go's. */
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
/** Most texts: a first letter that begins no word of YAML, and nothing that could be notation. */
const ORDINARY = /^[A-EG-MP-SU-XZa-eg-mp-su-xz/_][\w./=(),;+-]*$/;

/** The style of a value. Tabs keep a text from being literal unless they are allowed there, as in go-yaml v3. */
export function styleOfValue(text: string, allowsTabs = false): ScalarStyle {
  if (ORDINARY.test(text)) return "plain";
  if (text.includes("\n")) return allowsLiteral(allowsTabs ? text.replaceAll("\t", ".") : text) ? "literal" : "double";
  return styleOfLine(text);
}

/** The style of a key that stands before its colon; it is never literal. */
export function styleOfKey(text: string): ScalarStyle {
  return ORDINARY.test(text) ? "plain" : styleOfLine(text);
}

function styleOfLine(text: string): ScalarStyle {
  if (isUnprintable(text) || !readsAsText(text)) return "double";
  if (!NOTATION.test(text)) return "plain";
  return SPACE_THEN_BREAK.test(text) || BREAK_THEN_SPACE.test(text) ? "double" : "single";
}

const allowsLiteral = (text: string): boolean => !isUnprintable(text) && !SPACE_THEN_BREAK.test(text) && !text.endsWith(" ");

const isUnprintable = (text: string): boolean => BEYOND_ASCII.test(text) && UNPRINTABLE.test(text);

/** True for a key that stands before its colon; others stand behind a `?`. */
export function isSimpleKey(text: string): boolean {
  return text.length <= 128 && (ORDINARY.test(text) || (!LINE_BREAK.test(text) && Buffer.byteLength(text) <= 128));
}

/** False where Go would read something else, were the text not quoted. */
function readsAsText(text: string): boolean {
  if (BASE_60.test(text)) return false;
  try {
    return readScalar(text) === text && readTimestamp(text) === undefined;
  } catch {
    return false;
  }
}
