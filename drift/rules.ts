/** `spec.drift.rules`: what happens with one difference, by object, field and author, instead of what the mode says. */
import type { ApplicationSpec } from "../src/api/application.ts";
import type { DriftAction, DriftActor } from "../src/api/drift-report.ts";
import { parseDuration } from "../src/api/duration.ts";
import type { Json } from "../src/object/json.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import type { FieldPath } from "./field-path.ts";
import { isCovered, placed } from "./field-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";
import { placeOfRule, readPaths, readTarget, storedPatterns } from "./ignore.ts";
import type { RuleTarget } from "./ignore.ts";

/** One rule as it stands in the spec. */
export interface DriftRule {
  readonly name?: string | undefined;
  /** Default: all objects. */
  readonly target?: RuleTarget | undefined;
  /** Default: every field, and the object itself. */
  readonly paths?: readonly string[] | undefined;
  /** Default: anybody. */
  readonly actors?: readonly DriftActor[] | undefined;
  readonly action: DriftAction;
  /** Grace time of RevertAfter. */
  readonly after?: string | undefined;
}

/** A rule that is about a certain object. */
export interface ObjectRule {
  /** Undefined: every field, and the object itself. */
  readonly patterns: readonly FieldPattern[] | undefined;
  /** Undefined: anybody. */
  readonly actors: ReadonlySet<DriftActor> | undefined;
  readonly action: DriftAction;
  /** Milliseconds from the first sight; 0 for all but RevertAfter. */
  readonly afterMs: number;
}

/** The rules of one Application, ready for use. */
export interface DriftRules {
  /** Those about this object, in their order; mostly the one empty list. */
  forObject(id: ObjectId): readonly ObjectRule[];
}

interface CompiledRule extends ObjectRule {
  readonly matches: (id: ObjectId) => boolean;
}

const NONE: readonly ObjectRule[] = [];

/** The rules of an Application that has none: its mode decides. */
export const NO_RULES: DriftRules = { forObject: () => NONE };

/** Reads the rules. What cannot be read is told as a problem, with its place; the rest holds. */
export function compileRules(rules: readonly DriftRule[]): { readonly rules: DriftRules; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const compiled = rules.map((rule, index) => compileRule(rule, placeOfRule("rules", index, rule.name), problems));
  return { rules: compiled.length === 0 ? NO_RULES : rulesOf(compiled), problems };
}

/** The rules of an Application, read when they are first needed; what of them cannot be read is told where the spec is checked. */
export function driftRulesOf({ spec }: { readonly spec: Pick<ApplicationSpec, "drift"> }): DriftRules {
  const rules = spec.drift?.rules ?? [];
  if (rules.length === 0) return NO_RULES;
  let compiled: DriftRules | undefined;
  return { forObject: (id) => (compiled ??= compileRules(rules).rules).forObject(id) };
}

/**
 * The first rule that fits a difference at this path (undefined: the whole object is gone) by this author. A rule that names
 * fields fits differences in them and below them, not one that is larger: what is left of a list item that is gone is not
 * its image.
 */
export function ruleFor(rules: readonly ObjectRule[], path: FieldPath | undefined, actor: DriftActor): ObjectRule | undefined {
  return rules.find((rule) => {
    if (rule.actors?.has(actor) === false) return false;
    if (rule.patterns === undefined) return true;
    return path !== undefined && isCovered(rule.patterns, path);
  });
}

/** The rules with positions of list items looked up in the object as Git has it. Once for all differences of an object. */
export function placedRules(rules: readonly ObjectRule[], desired: Json): readonly ObjectRule[] {
  return rules.map((rule) => (rule.patterns === undefined ? rule : { ...rule, patterns: placed(rule.patterns, desired) }));
}

/** A rule without a path that can be read is about nothing. */
function compileRule({ target, paths, actors, action, after }: DriftRule, place: string, problems: string[]): CompiledRule {
  return {
    matches: readTarget(target, place, problems),
    patterns: paths === undefined ? undefined : readPaths(paths, place, problems),
    actors: actors === undefined ? undefined : new Set(actors),
    action,
    afterMs: after === undefined ? 0 : graceOf(after, place, problems),
  };
}

function graceOf(after: string, place: string, problems: string[]): number {
  try {
    return parseDuration(after);
  } catch (error) {
    problems.push(`${place}.after: ${error instanceof Error ? error.message : String(error)}`);
    return 0;
  }
}

function rulesOf(rules: readonly CompiledRule[]): DriftRules {
  return {
    forObject: (id) => {
      const matching = rules.filter(({ matches }) => matches(id));
      if (matching.length === 0) return NONE;
      return matching.map((rule) => (rule.patterns === undefined ? rule : { ...rule, patterns: storedPatterns(id, rule.patterns) }));
    },
  };
}
