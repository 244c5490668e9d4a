import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { compareText } from "../../src/object/object-id.ts";
import { carryWritten } from "../../src/object/written.ts";
import type { Spend } from "../budget.ts";
import { setPath, type FieldSpec } from "./field-path.ts";
import { inObject, setMember, withValue, type Resource } from "./resource.ts";
import { specsFor } from "./specs-of-kind.ts";

/** Names and texts, as labels and annotations have them. */
export type Pairs = Readonly<Record<string, string>>;

/** What a pair costs in every map that it is written into, and one that is there already, see Budget. */
const PAIR_UNITS = 1.5;
const COPY_UNITS = 0.1;

/** Writes pairs into every map that the specs reach. */
export function setPairs(resources: readonly Resource[], pairs: Pairs, specs: readonly FieldSpec[], spend: Spend): Resource[] {
  const sorted = Object.entries(pairs).sort(([left], [right]) => compareText(left, right));
  if (sorted.length === 0) return [...resources];
  return resources.map((resource) => inObject(resource, () => {
    let { value } = resource;
    const meant = specsFor(specs, value);
    spend(meant.length);
    for (const { path, create } of meant) value = setPath(value, path, create === true, (map) => addPairs(map, sorted, spend));
    return withValue(resource, value);
  }));
}

function addPairs(map: Json | undefined, pairs: readonly (readonly [string, string])[], spend: Spend): Json | undefined {
  if (map === null) return undefined;
  if (map !== undefined && !isJsonObject(map)) throw new Error("is not a map");
  const present: JsonObject = map ?? {};
  spend(Object.keys(present).length * COPY_UNITS + pairs.length * PAIR_UNITS);
  if (map !== undefined && pairs.every(([name, text]) => Object.hasOwn(present, name) && present[name] === text)) return map;
  const draft: Record<string, Json | undefined> = carryWritten(present, { ...present });
  for (const [name, text] of pairs) setMember(draft, name, text);
  return draft;
}
