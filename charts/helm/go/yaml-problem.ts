import type { YamlError } from "../../../src/object/yaml-cursor.ts";
import { invalidKeyProblem, type ReadText } from "./yaml-key-problem.ts";

/** Where Go sees a problem. Its scanner counts lines from 1, its parser from 0; what is then the first line is not named. */
type Place = "scanner" | "parser" | "nowhere";

/** What go-yaml says to a problem of ours. */
interface Rule {
  readonly ours: RegExp;
  readonly theirs: string;
  readonly by: Place;
  /** Where Go has noticed it, given where the text is wrong; default there. */
  readonly noticed?: (text: string, at: number) => number;
  /** Default everywhere. */
  readonly holds?: (text: string, at: number) => boolean;
}

/** Behind blank lines that follow the line at an offset: Go looks at a key when it comes to the next token. */
function behindLine(text: string, at: number): number {
  NEXT_TOKEN.lastIndex = at;
  return at + (NEXT_TOKEN.exec(text)?.[0].length ?? 0);
}

const NEXT_TOKEN = /.*\s*/y;
/** A quoted text that does not end is noticed at the end of all text. */
const atEnd = (text: string): number => (text.endsWith("\n") ? text.length : text.length - 1);

/** Whether the text ends where a value would stand. */
const endsOpen = (text: string, at: number): boolean => at >= text.length && /[[{,:]$/.test(text.trimEnd());

/** Whether a key that takes several lines, up to its `:`, follows another key of its map: only then Go expects it to be one. */
function isLaterKey(text: string, at: number): boolean {
  const columns = text.slice(0, at).split("\n").flatMap((line) => (line.trim() === "" ? [] : [KEY_INDENT.exec(line)?.[0].length ?? 0]));
  const column = columns.at(-1) ?? 0;
  const key = columns.findLast((start) => start < column) ?? -1;
  const before = columns.slice(0, columns.lastIndexOf(key)).findLast((start) => start <= key);
  return before === key;
}

/** The spaces before a key, and the dashes of lists. */
const KEY_INDENT = /^ *(?:- +)*/;

/** Templates see the text of an error in the map that `fromYaml` gives: the common ones are Go's own. The first that fits holds. */
const RULES: readonly Rule[] = [
  { ours: /^a text cannot begin with "[@`%]"/, theirs: "found character that cannot start any token", by: "scanner" },
  { ours: /^(?:a value is missing here|a text cannot begin with)/, theirs: "did not find expected node content", by: "parser" },
  { ours: /^a tab cannot indent/, theirs: "found character that cannot start any token", by: "scanner" },
  { ours: /^(?:a map cannot begin here|a list or map cannot begin here|":" cannot stand here)/, theirs: "mapping values are not allowed in this context", by: "scanner" },
  { ours: /^a key and its ":" must stand on one line, no/, theirs: "could not find expected ':'", by: "scanner", holds: isLaterKey },
  { ours: /^a key and its ":" must stand on one line, no/, theirs: "mapping values are not allowed in this context", by: "scanner" },
  { ours: /^a key and its ":" must stand on one line; is a bracket/, theirs: "did not find expected ',' or ']'", by: "parser" },
  { ours: /^":" is missing behind this key/, theirs: "could not find expected ':'", by: "scanner", noticed: behindLine },
  { ours: /^(?:a key or the end of the map|"-" cannot stand here)/, theirs: "did not find expected key", by: "parser" },
  { ours: /^"- " or the end of the list/, theirs: "did not find expected '-' indicator", by: "parser" },
  { ours: /^"," or "[\]}]" is missing/, theirs: "did not find expected node content", by: "parser", holds: endsOpen },
  { ours: /^"," or "\]" is missing/, theirs: "did not find expected ',' or ']'", by: "parser" },
  { ours: /^"," or "\}" is missing/, theirs: "did not find expected ',' or '}'", by: "parser" },
  { ours: /^a text that begins with/, theirs: "found unexpected end of stream", by: "scanner", noticed: atEnd },
  { ours: /^unknown escape/, theirs: "found unknown escape character", by: "scanner" },
  { ours: /^the name of an (?:anchor|alias)/, theirs: "did not find expected alphabetic or numeric character", by: "scanner" },
  { ours: /^behind [|>] only/, theirs: "did not find expected comment or line break", by: "scanner" },
  { ours: /^document says YAML/, theirs: "found incompatible YAML document", by: "scanner" },
  { ours: /^only one value may stand/, theirs: "did not find expected <document start>", by: "parser" },
  { ours: /^control characters are not allowed/, theirs: "control characters are not allowed", by: "nowhere" },
  { ours: /^<< needs a map/, theirs: "map merge requires map or sequence of maps as the value", by: "nowhere" },
];

const ANCHOR = /^there is no anchor "(.*)" before/;
const NOT_FINITE = /^[-+]?\.(?:inf|nan)\b/i;

/** What go-yaml says to a problem, with `yaml:` before it; where it is not known, our own words. `read` is for texts made of this one. */
export function goYamlProblem(error: YamlError, text: string, read: ReadText | undefined): string {
  const { message, at } = error;
  const [, anchor] = ANCHOR.exec(message) ?? [];
  if (anchor !== undefined) return `yaml: unknown anchor '${anchor}' referenced`;
  const [special] = NOT_FINITE.exec(message) ?? [];
  if (special !== undefined) return `json: unsupported value: ${special.toLowerCase().endsWith("nan") ? "NaN" : special.startsWith("-") ? "-Inf" : "+Inf"}`;
  const rule = RULES.find(({ ours, holds }) => ours.test(message) && (holds?.(text, at) ?? true));
  if (rule === undefined) return (read === undefined ? undefined : invalidKeyProblem(error, text, read)) ?? `yaml: line ${lineOf(text, at)}: ${message}`;
  const line = lineOf(text, rule.noticed?.(text, at) ?? at);
  const isNamed = rule.by !== "nowhere" && line > 1;
  return `yaml: ${isNamed ? `line ${rule.by === "parser" ? line - 1 : line}: ` : ""}${rule.theirs}`;
}

/** The line of an offset, from 1; the end of a text is on a line of its own. */
function lineOf(text: string, to: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) line += 1;
  return to >= text.length && !text.endsWith("\n") ? line + 1 : line;
}
