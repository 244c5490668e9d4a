/**
 * Lines of the plainest YAML that there is, as regular expressions that are tried at an offset (`lastIndex`) and end behind the
 * line. V8 runs them as machine code from the second time on, which a loop over characters comes to only after thousands.
 * All that may not be what it looks like is left out: anchors, tags, tabs, control characters, `.inf`, `null` as a key.
 */

/** What Go's readers do not take, or take as a line break, but for tab and line feed; and the mark of the byte order. */
const CONTROL = "\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ufeff\\ufffe\\uffff";
const KEY = "(?!(?:null|Null|NULL):)[A-Za-z_/][\\w./$%+-]{0,250}";
const FIRST = "(?:[A-Za-z0-9_/(<=$^~;\\\\]|[-+](?=[A-Za-z0-9_/-])|\\.(?=[A-Za-z0-9_/-])(?![iInN]))";
const TEXT = `(?:[^:#\\n\\t${CONTROL}]|:(?=[^ \\n\\t])|(?<=[^ \\n])#)*`;
const COMMENT = `#[^\\n${CONTROL}]*`;
const IN_DOUBLE = `[^"\\\\\\n\\t${CONTROL}]|\\\\["\\\\/abfnrtv0]`;
const IN_SINGLE = `[^'\\n\\t${CONTROL}]|''`;
/** Between lines in quotes; `---` and `...` at the start of one would end the document. */
const BREAK = "\\n(?![-.])";
const ITEM = ` *(?:[A-Za-z0-9_/][\\w./-]*|"(?:${IN_DOUBLE})*"|'(?:${IN_SINGLE})*') *`;

/** The space before the first character. */
export const INDENTATION = / */y;

/** A key with nothing behind it, or with a text, number or word. */
export const KEY_LINE = new RegExp(`${KEY}:(?: +${FIRST}${TEXT}| *)\\n`, "y");

/** A key, its `:`, and space. */
export const KEY_ONLY = new RegExp(`(?:${KEY}|"[^"\\\\\\n\\t${CONTROL}]{0,250}"|'[^'\\n\\t${CONTROL}]{0,250}'):(?= |\\n) *`, "y");

/** A text, number or word that the next line may go on with. */
export const TEXT_LINE = new RegExp(`${FIRST}${TEXT}\\n`, "y");

/** The same with a comment behind it: it ends here. */
export const COMMENTED_LINE = new RegExp(`${FIRST}${TEXT} ${COMMENT}\\n`, "y");

/** A further line of a text. */
export const FURTHER_LINE = new RegExp(`[^ :#\\n\\t${CONTROL}]${TEXT}\\n`, "y");

/** Quotes, and brackets that end where they begin. */
export const WHOLE_LINE = new RegExp(`(?:"(?:${IN_DOUBLE}|${BREAK})*"|'(?:${IN_SINGLE}|${BREAK})*'|\\{ *\\}|\\[(?: *|${ITEM}(?:,${ITEM})*)\\])(?: +${COMMENT})? *\\n`, "y");

/** What stands above a text that is indented. */
export const BLOCK_LINE = /[|>][-+]? *\n/y;

/** Nothing, or a comment. */
export const EMPTY_LINE = new RegExp(`(?:${COMMENT})?\\n`, "y");

/** A character that keeps a text from being plain wherever it stands. */
export const UNUSUAL = new RegExp(`[${CONTROL}]`);

/** True where a line at an offset is of a kind; `lastIndex` is behind it then. */
export function isLine(line: RegExp, text: string, at: number): boolean {
  line.lastIndex = at;
  return line.test(text);
}

/** Where the first character stands that is no space. */
export function behindSpace(text: string, at: number): number {
  INDENTATION.lastIndex = at;
  INDENTATION.test(text);
  return INDENTATION.lastIndex;
}
