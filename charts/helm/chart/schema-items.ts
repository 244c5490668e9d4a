import type { Json, JsonObject } from "../../../src/object/json.ts";
import { GoList } from "../go/value.ts";
import type { Located } from "./schema-index.ts";
import { pointerText } from "./schema-place.ts";
import type { RuleMaker } from "./schema-rules.ts";
import type { Check, Rules } from "./schema-run.ts";

/** The keywords that speak of the items of a list. */
export function itemChecks(maker: RuleMaker, schema: JsonObject, at: Located): Check[] {
  const checks: Check[] = [];
  const items = schema["items"];
  const firstKeyword = maker.draft === 2020 ? "prefixItems" : "items";
  const first = schema[firstKeyword];
  const prefix = Array.isArray(first) ? (first as readonly Json[]).map((item, index) => maker.inner(at, item, firstKeyword, index)) : [];
  const restKeyword = maker.draft === 2020 || !Array.isArray(items) ? "items" : "additionalItems";
  const rest = schema[restKeyword];
  if (prefix.length > 0 || rest !== undefined) checks.push(itemsCheck(prefix, rest === undefined ? undefined : maker.inner(at, rest, restKeyword)));
  if (maker.draft >= 6 && schema["contains"] !== undefined) checks.push(containsCheck(maker, schema, at));
  if (maker.draft >= 2019 && schema["unevaluatedItems"] !== undefined) checks.push(otherItemsCheck(maker.inner(at, schema["unevaluatedItems"], "unevaluatedItems")));
  return checks;
}

function itemsCheck(prefix: readonly Rules[], rest: Rules | undefined): Check {
  return (value, place, run, seen) => {
    if (!(value instanceof GoList)) return;
    for (const [index, item] of value.items.entries()) {
      const rules = prefix[index] ?? rest;
      if (rules === undefined) break;
      run.check(rules, item, { parent: place, key: index }, undefined);
      seen?.items.add(index);
    }
    if (rest !== undefined && seen !== undefined) seen.allItems = true;
  };
}

function containsCheck(maker: RuleMaker, schema: JsonObject, at: Located): Check {
  const rules = maker.inner(at, schema["contains"] ?? true, "contains");
  const isCounted = maker.draft >= 2019;
  const least = isCounted && schema["minContains"] !== undefined ? Number(schema["minContains"]) : 1;
  const most = isCounted && schema["maxContains"] !== undefined ? Number(schema["maxContains"]) : Infinity;
  const rule = pointerText([...at.path, "contains"]);
  return (value, place, run, seen) => {
    if (!(value instanceof GoList)) return;
    let count = 0;
    for (const [index, item] of value.items.entries()) {
      if (run.attempt(rules, item, { parent: place, key: index }, undefined).length > 0) continue;
      count += 1;
      if (maker.draft === 2020) seen?.items.add(index);
    }
    if (count < least) run.violations.push({ place, rule, message: `must contain at least ${least} item${least === 1 ? "" : "s"} of the kind that the schema tells, it has ${count}` });
    if (count > most) run.violations.push({ place, rule, message: `must contain at most ${most} items of the kind that the schema tells, it has ${count}` });
  };
}

function otherItemsCheck(rules: Rules): Check {
  return (value, place, run, seen) => {
    if (!(value instanceof GoList) || seen === undefined) return;
    if (!seen.allItems) for (const [index, item] of value.items.entries()) if (!seen.items.has(index)) run.check(rules, item, { parent: place, key: index }, undefined);
    seen.allItems = true;
  };
}
