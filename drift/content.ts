import { isJsonObject } from "../src/object/json.ts";
import type { JsonObject } from "../src/object/json.ts";

/** The parts of metadata that are content; the rest is the server's. */
export const METADATA_CONTENT = ["labels", "annotations", "finalizers", "ownerReferences"] as const;

/** What of an object can be desired: everything but its name, its status and the server's part of metadata. */
export function contentOf({ apiVersion: _version, kind: _kind, status: _status, metadata, ...rest }: JsonObject): JsonObject {
  const kept = isJsonObject(metadata) ? METADATA_CONTENT.filter((name) => metadata[name] !== undefined).map((name) => [name, metadata[name]]) : [];
  return kept.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(kept) };
}
