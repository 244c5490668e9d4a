import { ReconcileError } from "../../../src/errors.ts";
import type { GoValue } from "../go/value.ts";
import type { Place } from "./schema-place.ts";

/** Work of holding values against schemas, in checks made; an honest chart needs some ten thousand. */
const MAX_STEPS = 5_000_000;
/** Schemas within schemas at one time: more is a schema that refers to itself without an end. */
const MAX_DEPTH = 1200;

/** A value that breaks a rule. */
export interface Violation {
  readonly place: Place | undefined;
  readonly message: string;
  /** JSON pointer of the rule in the schema. */
  readonly rule: string;
}

/** What was looked at of a map or list, for the keywords that speak of the rest. */
export class Seen {
  readonly keys = new Set<string>();
  readonly items = new Set<number>();
  allKeys = false;
  allItems = false;

  add(other: Seen): void {
    for (const key of other.keys) this.keys.add(key);
    for (const item of other.items) this.items.add(item);
    this.allKeys ||= other.allKeys;
    this.allItems ||= other.allItems;
  }
}

/** One keyword of a schema. */
export type Check = (value: GoValue, place: Place | undefined, run: Run, seen: Seen | undefined) => void;

/** A schema that is ready to be held against values. */
export class Rules {
  /** Undefined for a schema that allows everything or nothing. */
  checks: readonly Check[] = [];
  /** The type comes first: of a value of another type nothing else is said. */
  type: Check | undefined;
  /** True where a keyword speaks of what the others did not look at. */
  needsSeen = false;
}

/** Holding values against schemas: what was found, and the work that is left. */
export class Run {
  violations: Violation[] = [];
  /** The schema file, for error texts. */
  file = "";
  #steps = 0;
  #depth = 0;

  /** Holds a value against rules. Throws LIMIT_EXCEEDED. */
  check(rules: Rules, value: GoValue, place: Place | undefined, seen: Seen | undefined): void {
    this.spend(1 + rules.checks.length);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ReconcileError("LIMIT_EXCEEDED", "the schema refers to itself without an end; look for a $ref that leads back to where it stands", { position: { file: this.file } });
    const own = rules.needsSeen ? new Seen() : seen;
    const before = this.violations.length;
    rules.type?.(value, place, this, own);
    if (this.violations.length === before) for (const check of rules.checks) check(value, place, this, own);
    if (own !== undefined && seen !== undefined && own !== seen) seen.add(own);
    this.#depth -= 1;
  }

  /** The same on trial: what is found is given back, and the place is taken as seen only where nothing was found. */
  attempt(rules: Rules, value: GoValue, place: Place | undefined, seen: Seen | undefined): readonly Violation[] {
    const kept = this.violations;
    const inner = seen === undefined ? undefined : new Seen();
    this.violations = [];
    this.check(rules, value, place, inner);
    const found = this.violations;
    this.violations = kept;
    if (found.length === 0 && inner !== undefined) seen?.add(inner);
    return found;
  }

  /** Pays for work. Throws LIMIT_EXCEEDED. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new ReconcileError("LIMIT_EXCEEDED", "holding the values against values.schema.json takes too much work; look for anyOf, oneOf and $ref that multiply", { position: { file: this.file } });
  }
}
