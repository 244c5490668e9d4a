import { RE2JS } from "re2js";
import { messageOf } from "../../../src/errors.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "../../../src/object/json.ts";
import { plainCheck, type Matches } from "./schema-checks.ts";
import { SchemaError, SchemaIndex, type Located } from "./schema-index.ts";
import { itemChecks } from "./schema-items.ts";
import { keyChecks } from "./schema-keys.ts";
import { logicChecks, referenceChecks } from "./schema-logic.ts";
import { pointerText } from "./schema-place.ts";
import { Rules, type Check } from "./schema-run.ts";
import type { Draft } from "./schema-shape.ts";

/** Characters of a schema; the largest of 43 public charts has 600,000. */
const MAX_TEXT = 8 * 1024 * 1024;
/** Different patterns of one schema, and characters of all of them. */
const MAX_PATTERNS = 100_000;

/** A schema that was read, to be held against values. Shared: nothing in it changes. */
export interface Schema {
  readonly rules: Rules;
  /** References that are taken for "anything goes". */
  readonly unresolved: readonly string[];
}

/** Reads values.schema.json: draft 4, 6, 7, 2019-09 or 2020-12, which is the default. Throws SchemaError with the first thing that is wrong, SyntaxError for what is no JSON. */
export function readSchema(text: string): Schema {
  if (text.length > MAX_TEXT) throw new SchemaError(`is larger than ${MAX_TEXT / 1024 / 1024} MiB`, "");
  const document = parseJson(text);
  if (!isJsonObject(document) && typeof document !== "boolean") throw new SchemaError("must be an object, true or false", "");
  const index = new SchemaIndex(document, draftOf(document));
  const [problem] = index.problems;
  if (problem !== undefined) throw problem;
  const rules = new RuleMaker(index).make(index.root);
  return { rules, unresolved: [...index.unresolved] };
}

const DRAFTS: ReadonlyMap<string, Draft> = new Map([
  ["json-schema.org/schema", 2020],
  ["json-schema.org/draft/2020-12/schema", 2020],
  ["json-schema.org/draft/2019-09/schema", 2019],
  ["json-schema.org/draft-07/schema", 7],
  ["json-schema.org/draft-06/schema", 6],
  ["json-schema.org/draft-04/schema", 4],
]);

function draftOf(document: Json): Draft {
  const told = isJsonObject(document) ? document["$schema"] : undefined;
  if (told === undefined) return 2020;
  const draft = typeof told === "string" ? DRAFTS.get(told.replace(/^https?:\/\//, "").replace(/#$/, "")) : undefined;
  if (draft === undefined) throw new SchemaError(`$schema ${JSON.stringify(told)} is not known; it must be http://json-schema.org/draft-07/schema#, another draft from 04 to 2020-12, or left out`, "/$schema");
  return draft;
}

/** Makes rules out of schemas, each once: they may refer to themselves. */
export class RuleMaker {
  readonly #index: SchemaIndex;
  readonly #made = new Map<Json, Rules>();
  readonly #patterns = new Map<string, Matches>();
  #patternSize = 0;

  constructor(index: SchemaIndex) {
    this.#index = index;
  }

  get draft(): Draft {
    return this.#index.draft;
  }

  make(located: Located): Rules {
    const { schema } = located;
    const known = typeof schema === "boolean" ? undefined : this.#made.get(schema);
    if (known !== undefined) return known;
    const rules = new Rules();
    if (typeof schema !== "boolean") this.#made.set(schema, rules);
    if (isJsonObject(schema)) this.#fill(rules, schema, located);
    else if (schema === false) rules.checks = [refuse(pointerText(located.path))];
    return rules;
  }

  /** The rules of a schema within another. */
  inner(located: Located, schema: Json, ...way: readonly (string | number)[]): Rules {
    const path = [...located.path, ...way];
    return this.make(isJsonObject(schema) && Object.hasOwn(schema, this.draft === 4 ? "id" : "$id") ? this.#resolveInner(located, path) : { schema, path, base: located.base });
  }

  /** What a $ref leads to; undefined for what allows everything. */
  referred(ref: string, located: Located): Rules | undefined {
    const found = this.#index.resolve(ref, located);
    return found === true ? undefined : this.make(found);
  }

  readonly matcher = (pattern: string): Matches => {
    const known = this.#patterns.get(pattern);
    if (known !== undefined) return known;
    this.#patternSize += pattern.length;
    if (this.#patternSize > MAX_PATTERNS) throw new Error(`the patterns have more than ${MAX_PATTERNS} characters`);
    const expression = RE2JS.compile(pattern);
    const cost = expression.programSize();
    const matches: Matches = (text, run) => {
      run.spend(1 + ((text.length * cost) >> 5));
      return expression.matcher(text).find();
    };
    this.#patterns.set(pattern, matches);
    return matches;
  };

  #resolveInner(located: Located, path: readonly (string | number)[]): Located {
    const found = this.#index.resolve(`${this.#index.root.base}#${encodeURI(pointerText(path))}`, located);
    return found === true ? located : found;
  }

  #fill(rules: Rules, schema: JsonObject, located: Located): void {
    const ref = schema["$ref"];
    const onlyRef = typeof ref === "string" && this.draft < 2019;
    const checks: Check[] = [];
    for (const [keyword, value = null] of Object.entries(schema)) {
      if (onlyRef && keyword !== "const") continue; // nothing else counts beside a $ref, and that by an oversight
      const rule = pointerText([...located.path, keyword]);
      const check = tryRule(rule, () => plainCheck(keyword, value, { schema, draft: this.draft, rule, matcher: this.matcher }));
      if (check === undefined) continue;
      if (keyword === "type") rules.type = check;
      else checks.push(check);
    }
    if (onlyRef) checks.push(...referenceChecks(this, schema, located));
    else checks.push(...tryRule(pointerText(located.path), () => [...logicChecks(this, schema, located), ...keyChecks(this, schema, located), ...itemChecks(this, schema, located)]));
    rules.needsSeen = this.draft >= 2019 && ("unevaluatedProperties" in schema || "unevaluatedItems" in schema);
    rules.checks = checks;
  }
}

const refuse =
  (rule: string): Check =>
  (_value, place, run) => {
    run.violations.push({ place, rule, message: "is not allowed here" });
  };

function tryRule<Value>(rule: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    throw error instanceof SchemaError ? error : new SchemaError(messageOf(error), rule);
  }
}
