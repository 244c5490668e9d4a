import { ReconcileError } from "../../src/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { applyOperations, readOperations } from "./json-patch.ts";
import { compileTarget, type Target } from "./selector.ts";
import { strategicMerge } from "./strategic-merge.ts";
import { allIds, currentId, formatId, metadataOf, newResource, rememberId, sameId, textAt, withMember, withMetadata, withValue, type Resource } from "./resource.ts";

/** A patch with its content read: documents of a strategic merge, or one list of JSON 6902 operations. */
export interface Patch {
  readonly documents: readonly Json[];
  readonly target?: Target | undefined;
  readonly allowNameChange?: boolean | undefined;
  readonly allowKindChange?: boolean | undefined;
}

/** Applies a patch of either kind. Throws Error where it fits no object or does not fit it. */
export function applyPatch(resources: readonly Resource[], patch: Patch, spend: Spend): Resource[] {
  const documents = patch.documents.filter((document) => document !== null);
  spend(resources.length * documents.length);
  const [first] = documents;
  if (first === undefined) throw new Error("patch is empty");
  if (Array.isArray(first)) return applyJsonPatch(resources, first, { target: patch.target, remember: true }, spend);
  const merges = documents.map(demandMerge);
  if (patch.target === undefined) return merges.reduce<Resource[]>((list, merge) => mergeIntoNamed(list, merge, patch), [...resources]);
  if (merges.length > 1) throw new Error("a patch with a target has one document; split the file or leave out the target");
  return mergeIntoSelected(resources, first as JsonObject, patch); // demandMerge said that it is one
}

/** Applies JSON 6902 operations to every object the target selects. `remember`: a name they change can still be found under its old form. */
export function applyJsonPatch(resources: readonly Resource[], operations: Json, { target, remember }: { target: Target | undefined; remember: boolean }, spend: Spend): Resource[] {
  if (target === undefined) throw new Error("a JSON patch needs a target that says which objects it is for");
  const read = readOperations(operations);
  const isSelected = compileTarget(target);
  return resources.map((resource) => {
    if (!isSelected(resource)) return resource;
    const base = remember ? rememberId(resource) : resource;
    return forObject(base, () => withValue(base, applyOperations(base.value, read, spend)));
  });
}

/** Applies strategic merge documents, each to the object that it names. */
export function applyMerges(resources: readonly Resource[], documents: readonly Json[], spend: Spend): Resource[] {
  return applyPatch(resources, { documents: documents.map(demandMerge) }, spend);
}

function demandMerge(document: Json): JsonObject {
  if (!isJsonObject(document)) throw new Error("patch is neither a map (strategic merge) nor a list (JSON 6902)");
  if (textAt(document, "kind") === "") throw new Error("strategic merge patch has no kind");
  if (textAt(metadataOf(document), "name") === "") throw new Error("strategic merge patch has no metadata.name");
  return document;
}

function mergeIntoNamed(resources: readonly Resource[], merge: JsonObject, options: Patch): Resource[] {
  const wanted = currentId(newResource(merge, { file: "", line: 0, overlays: [] }));
  const found = resources.filter((resource) => allIds(resource).some((id) => sameId(id, wanted)));
  if (found.length === 0) throw new Error(`no object matches patch for ${formatId(wanted)}${nearMiss(resources, wanted.name)}`);
  if (found.length > 1) throw new Error(`${found.length} objects match patch for ${formatId(wanted)}: ${found.map((each) => formatId(currentId(each))).join(", ")}`);
  return replaceEach(resources, (resource) => resource === found[0], (resource) => mergeInto(resource, merge, options));
}

/** What else has that name: most misses are a wrong namespace or version. */
function nearMiss(resources: readonly Resource[], name: string): string {
  const similar = resources.filter((resource) => allIds(resource).some((id) => id.name === name)).slice(0, 3);
  return similar.length === 0 ? "" : `; there is ${similar.map((each) => formatId(currentId(each))).join(", ")}`;
}

function mergeIntoSelected(resources: readonly Resource[], merge: JsonObject, options: Patch): Resource[] {
  const isSelected = compileTarget(options.target ?? {});
  return replaceEach(resources, isSelected, (resource) => {
    const apiVersion = resource.value["apiVersion"];
    return mergeInto(resource, withMember(merge, "apiVersion", apiVersion), options);
  });
}

function replaceEach(resources: readonly Resource[], isMeant: (resource: Resource) => boolean, change: (resource: Resource) => Resource | undefined): Resource[] {
  return resources.flatMap((resource) => (isMeant(resource) ? (change(resource) ?? []) : [resource]));
}

function mergeInto(resource: Resource, merge: JsonObject, { allowNameChange, allowKindChange }: Patch): Resource | undefined {
  const merged = forObject(resource, () => strategicMerge(resource.value, merge));
  if (merged === undefined || Object.keys(merged).length === 0) return undefined;
  const before = metadataOf(resource.value);
  const kind = allowKindChange === true ? merged["kind"] : resource.value["kind"];
  const name = allowNameChange === true ? metadataOf(merged)["name"] : before["name"];
  const base = allowNameChange === true || allowKindChange === true ? rememberId(resource) : resource;
  return withValue(base, withMetadata(withMember(merged, "kind", kind), { name, namespace: before["namespace"] }));
}

function forObject<Result>(resource: Resource, change: () => Result): Result {
  try {
    return change();
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    throw error instanceof Error ? new Error(`cannot patch ${formatId(currentId(resource))}: ${error.message}`, { cause: error }) : error;
  }
}
