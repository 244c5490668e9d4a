import type { Json, JsonObject } from "../../src/object/json.ts";
import { refold } from "../../src/object/refold.ts";
import { foldedIn } from "../../src/object/written.ts";
import { metadataOf, setMember, withMetadata } from "./resource.ts";

/** The object as it is once kustomize has made JSON of it, which it does by way of YAML: texts below a `>` change, see refold. Itself where none does. */
export function refoldAll(value: JsonObject): JsonObject {
  if (sound.has(value)) return value;
  const refolded = inValue(value) as JsonObject; // a map stays one
  if (refolded === value) sound.add(value);
  return refolded;
}

/** Objects that are known to stay as they are: most come through unchanged from a file that is not parsed again. */
const sound = new WeakSet<JsonObject>();

/** The same at the end of a build, where annotations have lost how they were written. */
export function refoldTexts(value: JsonObject): JsonObject {
  const refolded = refoldAll(value);
  return refolded === value ? value : withMetadata(refolded, { annotations: metadataOf(value)["annotations"] });
}

function inValue(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  let draft: Record<string, Json | undefined> | undefined;
  for (const key of Object.keys(value)) {
    const member = (value as JsonObject)[key]; // an index is a key
    if (typeof member !== "object" || member === null) continue;
    const refolded = inValue(member);
    if (refolded !== member) setMember((draft ??= copyOf(value)), key, refolded);
  }
  for (const key of foldedIn(value)) {
    const text = (value as JsonObject)[key];
    const refolded = typeof text === "string" ? refold(text) : text;
    if (refolded !== undefined && refolded !== text) setMember((draft ??= copyOf(value)), key, refolded);
  }
  return (draft as Json | undefined) ?? value; // a copy of it
}

/** A list or map to be changed; an index is a key. */
const copyOf = (value: JsonObject | readonly Json[]): Record<string, Json | undefined> => (Array.isArray(value) ? [...(value as readonly Json[])] : { ...(value as JsonObject) }) as Record<string, Json | undefined>;
