import { messageOf } from "../../../src/errors.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { GoMap } from "../go/value.ts";
import type { Matches } from "./schema-checks.ts";
import { SchemaError, type Located } from "./schema-index.ts";
import { pointerText } from "./schema-place.ts";
import type { RuleMaker } from "./schema-rules.ts";
import type { Check, Rules } from "./schema-run.ts";

/** The keywords that speak of the keys of a map. */
export function keyChecks(maker: RuleMaker, schema: JsonObject, at: Located): Check[] {
  const rule = (keyword: string): string => pointerText([...at.path, keyword]);
  const checks: Check[] = [];
  const dependent = [...dependentSchemas(maker, schema, at, "dependencies"), ...(maker.draft >= 2019 ? dependentSchemas(maker, schema, at, "dependentSchemas") : [])];
  if (dependent.length > 0) checks.push(dependentCheck(dependent));
  if (schema["properties"] !== undefined || schema["patternProperties"] !== undefined || schema["additionalProperties"] !== undefined) checks.push(membersCheck(maker, schema, at));
  if (maker.draft >= 6 && schema["propertyNames"] !== undefined) checks.push(namesCheck(maker.inner(at, schema["propertyNames"], "propertyNames"), rule("propertyNames")));
  if (maker.draft >= 2019 && schema["unevaluatedProperties"] !== undefined) checks.push(otherKeysCheck(maker.inner(at, schema["unevaluatedProperties"], "unevaluatedProperties")));
  return checks;
}

function dependentSchemas(maker: RuleMaker, schema: JsonObject, at: Located, keyword: string): (readonly [string, Rules])[] {
  return Object.entries((schema[keyword] ?? {}) as JsonObject).flatMap(([key, value = null]) => (Array.isArray(value) ? [] : [[key, maker.inner(at, value, keyword, key)] as const]));
}

function dependentCheck(dependent: readonly (readonly [string, Rules])[]): Check {
  return (value, place, run, seen) => {
    if (!(value instanceof GoMap)) return;
    for (const [key, rules] of dependent) if (value.entries.has(key)) run.check(rules, value, place, seen);
  };
}

function membersCheck(maker: RuleMaker, schema: JsonObject, at: Located): Check {
  const known = new Map(Object.entries((schema["properties"] ?? {}) as JsonObject).map(([key, item = null]) => [key, maker.inner(at, item, "properties", key)]));
  const patterns = Object.entries((schema["patternProperties"] ?? {}) as JsonObject).map(([pattern, item = null]) => [patternOf(maker, pattern, at), maker.inner(at, item, "patternProperties", pattern)] as const);
  const additional = schema["additionalProperties"];
  const others = additional === undefined || additional === false ? undefined : maker.inner(at, additional, "additionalProperties");
  const rule = pointerText([...at.path, "additionalProperties"]);
  return (value, place, run, seen) => {
    if (!(value instanceof GoMap)) return;
    const refused: string[] = [];
    for (const [key, item] of value.entries) {
      const rules = known.get(key);
      let isKnown = rules !== undefined;
      if (rules !== undefined) run.check(rules, item, { parent: place, key }, undefined);
      for (const [matches, patternRules] of patterns) {
        if (!matches(key, run)) continue;
        isKnown = true;
        run.check(patternRules, item, { parent: place, key }, undefined);
      }
      if (isKnown || additional !== undefined) seen?.keys.add(key);
      if (isKnown) continue;
      if (others !== undefined) run.check(others, item, { parent: place, key }, undefined);
      else if (additional === false) refused.push(key);
    }
    if (refused.length > 0) run.violations.push({ place, rule, message: refusedKeys(refused, [...known.keys()]) });
  };
}

function patternOf(maker: RuleMaker, pattern: string, at: Located): Matches {
  try {
    return maker.matcher(pattern);
  } catch (error) {
    throw new SchemaError(`pattern "${pattern}" cannot be read: ${messageOf(error)}`, pointerText([...at.path, "patternProperties", pattern]));
  }
}

function refusedKeys(refused: readonly string[], known: readonly string[]): string {
  const names = refused.slice(0, 10).map((key) => `"${key}"`).join(", ");
  const allowed = known.length === 0 ? "no keys are" : `allowed are ${known.slice(0, 20).join(", ")}${known.length > 20 ? ", …" : ""}`;
  return `must not have ${names}${refused.length > 10 ? ` and ${refused.length - 10} more` : ""}; ${allowed}${known.length === 0 ? " allowed" : ""}`;
}

function namesCheck(rules: Rules, rule: string): Check {
  return (value, place, run) => {
    if (!(value instanceof GoMap)) return;
    for (const key of value.entries.keys()) {
      const [first] = run.attempt(rules, key, undefined, undefined);
      if (first !== undefined) run.violations.push({ place, rule, message: `key "${key}" is not allowed: it ${first.message}` });
    }
  };
}

function otherKeysCheck(rules: Rules): Check {
  return (value, place, run, seen) => {
    if (!(value instanceof GoMap) || seen === undefined) return;
    if (!seen.allKeys) for (const [key, item] of value.entries) if (!seen.keys.has(key)) run.check(rules, item, { parent: place, key }, undefined);
    seen.allKeys = true;
  };
}
