import { isJsonObject } from "../../src/object/json.ts";
import type { Json, JsonObject } from "../../src/object/json.ts";

/** A value as the CEL library takes it: whole numbers are integers, objects are maps and no prototype is ever looked at. */
export type CelData = null | boolean | number | bigint | string | readonly CelData[] | ReadonlyMap<string, CelData>;

/** The fields of one object as variables of any number of expressions; each is converted when it is first named. */
export class CelVariables {
  readonly #object: JsonObject;
  readonly #converted = new Map<string, CelData>();

  constructor(object: JsonObject) {
    this.#object = object;
  }

  /** Those of the named ones that the object has; metadata.managedFields is left out. */
  pick(names: ReadonlySet<string>): Record<string, CelData> {
    const variables: Record<string, CelData> = Object.create(null) as Record<string, CelData>; // Object.create is typed any
    for (const name of names) {
      const value = Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
      if (value !== undefined) variables[name] = this.#convert(name, value);
    }
    return variables;
  }

  #convert(name: string, value: Json): CelData {
    const known = this.#converted.get(name);
    if (known !== undefined) return known;
    const data = dataOf(name === "metadata" && isJsonObject(value) ? { ...value, managedFields: undefined } : value);
    this.#converted.set(name, data);
    return data;
  }
}

function dataOf(value: Json): CelData {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(dataOf);
  const map = new Map<string, CelData>();
  for (const [key, item] of Object.entries(value as JsonObject)) if (item !== undefined) map.set(key, dataOf(item));
  return map;
}
