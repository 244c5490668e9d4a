import { ReconcileError } from "../../../src/errors.ts";
import { matchesFile, readFilePattern, type FilePattern } from "./file-match.ts";

/*
 * .helmignore as Helm reads it. It looks like .gitignore and differs: the first rule that matches ends the search, `!rule`
 * leaves out everything that does NOT match it, and `**` is refused.
 */
interface Rule {
  readonly pattern: FilePattern;
  readonly isNegated: boolean;
  readonly onlyFolders: boolean;
  /** The pattern has no slash: only the last part of a path is looked at. */
  readonly onlyName: boolean;
}

/** True for a path, relative to the chart, that is left out. */
export type IsIgnored = (path: string, isFolder: boolean) => boolean;

/** Helm never takes files of templates/ that begin with a dot. */
const DEFAULT_RULE = "templates/.?*";

/** Rules of one chart, and characters of all of them: every path is compared with each. */
const MAX_RULES = 1000;
const MAX_CHARACTERS = 100_000;

/** Reads the rules; `text` is undefined where there is no .helmignore. Throws BUILD_FAILED for a rule that Helm refuses, with its line, LIMIT_EXCEEDED for too many. */
export function ignoreRules(text: string | undefined, file: string): IsIgnored {
  const rules: Rule[] = [];
  if (text !== undefined && text.length > MAX_CHARACTERS) throw new ReconcileError("LIMIT_EXCEEDED", `is longer than ${MAX_CHARACTERS} characters; leave out folders rather than files`, { position: { file } });
  for (const [index, line] of (text ?? "").split("\n").entries()) {
    const rule = readRule(line.trim(), { file, line: index + 1 });
    if (rule !== undefined) rules.push(rule);
    if (rules.length > MAX_RULES) throw new ReconcileError("LIMIT_EXCEEDED", `has more than ${MAX_RULES} rules; leave out folders rather than files`, { position: { file, line: index + 1 } });
  }
  const last = readRule(DEFAULT_RULE, { file, line: 0 });
  if (last !== undefined) rules.push(last);
  const { others, names, folders } = sorted(rules);
  return (path, isFolder) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return names.has(name) || (isFolder && folders.has(name)) || isIgnored(others, path, name, isFolder);
  };
}

/** Rules that name a file or folder are looked up, where no rule is one that leaves out what does not match: then their order does not matter. */
function sorted(rules: readonly Rule[]): { readonly others: readonly Rule[]; readonly names: ReadonlySet<string>; readonly folders: ReadonlySet<string> } {
  const names = new Set<string>();
  const folders = new Set<string>();
  if (rules.some(({ isNegated }) => isNegated)) return { others: rules, names, folders };
  const others = rules.filter(({ pattern, onlyFolders, onlyName }) => {
    const name = onlyName ? plainName(pattern) : undefined;
    if (name !== undefined) (onlyFolders ? folders : names).add(name);
    return name === undefined;
  });
  return { others, names, folders };
}

/** The only name that a pattern matches, or undefined where there may be others. */
const plainName = (pattern: FilePattern): string | undefined => (pattern.every(({ kind }) => kind === "text") ? pattern.map((step) => (step.kind === "text" ? step.character : "")).join("") : undefined);

function readRule(text: string, position: { readonly file: string; readonly line: number }): Rule | undefined {
  if (text === "" || text.startsWith("#")) return undefined;
  if (text.includes("**")) throw new ReconcileError("BUILD_FAILED", `rule "${text}": ** is not supported by Helm; write one rule per folder level`, { position });
  const isNegated = text.startsWith("!");
  const rest = isNegated ? text.slice(1) : text;
  const onlyFolders = rest.endsWith("/");
  const path = onlyFolders ? rest.slice(0, -1) : rest;
  const pattern = readFilePattern(text) === undefined ? undefined : readFilePattern(path.startsWith("/") ? path.slice(1) : path);
  if (pattern === undefined) throw new ReconcileError("BUILD_FAILED", `rule "${text}" is not a pattern: a bracket or a backslash is not complete`, { position });
  return { pattern, isNegated, onlyFolders, onlyName: !path.includes("/") };
}

function isIgnored(rules: readonly Rule[], path: string, name: string, isFolder: boolean): boolean {
  for (const rule of rules) {
    const matches = (!rule.onlyFolders || isFolder) && matchesFile(rule.pattern, rule.onlyName ? name : path);
    if (matches !== rule.isNegated) return true;
  }
  return false;
}
