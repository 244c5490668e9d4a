import { ReconcileError } from "../../src/errors.ts";
import type { CallScope, FunctionTable } from "./go/value.ts";
import type { Lookup } from "./input.ts";
import type { Environment } from "./template/environment.ts";
import type { Template } from "./template/template.ts";

/**
 * Work of one render, in units of about a microsecond, and characters that its templates make. Of 612 public charts the largest
 * needs 250,000 and 4,000,000; three RSA keys of 4096 bits take two million.
 */
const MAX_UNITS = 8_000_000;
const MAX_CHARACTERS = 128_000_000;

/** What one render has left. */
export class RenderBudget {
  #units = MAX_UNITS;
  #characters = MAX_CHARACTERS;

  readonly spend = (units: number): void => {
    this.#units -= units;
    if (this.#units < 0) throw new ReconcileError("LIMIT_EXCEEDED", "rendering the chart takes too much work; look for a range, include or tpl that multiplies");
  };

  readonly spendText = (characters: number): void => {
    this.#characters -= characters;
    if (this.#characters < 0) throw new ReconcileError("LIMIT_EXCEEDED", "the templates make too much text; look for a range, include or tpl that multiplies");
  };

  /** Whether so much is left. */
  canPay(units: number, characters: number): boolean {
    return units <= this.#units && characters <= this.#characters;
  }

  /** What was used. */
  get used(): { readonly units: number; readonly characters: number } {
    return { units: MAX_UNITS - this.#units, characters: MAX_CHARACTERS - this.#characters };
  }
}

/** What all templates of one render share. */
export interface Shared {
  readonly budget: RenderBudget;
  readonly functions: FunctionTable;
  readonly now: () => Date;
  readonly clock: () => Date | undefined;
  /** See CallScope. */
  readonly renew: CallScope["renewAt"];
  /** See CallScope. */
  readonly changes?: CallScope["changes"];
  /** Random bytes of the next call of the template at hand. */
  random: (count: number) => Uint8Array;
  readonly lookup: Lookup;
  /** The templates of a text given to `tpl`, see TPL_NAME. Throws TemplateError. */
  readonly parseText: (text: string) => ReadonlyMap<string, Template>;
  /** How often each template is being executed within others. */
  readonly within: Map<string, number>;
}

/** What functions may use while a template with these others beside it runs. */
export class RenderScope implements CallScope {
  readonly spend: CallScope["spend"];
  readonly spendText: CallScope["spendText"];
  readonly random: CallScope["random"];
  readonly changes: CallScope["changes"];
  readonly renewAt: CallScope["renewAt"];
  readonly shared: Shared;
  readonly environment: Environment;

  constructor(shared: Shared, templates: ReadonlyMap<string, Template>) {
    this.spend = shared.budget.spend;
    this.spendText = shared.budget.spendText;
    this.random = (count) => shared.random(count);
    this.changes = shared.changes;
    this.renewAt = shared.renew;
    this.shared = shared;
    this.environment = { templates, functions: shared.functions, scope: this };
  }

  get clock(): Date | undefined {
    return this.shared.clock();
  }

  get now(): Date {
    return this.shared.now();
  }

  /** The same render, with other templates. */
  within(templates: ReadonlyMap<string, Template>): RenderScope {
    return new RenderScope(this.shared, templates);
  }
}
