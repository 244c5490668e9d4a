import type { Json, JsonObject } from "../../../src/object/json.ts";
import type { Located } from "./schema-index.ts";
import { placeText, pointerText } from "./schema-place.ts";
import type { RuleMaker } from "./schema-rules.ts";
import type { Check, Rules, Violation } from "./schema-run.ts";

/** allOf, anyOf, oneOf, not, if, and references of the newer drafts. */
export function logicChecks(maker: RuleMaker, schema: JsonObject, at: Located): Check[] {
  const checks = referenceChecks(maker, schema, at);
  const rule = (keyword: string): string => pointerText([...at.path, keyword]);
  const list = (keyword: string): Rules[] => ((schema[keyword] ?? []) as readonly Json[]).map((item, index) => maker.inner(at, item, keyword, index));
  for (const rules of list("allOf")) checks.push((value, place, run, seen) => run.check(rules, value, place, seen));
  if (schema["anyOf"] !== undefined) checks.push(anyOfCheck(list("anyOf"), rule("anyOf")));
  if (schema["oneOf"] !== undefined) checks.push(oneOfCheck(list("oneOf"), rule("oneOf")));
  if (schema["not"] !== undefined) checks.push(notCheck(maker.inner(at, schema["not"], "not"), rule("not")));
  if (maker.draft >= 7 && schema["if"] !== undefined) checks.push(ifCheck(maker, schema, at));
  return checks;
}

/** `$ref` and its newer kin. */
export function referenceChecks(maker: RuleMaker, schema: JsonObject, at: Located): Check[] {
  const keywords = ["$ref", ...(maker.draft === 2020 ? ["$dynamicRef"] : []), ...(maker.draft === 2019 ? ["$recursiveRef"] : [])];
  return keywords.flatMap((keyword): Check[] => {
    const ref = schema[keyword];
    const referred = typeof ref === "string" ? maker.referred(ref, at) : undefined;
    return referred === undefined ? [] : [(value, place, run, seen) => run.check(referred, value, place, seen)];
  });
}

function anyOfCheck(choices: readonly Rules[], rule: string): Check {
  return (value, place, run, seen) => {
    const found: (readonly Violation[])[] = [];
    for (const choice of choices) {
      const violations = run.attempt(choice, value, place, seen);
      if (violations.length > 0) found.push(violations);
      else if (seen === undefined) return;
    }
    if (found.length === choices.length) run.violations.push({ place, rule, message: `must meet one of ${choices.length} rules: ${toldChoices(found)}` });
  };
}

function oneOfCheck(choices: readonly Rules[], rule: string): Check {
  return (value, place, run, seen) => {
    const found = choices.map((choice) => run.attempt(choice, value, place, seen));
    const met = found.flatMap((violations, index) => (violations.length === 0 ? [index + 1] : []));
    if (met.length === 1) return;
    const message = met.length === 0 ? `must meet one of ${choices.length} rules: ${toldChoices(found)}` : `must meet one of ${choices.length} rules and no more, it meets numbers ${met.join(" and ")}`;
    run.violations.push({ place, rule, message });
  };
}

/** What is wrong for each choice, the first of it, as long as it can be read. */
function toldChoices(found: readonly (readonly Violation[])[]): string {
  const texts = found.slice(0, 4).map(([first]) => (first === undefined ? "" : `${placeText(first.place)} ${first.message}`.slice(0, 200)));
  return [...new Set(texts)].join("; or ") + (found.length > 4 ? "; or …" : "");
}

function notCheck(rules: Rules, rule: string): Check {
  return (value, place, run) => {
    if (run.attempt(rules, value, place, undefined).length === 0) run.violations.push({ place, rule, message: "must not be like this: the schema forbids it with not" });
  };
}

function ifCheck(maker: RuleMaker, schema: JsonObject, at: Located): Check {
  const condition = maker.inner(at, schema["if"] ?? true, "if");
  const [yes, no] = (["then", "else"] as const).map((keyword) => (schema[keyword] === undefined ? undefined : maker.inner(at, schema[keyword] ?? true, keyword)));
  return (value, place, run, seen) => {
    const rules = run.attempt(condition, value, place, seen).length === 0 ? yes : no;
    if (rules !== undefined) run.check(rules, value, place, seen);
  };
}
