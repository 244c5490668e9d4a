import { STATUS_MANAGER } from "../api/group.ts";
import type { Resource } from "../api/meta.ts";
import { isApiStatus } from "../errors.ts";
import type { Json, JsonObject } from "../object/json.ts";
import { isJsonObject, jsonEqual } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient, ObjectRef } from "../ports.ts";

/**
 * Writes the status of one of our objects if it differs, as one merge patch of the subresource. The answer goes to `note`,
 * so that the next decision is not made from what was there before. An answer with another uid is about an object that
 * was made anew: its own reconcile writes over what was meant for the old one.
 */
export async function writeStatus<S extends object>(cluster: ClusterClient, object: Resource<unknown, S>, status: S, note: (answer: KubeObject) => void, signal: AbortSignal): Promise<"Written" | "Same" | "Gone"> {
  const before = asStatus(object.status);
  const after = asStatus(status);
  if (jsonEqual(before, after)) return "Same";
  const body: JsonObject = { status: mergePatch(before, after) };
  try {
    const answer = await cluster.patch(refOf(object), body, { type: "merge", subresource: "status", fieldManager: STATUS_MANAGER, signal });
    if (answer.metadata.uid !== object.metadata.uid) return "Gone";
    note(answer);
    return "Written";
  } catch (error) {
    if (isApiStatus(error, 404)) return "Gone"; // deleted meanwhile: there is nobody to tell
    throw error;
  }
}

/** The address of one of our objects. */
export function refOf(object: Resource<unknown, unknown>): ObjectRef {
  return { apiVersion: object.apiVersion, kind: object.kind, namespace: object.metadata.namespace, name: object.metadata.name };
}

/** RFC 7386: members that went away become null; lists are replaced as a whole. */
function mergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const patch: Record<string, Json> = {};
  for (const key of Object.keys(before)) if (after[key] === undefined) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (value === undefined || jsonEqual(old, value)) continue;
    patch[key] = isJsonObject(old) && isJsonObject(value) ? mergePatch(old, value) : value;
  }
  return patch;
}

const asStatus = (status: object | undefined): JsonObject => (status ?? {}) as JsonObject; // our status types are plain JSON
