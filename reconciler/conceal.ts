import { formsOfValues, maskText } from "../drift/mask.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Failure, Plan } from "./change.ts";
import type { EffectiveObject } from "./effective.ts";
import { TouchedMap } from "./touched-map.ts";

/** A text without the values of Secrets. */
export type Conceal = (text: string) => string;

/** What was applied, by object. */
type Applied = ReadonlyMap<ObjectKey, { readonly object: EffectiveObject }>;

/** Shared: most objects have none. */
const NONE: readonly string[] = [];

/** Masks what substitutions have put into any of these objects, or into what was applied before; undefined where that is nothing. */
export function concealer(objects: readonly EffectiveObject[], lastGood: Applied): Conceal | undefined {
  const version = lastGood instanceof TouchedMap ? lastGood.version : undefined;
  const known = concealers.get(objects);
  if (known !== undefined && known.version === version && known.lastGood === lastGood) return known.conceal;
  const conceal = concealerOf(valuesIn(objects, lastGood));
  if (version !== undefined) concealers.set(objects, { lastGood, version, conceal });
  return conceal;
}

/** The last one for each list of objects, with what it was made from besides. */
const concealers = new WeakMap<readonly EffectiveObject[], { readonly lastGood: Applied; readonly version: number; readonly conceal: Conceal | undefined }>();

function valuesIn(objects: readonly EffectiveObject[], lastGood: Applied): ReadonlySet<string> {
  const values = new Set<string>();
  for (const { secrets = NONE } of objects) for (const value of secrets) values.add(value);
  for (const { object: { secrets = NONE } } of lastGood.values()) for (const value of secrets) values.add(value);
  return values;
}

function concealerOf(values: ReadonlySet<string>): Conceal | undefined {
  if (values.size === 0) return undefined;
  const forms = formsOfValues([...values]);
  return (text) => maskText(text, forms);
}

/** The plan with the reasons that come from elsewhere masked: what an object says of its own health may quote its content. */
export function concealPlan(plan: Plan, conceal: Conceal | undefined): Plan {
  if (conceal === undefined) return plan;
  const masked = <Told extends { readonly reason: string }>(told: Told): Told => ({ ...told, reason: conceal(told.reason) });
  return { ...plan, blocked: plan.blocked.map(masked), kept: plan.kept.map(masked), notes: plan.notes.map(conceal) };
}

/** The same for failures. */
export function concealFailures(failures: readonly Failure[], conceal: Conceal | undefined): readonly Failure[] {
  return conceal === undefined ? failures : failures.map((failure) => ({ ...failure, message: conceal(failure.message) }));
}
