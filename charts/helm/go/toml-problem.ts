import type { TomlError } from "smol-toml";
import { quoteRune } from "./quote.ts";

const FIRST_LINE = /^Invalid TOML document: (.*)/;
/** The names before `=`; what stands behind them is the first character that is wrong. */
const KEY = /^[ \t]*(?:(?:[\w-]+|"[^"]*"|'[^']*')[ \t]*(?:\.[ \t]*(?:[\w-]+|"[^"]*"|'[^']*')?[ \t]*)*)?/;
/** Likewise of a table's head. */
const HEAD = /^[ \t]*\[\[?[ \t]*(?:(?:[\w-]+|"[^"]*"|'[^']*')[ \t]*(?:\.[ \t]*(?:[\w-]+|"[^"]*"|'[^']*')?[ \t]*)*)?/;

/** What BurntSushi/toml says to a problem, with the line; where its words are not known, those of our reader. Templates see it in the map that `fromToml` gives. */
export function tomlProblem({ message, line }: TomlError, text: string): string {
  const lines = text.split("\n");
  const [, ours = message] = FIRST_LINE.exec(message) ?? [];
  return `toml: line ${line}: ${theirWords(lines[line - 1] ?? "", line >= lines.length) ?? ours}`;
}

function theirWords(line: string, isLast: boolean): string | undefined {
  const isHead = /^[ \t]*\[/.test(line);
  const [names = ""] = (isHead ? HEAD : KEY).exec(line) ?? [];
  const next = line.slice(names.length);
  const end = next === "" ? (isLast ? "\0" : "\n") : String.fromCodePoint(next.codePointAt(0) ?? 0);
  if (isHead) return problemOfHead(names, end);
  if (names.trim() === "" && end === "=") return "unexpected '=': key name appears blank";
  if (end === "=") return undefined;
  return end === "\0" ? "unexpected EOF; expected key separator '='" : `expected '.' or '=', but got ${quoteRune(end.codePointAt(0) ?? 0)} instead`;
}

function problemOfHead(names: string, end: string): string | undefined {
  if (end === "]") return /\[[ \t]*$/.test(names) ? "unexpected end of table name (table names cannot be empty)" : undefined;
  return `expected '.' or ']' to end table name, but got ${quoteRune(end.codePointAt(0) ?? 0)} instead`;
}
