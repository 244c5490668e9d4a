import { ReconcileError } from "../../src/errors.ts";
import { styleOfValue } from "../../src/object/go-yaml-style.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { mergeTypeOf, type MergeList, type MergeType, type MergeTypeOf } from "../../src/object/merge-keys.ts";
import { carryWritten, quotesOf, setWritten, writtenText } from "../../src/object/written.ts";
import type { Spend } from "../budget.ts";
import { mergeAssociative } from "./merge-list.ts";
import { scalarText, setMember, withMember } from "./resource.ts";

/*
 * Strategic merge patches as kustomize 5.8 applies them: maps member by member, null removes, `$patch: delete|replace|merge`
 * on maps and lists, lists of known kinds by merge key with the patch's items first, other lists as a whole. Other
 * directives ($setElementOrder, $deleteFromPrimitiveList, $retainKeys) are members like any other. The whole object is gone
 * through, also where the patch says nothing: lists are freed of items with equal keys, and members without a value
 * (`key:`, not `key: null`) go.
 */
const DIRECTIVE = "$patch";
/** A type that is known and has no merged lists. */
const PLAIN: MergeType = {};

type Directive = "delete" | "replace" | "merge";

/** Which type a value has: the one that its place gives it, else the one of its own apiVersion and kind. */
export interface Typing {
  readonly type: MergeType | undefined;
  readonly typeOf: MergeTypeOf;
  readonly spend: Spend;
}

/** Applies a patch; undefined where the patch deletes the object. Inputs stay as they are. Throws Error where kinds of values do not fit. */
export function strategicMerge(object: JsonObject, patch: JsonObject, typeOf: MergeTypeOf = mergeTypeOf, spend: Spend = () => undefined): JsonObject | undefined {
  if (directiveOf(patch) === "replace") return object; // kustomize forgets about the replacement
  return mergeMaps(object, patch, { type: undefined, typeOf, spend }) as JsonObject | undefined; // two maps give a map or nothing
}

/** Merges two values; undefined: there is none. Where both are the same value, its directives are carried out. */
export function mergeValues(live: Json | undefined, patch: Json | undefined, typing: Typing, list?: MergeList): Json | undefined {
  const kind = kindOf(live ?? patch);
  const other = kindOf(patch ?? live);
  if (kind !== other) throw new Error(`a ${other} in the patch meets a ${kind} in the object`);
  if (kind === "nothing") return live === null && patch === undefined ? null : undefined;
  if (kind === "map") return mergeMaps(live, patch, typing);
  if (kind === "list") return mergeLists(live, patch, typing, list);
  return patch === undefined ? live : (patch ?? undefined);
}

function kindOf(value: Json | undefined): "nothing" | "map" | "list" | "value" {
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value) ? "list" : typeof value === "object" ? "map" : "value";
}

function mergeMaps(live: Json | undefined, patch: Json | undefined, { type: given, typeOf, spend }: Typing): Json | undefined {
  if (patch === null) return undefined;
  const typing: Typing = { type: given ?? ownType(live, typeOf) ?? ownType(patch, typeOf), typeOf, spend };
  if (!isJsonObject(patch)) return isJsonObject(live) ? mergeMembers(live, undefined, typing) : live;
  const directive = directiveOf(patch);
  if (directive === "delete") return undefined;
  const change = Object.hasOwn(patch, DIRECTIVE) ? withMember(patch, DIRECTIVE, undefined) : patch;
  return !isJsonObject(live) || live === patch || directive === "replace" ? mergeMembers(change, change, typing) : mergeMembers(live, change, typing);
}

function ownType(value: Json | undefined, typeOf: MergeTypeOf): MergeType | undefined {
  if (!isJsonObject(value)) return undefined;
  const { apiVersion, kind } = value as { apiVersion?: Json; kind?: Json }; // any member may be anything
  return typeof apiVersion === "string" && typeof kind === "string" ? typeOf(apiVersion, kind) : undefined;
}

function mergeMembers(live: JsonObject, patch: JsonObject | undefined, typing: Typing): JsonObject {
  let draft: Record<string, Json | undefined> | undefined;
  for (const name of namesOf(live, patch)) {
    const current = own(live, name);
    const change = patch === undefined ? undefined : own(patch, name);
    if (change === undefined && typeof current !== "object") continue;
    const merged = inMember(name, () => mergeMember({ live, patch, name, current, change }, typing));
    if (merged === current) continue;
    draft ??= carryWritten(live, { ...live });
    if (merged === undefined) delete draft[name];
    else setMember(draft, name, merged);
    setWritten(draft, name, noteOf({ live, patch, name, current, change }, merged));
  }
  return draft ?? live;
}

/** In the order in which kustomize goes through them, which counts where several are wrong. */
function namesOf(live: JsonObject, patch: JsonObject | undefined): string[] {
  return (patch === undefined || patch === live ? Object.keys(live) : [...new Set([...Object.keys(live), ...Object.keys(patch)])]).sort();
}

const own = <Value>(map: Readonly<Record<string, Value>>, name: string): Value | undefined => (Object.hasOwn(map, name) ? map[name] : undefined);

function inMember<Result>(name: string, merge: () => Result): Result {
  try {
    return merge();
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    throw error instanceof Error ? new Error(`${name}: ${error.message}`, { cause: error }) : error;
  }
}

interface Member {
  readonly live: JsonObject;
  readonly patch: JsonObject | undefined;
  readonly name: string;
  readonly current: Json | undefined;
  readonly change: Json | undefined;
}

function mergeMember({ live, patch, name, current, change }: Member, { type, typeOf, spend }: Typing): Json | undefined {
  if (current === null && change === undefined) return writtenText(live, name) === "" ? undefined : null;
  const merged = mergeValues(current, change, { type: memberType(type, name), typeOf, spend }, own(type?.lists ?? {}, name));
  if (typeof current !== "string" || merged === undefined || merged === null || patch === undefined) return merged;
  const written = writtenText(patch, name); // a date is text by now
  const hasQuotes = quotesOf(live, name) !== undefined || (styleOfValue(current) !== "plain" && writtenText(live, name) === undefined);
  return hasQuotes ? (written ?? scalarText(merged)) : merged; // the value is new, the quotes stay
}

/** What a merged member is written as: in the way of the object where it had one, else in that of the patch. */
function noteOf({ live, patch, name, current, change }: Member, merged: Json | undefined): string | undefined {
  if (patch === undefined || merged !== change) return quotesOf(live, name);
  return quotesOf(current === undefined ? patch : live, name) ?? writtenText(patch, name);
}

function memberType(type: MergeType | undefined, name: string): MergeType | undefined {
  if (type === undefined) return undefined;
  return own(type.members ?? {}, name) ?? type.values ?? (type.isOpen === true ? undefined : PLAIN);
}

function mergeLists(live: Json | undefined, patch: Json | undefined, typing: Typing, list: MergeList | undefined): Json | undefined {
  if (patch === null) return undefined;
  if (list === undefined) return patch ?? live;
  const [current, change] = [live ?? undefined, patch] as (readonly Json[] | undefined)[]; // kindOf said that they are lists
  if (current === undefined) return change === undefined ? undefined : mergeAssociative(change, change, list, typing);
  const { directive, items } = listDirective(change);
  if (directive === "delete") return undefined;
  return mergeAssociative(items !== undefined && (directive === "replace" || current === change) ? items : current, items, list, typing);
}

/** The first item with a directive speaks about the whole list if it says nothing else; then all items with the same one are left out, and empty ones. */
function listDirective(patch: readonly Json[] | undefined): { directive: Directive; items: readonly Json[] | undefined } {
  const item = patch?.find((each) => isJsonObject(each) && Object.hasOwn(each, DIRECTIVE));
  if (patch === undefined || !isJsonObject(item) || Object.keys(item).length > 1) return { directive: "merge", items: patch };
  const directive = directiveOf(item);
  const isLeftOut = (each: Json): boolean => each === null || (isJsonObject(each) && (each[DIRECTIVE] === directive || Object.keys(each).length === 0));
  return { directive, items: patch.filter((each) => !isLeftOut(each)) };
}

function directiveOf(patch: JsonObject): Directive {
  const directive = own(patch, DIRECTIVE);
  if (directive === undefined || directive === null) return "merge";
  if (directive === "delete" || directive === "replace" || directive === "merge") return directive;
  throw new Error(`$patch is delete, replace or merge, not ${typeof directive === "string" ? `"${directive}"` : "something else"}`);
}
