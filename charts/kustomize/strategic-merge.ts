import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { mergeTypeOf, type MergeList, type MergeType } from "../../src/object/merge-keys.ts";
import { mergeAssociative } from "./merge-list.ts";
import { setMember, withMember } from "./resource.ts";

/*
 * Strategic merge patches as kustomize 5.8 applies them: maps member by member, null removes, `$patch: delete|replace|merge`
 * on maps and lists, lists of built-in kinds by merge key with the patch's items first, other lists as a whole.
 */
const DIRECTIVE = "$patch";
/** A type that is known and has no merged lists. */
const PLAIN: MergeType = {};

type Directive = "delete" | "replace" | "merge";

/** Applies a patch; undefined where the patch deletes the object. Inputs stay as they are. Throws Error where kinds of values do not fit. */
export function strategicMerge(object: JsonObject, patch: JsonObject): JsonObject | undefined {
  return mergeMaps(object, patch, undefined) as JsonObject | undefined; // two maps give a map or nothing
}

/** Merges two values; undefined: there is none. Also what merged lists call for their items. */
export function mergeValues(live: Json | undefined, patch: Json | undefined, type: MergeType | undefined, list?: MergeList): Json | undefined {
  const kind = kindOf(live ?? patch);
  const other = kindOf(patch ?? live);
  if (kind !== other) throw new Error(`a ${other} in the patch meets a ${kind} in the object`);
  if (kind === "nothing") return live === null && patch === undefined ? null : undefined;
  if (kind === "map") return mergeMaps(live, patch, type);
  if (kind === "list") return mergeLists(live, patch, list);
  return patch === undefined ? live : (patch ?? undefined);
}

function kindOf(value: Json | undefined): "nothing" | "map" | "list" | "value" {
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value) ? "list" : typeof value === "object" ? "map" : "value";
}

function mergeMaps(live: Json | undefined, patch: Json | undefined, given: MergeType | undefined): Json | undefined {
  if (patch === null) return undefined;
  const type = given ?? typeOf(live) ?? typeOf(patch);
  if (!isJsonObject(patch)) return isJsonObject(live) ? mergeMembers(live, undefined, type) : live;
  const directive = directiveOf(patch);
  const change = withMember(patch, DIRECTIVE, undefined);
  if (directive === "delete") return undefined;
  return !isJsonObject(live) || directive === "replace" ? mergeMembers(change, change, type) : mergeMembers(live, change, type);
}

function typeOf(value: Json | undefined): MergeType | undefined {
  if (!isJsonObject(value)) return undefined;
  const { apiVersion, kind } = value as { apiVersion?: Json; kind?: Json }; // any member may be anything
  return typeof apiVersion === "string" && typeof kind === "string" ? mergeTypeOf(apiVersion, kind) : undefined;
}

function mergeMembers(live: JsonObject, patch: JsonObject | undefined, type: MergeType | undefined): JsonObject {
  let draft: Record<string, Json | undefined> | undefined;
  const names = patch === undefined ? Object.keys(live) : [...new Set([...Object.keys(live), ...Object.keys(patch)])];
  for (const name of names.sort()) {
    const [current, change] = [ownMember(live, name), patch === undefined ? undefined : ownMember(patch, name)];
    const list = type?.lists?.[name];
    const member = type?.members?.[name];
    if (change === undefined && list === undefined && member === undefined) continue;
    const merged = inMember(name, () => mergeValues(current, change, member ?? (type === undefined ? undefined : PLAIN), list));
    if (merged === current) continue;
    draft ??= { ...live };
    if (merged === undefined) delete draft[name];
    else setMember(draft, name, merged);
  }
  return draft ?? live;
}

const ownMember = (value: JsonObject, name: string): Json | undefined => (Object.hasOwn(value, name) ? value[name] : undefined);

function inMember<Result>(name: string, merge: () => Result): Result {
  try {
    return merge();
  } catch (error) {
    throw error instanceof Error ? new Error(`${name}: ${error.message}`, { cause: error }) : error;
  }
}

function mergeLists(live: Json | undefined, patch: Json | undefined, list: MergeList | undefined): Json | undefined {
  if (patch === null) return undefined;
  if (list === undefined) return patch ?? live;
  const { directive, items } = listDirective(patch as Json[] | undefined); // kindOf said that it is a list
  if (directive === "delete") return undefined;
  const current = live as Json[] | null | undefined; // likewise
  const base = directive === "replace" ? items : (current ?? items);
  return base === undefined ? undefined : mergeAssociative(base, items, list);
}

/** A first item that is nothing but a directive speaks about the whole list. */
function listDirective(patch: Json[] | undefined): { directive: Directive; items: Json[] | undefined } {
  const index = patch?.findIndex((item) => isJsonObject(item) && Object.hasOwn(item, DIRECTIVE)) ?? -1;
  const item = patch?.[index];
  if (patch === undefined || !isJsonObject(item) || Object.keys(item).length > 1) return { directive: "merge", items: patch };
  return { directive: directiveOf(item), items: patch.toSpliced(index, 1) };
}

function directiveOf(patch: JsonObject): Directive {
  const directive = ownMember(patch, DIRECTIVE);
  if (directive === undefined || directive === null) return "merge";
  if (directive === "delete" || directive === "replace" || directive === "merge") return directive;
  throw new Error(`$patch is delete, replace or merge, not ${typeof directive === "string" ? `"${directive}"` : "something else"}`);
}
