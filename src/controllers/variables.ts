import type { Variables } from "../../charts/substitute/substitute.ts";
import type { Application } from "../api/application.ts";
import type { SubstituteSpec } from "../api/render-spec.ts";
import type { Account } from "../ports.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";
import { ValueStore } from "./value-store.ts";
import type { ValueReading, ValueStoreOptions } from "./value-store.ts";
import type { VariableSource } from "./variable-values.ts";
import { joinVariables, variableValues } from "./variable-values.ts";

const READING: ValueReading<SubstituteSpec, VariableSource, Variables> = {
  field: "spec.render.substitute.from",
  sourcesOf: ({ from = [] }) => from,
  valuesOf: (object, { kind }) => variableValues(object, kind),
  join: joinVariables,
};

/** The variables of Applications. */
export class VariableStore {
  readonly #store: ValueStore<SubstituteSpec, VariableSource, Variables>;

  constructor(options: ValueStoreOptions) {
    this.#store = new ValueStore(READING, options);
  }

  /** The variables of an Application, the very same while nothing has changed; undefined where it has no `substitute`. Throws VARIABLES_NOT_READY. */
  async of(app: Application, account: Account, signal: AbortSignal): Promise<Variables | undefined> {
    const spec = app.spec.render?.substitute;
    const name = nameOf(app);
    if (spec !== undefined) return this.#store.made(spec, { name, account, signal });
    this.#store.forget(name);
    return undefined;
  }

  /** An Application is gone: what was read for it is forgotten, and nothing is watched for it any more. */
  forget(name: ResourceName): void {
    this.#store.forget(name);
  }

  /** Ends all watches. */
  async stop(): Promise<void> {
    await this.#store.stop();
  }
}
