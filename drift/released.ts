import { isJsonObject } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import { METADATA_CONTENT } from "./content.ts";
import { isEmptyValue } from "./equality.ts";
import { formatPath, step } from "./field-path.ts";
import type { FieldPath, PathElement } from "./field-path.ts";
import type { FieldSet } from "./field-set.ts";

/** Paths that are ours by our entry, live, and no longer desired: what the next apply removes. Topmost paths, sorted. */
export function releasedPaths(own: FieldSet, desired: JsonObject, live: JsonObject): readonly string[] {
  const found: string[] = [];
  collect(found, [], own, desired, live);
  return found.sort();
}

function collect(found: string[], path: FieldPath, own: FieldSet, desired: Json | undefined, live: Json | undefined): void {
  for (const { element, set } of own.children.values()) {
    const [wanted, there] = [step(desired, element), step(live, element)];
    if (isServers(path, element) || isEmptyValue(there)) continue;
    if (wanted === undefined) found.push(formatPath([...path, element]));
    else if (isJsonObject(wanted) || Array.isArray(wanted)) collect(found, [...path, element], set, wanted, there);
  }
}

/** Status and the server's part of metadata are never desired. */
function isServers(path: FieldPath, element: PathElement): boolean {
  const name = element.kind === "Field" ? element.name : "";
  if (path.length === 0) return name === "status";
  const inMetadata = path.length === 1 && path[0]?.kind === "Field" && path[0].name === "metadata";
  return inMetadata && !METADATA_CONTENT.some((content) => content === name);
}
