import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { compareText } from "../../src/object/object-id.ts";
import { carryWritten } from "../../src/object/written.ts";
import { setPath, type FieldSpec } from "./field-path.ts";
import { inObject, setMember, withValue, type Resource } from "./resource.ts";
import { specsFor } from "./specs-of-kind.ts";

/** Names and texts, as labels and annotations have them. */
export type Pairs = Readonly<Record<string, string>>;

/** Writes pairs into every map that the specs reach. */
export function setPairs(resources: readonly Resource[], pairs: Pairs, specs: readonly FieldSpec[]): Resource[] {
  const sorted = Object.entries(pairs).sort(([left], [right]) => compareText(left, right));
  if (sorted.length === 0) return [...resources];
  return resources.map((resource) => inObject(resource, () => {
    let { value } = resource;
    for (const { path, create } of specsFor(specs, value)) value = setPath(value, path, create === true, (map) => addPairs(map, sorted));
    return withValue(resource, value);
  }));
}

function addPairs(map: Json | undefined, pairs: readonly (readonly [string, string])[]): Json | undefined {
  if (map === null) return undefined;
  if (map !== undefined && !isJsonObject(map)) throw new Error("is not a map");
  const present: JsonObject = map ?? {};
  if (map !== undefined && pairs.every(([name, text]) => Object.hasOwn(present, name) && present[name] === text)) return map;
  const draft: Record<string, Json | undefined> = carryWritten(present, { ...present });
  for (const [name, text] of pairs) setMember(draft, name, text);
  return draft;
}
