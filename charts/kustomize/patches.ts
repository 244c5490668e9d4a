import { ReconcileError } from "../../src/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import type { MergeTypeOf } from "../../src/object/merge-keys.ts";
import { writtenText } from "../../src/object/written.ts";
import type { Spend } from "../budget.ts";
import { withAnnotationTexts } from "./annotation-texts.ts";
import { applyOperations, readOperations } from "./json-patch.ts";
import { compileTarget, type Target } from "./selector.ts";
import { strategicMerge } from "./strategic-merge.ts";
import { weightOf } from "./weight.ts";
import { allIds, currentId, formatId, metadataOf, newResource, rememberId, sameId, scalarText, textAt, withMember, withMetadata, withValue, type Resource } from "./resource.ts";

/** A patch with its content read: documents of a strategic merge, or one list of JSON 6902 operations. */
export interface Patch {
  readonly documents: readonly Json[];
  readonly target?: Target | undefined;
  readonly allowNameChange?: boolean | undefined;
  readonly allowKindChange?: boolean | undefined;
  /** How lists of a kind are merged. Default: as kustomize knows built-in kinds. */
  readonly typeOf?: MergeTypeOf | undefined;
}

/** What it costs to begin a merge, and to go by one value, see Budget. */
const MERGE_UNITS = 10;
const WALK_UNITS = 1;

/** Applies a patch of either kind; one without documents or operations does nothing. Throws Error where it fits no object or does not fit it. */
export function applyPatch(resources: readonly Resource[], patch: Patch, spend: Spend): Resource[] {
  const documents = patch.documents.filter((document) => !isEmpty(document));
  spend(resources.length * documents.length);
  const [first] = documents;
  if (first === undefined) return [...resources];
  if (Array.isArray(first)) return applyJsonPatch(resources, first, { target: patch.target, remember: true }, spend);
  const merges = documents.map(demandMerge);
  if (patch.target === undefined) {
    const prepare = changesId(patch) ? (merge: JsonObject): JsonObject => withPlainTexts(merge, ["annotations"]) : withAnnotationTexts;
    return merges.reduce<Resource[]>((list, merge) => mergeIntoNamed(list, prepare(merge), patch, spend), [...resources]);
  }
  if (merges.length > 1) throw new Error("a patch with a target has one document; split the file or leave out the target");
  return mergeIntoSelected(resources, first as JsonObject, patch, spend); // demandMerge said that it is one
}

/** kustomize notes its leave in annotations of the patch. */
const changesId = ({ allowNameChange, allowKindChange }: Patch): boolean => allowNameChange === true || allowKindChange === true;

const isEmpty = (document: Json): boolean => document === null || (typeof document === "object" && Object.keys(document).length === 0);

/** Applies JSON 6902 operations to every object the target selects. `remember`: a name they change can still be found under its old form. */
export function applyJsonPatch(resources: readonly Resource[], operations: Json, { target, remember }: { target: Target | undefined; remember: boolean }, spend: Spend): Resource[] {
  if (target === undefined) throw new Error("a JSON patch needs a target that says which objects it is for");
  const read = readOperations(operations);
  const isSelected = compileTarget(target);
  return resources.map((resource) => {
    if (!isSelected(resource)) return resource;
    const base = remember ? rememberId(resource) : resource;
    spend(weightOf(base.value) * WALK_UNITS + base.former.length);
    return forObject(base, () => withValue(base, applyOperations(base.value, read, spend)));
  });
}

/** Applies the documents of a file of `patchesStrategicMerge`, each to the object that it names. Throws Error where one fits no object or does not fit it. */
export function applyMerges(resources: readonly Resource[], documents: readonly Json[], spend: Spend, typeOf?: MergeTypeOf): Resource[] {
  const merges = documents.filter((document) => !isEmpty(document)).map(demandMerge);
  spend(resources.length * merges.length);
  return merges.reduce<Resource[]>((list, merge) => mergeIntoNamed(list, withPlainTexts(merge), { documents, typeOf }, spend), [...resources]);
}

/** Throws Error where no document of `patchesStrategicMerge` says anything. */
export function demandContent(documents: readonly Json[]): void {
  if (documents.every(isEmpty)) throw new Error("patch is empty");
}

function demandMerge(document: Json): JsonObject {
  if (!isJsonObject(document)) throw new Error("patch is neither a map (strategic merge) nor a list (JSON 6902)");
  if (textAt(document, "kind") === "") throw new Error("strategic merge patch has no kind");
  if (scalarText(metadataOf(document)["name"]) === "") throw new Error("strategic merge patch has no metadata.name");
  return document;
}

function mergeIntoNamed(resources: readonly Resource[], merge: JsonObject, options: Patch, spend: Spend): Resource[] {
  const wanted = currentId(newResource(merge, { file: "", line: 0, overlays: [] }));
  const found = resources.filter((resource) => allIds(resource).some((id) => sameId(id, wanted)));
  if (found.length === 0) throw new Error(`no object matches patch for ${formatId(wanted)}${nearMiss(resources, wanted.name)}`);
  if (found.length > 1) throw new Error(`${found.length} objects match patch for ${formatId(wanted)}: ${found.map((each) => formatId(currentId(each))).join(", ")}`);
  return replaceEach(resources, (resource) => resource === found[0], (resource) => mergeInto(resource, merge, options, spend));
}

/** What else has that name: most misses are a wrong namespace or version. */
function nearMiss(resources: readonly Resource[], name: string): string {
  const similar = resources.filter((resource) => allIds(resource).some((id) => id.name === name)).slice(0, 3);
  return similar.length === 0 ? "" : `; there is ${similar.map((each) => formatId(currentId(each))).join(", ")}`;
}

function mergeIntoSelected(resources: readonly Resource[], merge: JsonObject, options: Patch, spend: Spend): Resource[] {
  const isSelected = compileTarget(options.target ?? {});
  const change = withPlainTexts(merge);
  return replaceEach(resources, isSelected, (resource) => mergeInto(resource, withMember(change, "apiVersion", resource.value["apiVersion"]), options, spend));
}

/** For objects that it selects kustomize takes the labels and annotations of a patch for texts, null among them, and takes no notice of an empty map or null in their place. */
function withPlainTexts(merge: JsonObject, members: readonly string[] = ["labels", "annotations"]): JsonObject {
  return members.reduce((value, member) => {
    const pairs = metadataOf(value)[member];
    if (pairs === undefined) return value;
    const names = isJsonObject(pairs) ? Object.keys(pairs) : [];
    if (!isJsonObject(pairs) || names.length === 0) return withMetadata(value, { [member]: undefined });
    return withMetadata(value, { [member]: Object.fromEntries(names.map((name) => [name, writtenText(pairs, name) ?? (pairs[name] === null ? "null" : scalarText(pairs[name]))])) });
  }, merge);
}

function replaceEach(resources: readonly Resource[], isMeant: (resource: Resource) => boolean, change: (resource: Resource) => Resource | undefined): Resource[] {
  return resources.flatMap((resource) => (isMeant(resource) ? (change(resource) ?? []) : [resource]));
}

function mergeInto(resource: Resource, merge: JsonObject, patch: Patch, spend: Spend): Resource | undefined {
  const { allowNameChange, allowKindChange, typeOf } = patch;
  spend(MERGE_UNITS + (weightOf(resource.value) + weightOf(merge)) * WALK_UNITS + resource.former.length);
  const merged = forObject(resource, () => strategicMerge(resource.value, merge, typeOf, spend));
  if (merged === undefined || Object.keys(merged).length === 0) return undefined;
  const before = metadataOf(resource.value);
  const kind = allowKindChange === true ? merged["kind"] : resource.value["kind"];
  const name = allowNameChange === true ? metadataOf(merged)["name"] : before["name"];
  const base = changesId(patch) ? rememberId(resource) : resource;
  const value = withMetadata(withMember(merged, "kind", kind), { name, namespace: before["namespace"] ?? undefined });
  return withValue(merge["$patch"] !== "replace" && wipesAnnotations(merge) ? withoutHistory(base) : base, value);
}

/** True where a patch leaves nothing of the annotations that were there. */
function wipesAnnotations(merge: JsonObject): boolean {
  const metadata = metadataOf(merge);
  return isWiped(metadata) || isWiped(metadata["annotations"]);
}

const isWiped = (value: Json | undefined): boolean => value === null || (isJsonObject(value) && (value["$patch"] === "replace" || value["$patch"] === "delete"));

/** kustomize keeps its own notes in annotations; with them it forgets former names, and that the name gets a hash. */
const withoutHistory = (resource: Resource): Resource => ({ ...resource, former: [], prefixes: [], suffixes: [], needsHash: false });

function forObject<Result>(resource: Resource, change: () => Result): Result {
  try {
    return change();
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    throw error instanceof Error ? new Error(`cannot patch ${formatId(currentId(resource))}: ${error.message}`, { cause: error }) : error;
  }
}
