import { quote } from "../go/strconv.ts";

/** What a piece of a template is. The words of the language are kinds of their own, see KEYWORDS. */
export type TokenKind =
  | "text"
  | "left delimiter"
  | "right delimiter"
  | "identifier"
  | "field"
  | "variable"
  | "boolean"
  | "number"
  | "complex"
  | "character"
  | "string"
  | "raw string"
  | "punctuation"
  | "declare"
  | "assign"
  | "pipe"
  | "left paren"
  | "right paren"
  | "end of file"
  | "error"
  | Keyword;

/** A reserved word, or the dot that stands alone. */
export type Keyword = "." | "block" | "break" | "continue" | "define" | "else" | "end" | "if" | "nil" | "range" | "template" | "with";

/** A piece of a template. */
export interface Token {
  readonly kind: TokenKind;
  /** Offset of its first character. */
  readonly pos: number;
  /** As written; for `error` the message. */
  readonly text: string;
  /** Spaces stand before it within an action. */
  readonly isAfterSpace: boolean;
}

/** Words that stand for themselves; `break` and `continue` only where no function is called so. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map((["block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"] as const).map((word) => [word, word]));

/** As Go shows a token in an error: `"abc"`, `<end>`, `EOF`. */
export function describeToken({ kind, text }: Token): string {
  if (kind === "end of file") return "EOF";
  if (kind === "error") return text;
  if (kind === "." || KEYWORDS.has(kind)) return `<${text}>`;
  const shown = Array.from(text.slice(0, 20)).slice(0, 10).join("");
  return isLong(text) ? `${quote(shown)}...` : quote(text);
}

/** More than ten bytes, as Go counts. */
const isLong = (text: string): boolean => text.length > 10 || Buffer.byteLength(text) > 10;
