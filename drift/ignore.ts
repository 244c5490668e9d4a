/** `spec.drift.ignore`: which fields of which objects are left to others. */
import type { ApplicationSpec } from "../src/api/application.ts";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../src/api/group.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import { textGlob } from "../src/object/text-glob.ts";
import { field } from "./field-path.ts";
import type { FieldPath } from "./field-path.ts";
import { formatPattern, isCovered, parsePattern } from "./field-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";

export type { FieldPattern } from "./field-pattern.ts";
export { withoutIgnored } from "./ignored-fields.ts";

/** The objects that a rule is about. What is left out matches everything; in namespace and name, `*` stands for any text. */
export interface RuleTarget {
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** One rule as it stands in the spec. */
export interface IgnoreRule {
  readonly name?: string | undefined;
  /** Default: all objects. */
  readonly target?: RuleTarget | undefined;
  readonly paths: readonly string[];
}

/** The rules of one Application, ready for use. */
export interface IgnoreRules {
  /** What is ignored of this object; mostly the one empty list. */
  forObject(id: ObjectId): readonly FieldPattern[];
}

interface CompiledRule {
  readonly matches: (id: ObjectId) => boolean;
  readonly patterns: readonly FieldPattern[];
}

/** Nothing is left to others. */
export const NO_PATTERNS: readonly FieldPattern[] = [];

/** The rules of an Application that has none. */
export const NO_IGNORES: IgnoreRules = { forObject: () => NO_PATTERNS };

/** What proves whose an object is, and what it is called: a rule that covers one of these would disown it. */
const PROTECTED: readonly FieldPath[] = [
  ["apiVersion"],
  ["kind"],
  ["metadata", "name"],
  ["metadata", "namespace"],
  ["metadata", "labels", PART_OF_LABEL],
  ["metadata", "annotations", ORIGIN_ANNOTATION],
].map((names) => names.map(field));

/** Text that no name of an object holds: a regular expression was meant. */
const NO_NAME = /[\^$()[\]{}|+?\\]/;

/** Reads the rules. What cannot be read or must not be ignored is told as a problem, with its place; the rest holds. */
export function compileIgnore(rules: readonly IgnoreRule[]): { readonly rules: IgnoreRules; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const compiled = rules.map((rule, index): CompiledRule => {
    const place = placeOfRule("ignore", index, rule.name);
    return { matches: readTarget(rule.target, place, problems), patterns: readPaths(rule.paths, place, problems) };
  });
  return { rules: rulesOf(compiled.filter(({ patterns }) => patterns.length > 0)), problems };
}

/** The rules of an Application; what of them cannot be read is told where the spec is checked. */
export function ignoreRulesOf({ spec }: { readonly spec: Pick<ApplicationSpec, "drift"> }): IgnoreRules {
  return compileIgnore(spec.drift?.ignore ?? []).rules;
}

function rulesOf(rules: readonly CompiledRule[]): IgnoreRules {
  if (rules.length === 0) return NO_IGNORES;
  return {
    forObject: (id) => {
      const matching = rules.filter(({ matches }) => matches(id));
      if (matching.length === 0) return NO_PATTERNS;
      const patterns = matching.flatMap(({ patterns }) => patterns);
      return storedPatterns(id, patterns);
    },
  };
}

/** `spec.drift.rules[2] (tuned by hand)`: where a rule stands, for people. */
export function placeOfRule(list: "ignore" | "rules", index: number, name: string | undefined): string {
  return name === undefined ? `spec.drift.${list}[${index}]` : `spec.drift.${list}[${index}] (${name})`;
}

/** The objects that a target means; what is wrong with it is added to `problems`. */
export function readTarget(target: RuleTarget | undefined, place: string, problems: string[]): (id: ObjectId) => boolean {
  problems.push(...targetProblems(target).map((problem) => `${place}.target.${problem}`));
  return matcherOf(target);
}

/** The fields that the paths of a rule mean; what is wrong with them is added to `problems`, and left out. */
export function readPaths(paths: readonly string[], place: string, problems: string[]): readonly FieldPattern[] {
  return paths.flatMap((text, at) => patternOf(text, `${place}.paths[${at}]`, problems));
}

/** The patterns as they are meant for the stored form of this object: a Secret's stringData is stored in its data. */
export function storedPatterns({ group, kind }: ObjectId, patterns: readonly FieldPattern[]): readonly FieldPattern[] {
  return group === "" && kind === "Secret" ? patterns.map(storedPattern) : patterns;
}

function storedPattern(pattern: FieldPattern): FieldPattern {
  const [first, ...rest] = pattern;
  return first?.kind === "Field" && first.name === "stringData" ? [{ kind: "Field", name: "data" }, ...rest] : pattern;
}

function patternOf(text: string, place: string, problems: string[]): readonly FieldPattern[] {
  const parsed = parsePattern(text);
  if ("problem" in parsed) {
    problems.push(`${place}: ${parsed.problem}`);
    return [];
  }
  const hit = PROTECTED.find((path) => isCovered([parsed.pattern], path));
  if (hit === undefined) return [parsed.pattern];
  const names = hit.map((element) => (element.kind === "Field" ? element.name : "")).join(" ");
  problems.push(`${place}: ${formatPattern(parsed.pattern)} covers ${names}, by which Driftless knows the object; name the fields below it one by one`);
  return [];
}

function targetProblems(target: RuleTarget | undefined): readonly string[] {
  return (["namespace", "name"] as const).flatMap((part) => {
    const text = target?.[part] ?? "";
    return NO_NAME.test(text) ? [`${part}: "${text}" looks like a regular expression; write * for any text`] : [];
  });
}

function matcherOf(target: RuleTarget = {}): (id: ObjectId) => boolean {
  const { group, kind, namespace, name } = target;
  const [inNamespace, isNamed] = [textGlob(namespace), textGlob(name)];
  return (id) => (kind === undefined || kind === id.kind) && (group === undefined || group === id.group) && inNamespace(id.namespace) && isNamed(id.name);
}
