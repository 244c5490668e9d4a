import type { Json, JsonObject } from "../../src/object/json.ts";
import { refold } from "../../src/object/refold.ts";
import { foldedIn } from "../../src/object/written.ts";
import { metadataOf, setMember, withMetadata } from "./resource.ts";

/** The object as kustomize prints it, by way of YAML: texts below a `>` change, see refold; annotations have lost how they were written. */
export function refoldTexts(value: JsonObject): JsonObject {
  const refolded = inValue(value) as JsonObject; // a map stays one
  return refolded === value ? value : withMetadata(refolded, { annotations: metadataOf(value)["annotations"] });
}

function inValue(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  let draft: Record<string, Json | undefined> | Json[] | undefined;
  const change = (key: string, member: Json): void => {
    draft ??= Array.isArray(value) ? [...(value as readonly Json[])] : { ...(value as JsonObject) }; // if it is no list it is a map
    setMember(draft as Record<string, Json | undefined>, key, member); // an index is a key
  };
  for (const [key, member] of Object.entries(value) as [string, Json][]) {
    if (typeof member !== "object" || member === null) continue;
    const refolded = inValue(member);
    if (refolded !== member) change(key, refolded);
  }
  for (const key of foldedIn(value)) {
    const text = (value as JsonObject)[key];
    if (typeof text === "string") change(key, refold(text));
  }
  return draft ?? value;
}
