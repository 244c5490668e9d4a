import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import type { MergeList } from "../../src/object/merge-keys.ts";
import { writtenText } from "../../src/object/written.ts";
import { scalarText, withMember } from "./resource.ts";
import { mergeValues, type Typing } from "./strategic-merge.ts";

/*
 * Merging lists by key as kustomize 5.8 does it, its oddities included: the patch's items come first; items with equal
 * keys become one, the object's own last; `$patch: replace` on an item changes nothing; a second key counts only where
 * some item has it, and an item without it then matches by the first alone; an item of the object without any key takes
 * the place of all that were there before it.
 */

const DIRECTIVE = "$patch";
/** Items are compared each with each; what a comparison costs, see Budget. */
const MAX_ITEMS = 2000;
const COMPARE_UNITS = 0.5;

/** The texts under the merge keys of one item; "" where a key is missing. */
type KeyTexts = readonly string[];

/** Merges the items of a patch into a list. Without a patch only items with equal keys become one. */
export function mergeAssociative(live: readonly Json[], patch: readonly Json[] | undefined, list: MergeList, { typeOf, spend }: Pick<Typing, "typeOf" | "spend">): readonly Json[] {
  if (live.length + (patch?.length ?? 0) > MAX_ITEMS) throw new Error(`has more than ${MAX_ITEMS} items, too many to merge by key`);
  spend((live.length + (patch?.length ?? 0)) ** 2 * COMPARE_UNITS);
  if (list.keys.length === 0) return mergeSet(live, patch ?? []);
  const usual = mergeDistinct(live, patch, list, { typeOf, spend });
  if (usual !== undefined) return usual;
  const found = uniqueTexts([...(patch ?? []), ...live].map((item) => textsOf(item, list.keys)));
  const wanted = list.keys.length > 1 ? complete(found) : found;
  const state: Merge = { current: live, patch: patch ?? [], items: [], keys: list.keys, typing: { type: list.item ?? {}, typeOf, spend } };
  for (const texts of wanted) mergeItem(state, texts, wanted, list.keys);
  return wanted.length === 0 ? state.current : appendAll(state.items, state.current, state.keys);
}

/** The usual case, gone through once: one key, which all items have and no two share, and no directives. Undefined where it is another. */
function mergeDistinct(live: readonly Json[], patch: readonly Json[] | undefined, { keys, item }: MergeList, context: Pick<Typing, "typeOf" | "spend">): readonly Json[] | undefined {
  const [key] = keys;
  if (keys.length > 1 || key === undefined || live === patch) return undefined;
  const [own, changes] = [byText(live, key), byText(patch ?? [], key)];
  if (own === undefined || changes === undefined) return undefined;
  const typing: Typing = { type: item ?? {}, ...context };
  const merged = [...changes].map(([text, change]) => mergeValues(own.get(text), change, typing));
  for (const [text, each] of own) if (!changes.has(text)) merged.push(mergeValues(each, undefined, typing));
  if (merged.length === live.length && merged.every((each, index) => each === live[index])) return live;
  return merged.filter((each) => each !== undefined && !isEmpty(each)) as Json[]; // the filter says so
}

/** The items by the text under their key; undefined where one has none, a directive, or that of another. */
function byText(items: readonly Json[], key: string): Map<string, JsonObject> | undefined {
  const found = new Map<string, JsonObject>();
  for (const item of items) {
    const text = isJsonObject(item) && item[key] !== undefined && !Object.hasOwn(item, DIRECTIVE) ? textAt(item, key) : "";
    if (text === "" || found.has(text)) return undefined;
    found.set(text, item as JsonObject); // what is none has no text
  }
  return found;
}

function mergeSet(live: readonly Json[], patch: readonly Json[]): Json[] {
  const byText = new Map<string, Json>();
  for (const item of [...patch, ...live].filter((item) => !isEmpty(withoutDirective(item)))) if (!byText.has(scalarText(item))) byText.set(scalarText(item), item);
  return [...byText.values()];
}

interface Merge {
  /** The object's own items, merged ones in their new form. */
  current: readonly Json[];
  /** The same list where the object had none: what is taken out of the one is then out of the other. */
  patch: readonly Json[];
  /** What stands first in the result. */
  items: Json[];
  /** The keys that counted for the last item. */
  keys: readonly string[];
  readonly typing: Typing;
}

function mergeItem(state: Merge, texts: KeyTexts, wanted: readonly KeyTexts[], allKeys: readonly string[]): void {
  const [keys, values] = validKeys(wanted, texts, allKeys);
  state.keys = keys;
  const [own, change] = [findItem(state.current, keys, values), findItem(state.patch, keys, values)];
  const merged = mergeValues(own, change, state.typing);
  const isShared = state.patch === state.current;
  // a directive is carried out once: keys that were completed are gone through again
  const bare = change && withoutDirective(change);
  state.patch = replaced(state.patch, change, bare);
  if (isShared) state.current = state.patch;
  if (merged === undefined || isEmpty(merged)) state.current = setItem(state.current, undefined, keys, values);
  else {
    const item = withKeys(merged, keys, values);
    const keepsOwn = own !== change && isJsonObject(change) && change[DIRECTIVE] === "replace";
    if (!keepsOwn) state.current = replaced(state.current, own === change ? bare : own, item);
    state.items = setItem(state.items, item, keys, values);
  }
  if (isShared) state.patch = state.current;
}

const replaced = (items: readonly Json[], old: Json | undefined, item: Json | undefined): readonly Json[] =>
  old === undefined || item === undefined || old === item ? items : items.map((each) => (each === old ? item : each));

function withKeys(item: Json, keys: readonly string[], values: KeyTexts): Json {
  if (!isJsonObject(item)) return item;
  let result: JsonObject = item;
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value && result[key] === undefined) result = withMember(result, key, value);
  }
  return result;
}

function textsOf(item: Json, keys: readonly string[]): KeyTexts {
  return keys.map((key) => (isJsonObject(item) ? textAt(item, key) : ""));
}

const textAt = (item: JsonObject, key: string): string => writtenText(item, key) ?? scalarText(item[key]);

function uniqueTexts(all: readonly KeyTexts[]): KeyTexts[] {
  return [...new Map(all.map((texts) => [JSON.stringify(texts), texts])).values()];
}

/** Items that differ only in a key that one of them lacks are taken for the same. */
function complete(all: readonly KeyTexts[]): KeyTexts[] {
  const result = [...all];
  for (let left = 0; left < result.length; left += 1) {
    const start = result[left] ?? [];
    for (let right = 0; right < result.length; right += 1) {
      const joined = join(start, result[right] ?? []);
      if (joined !== undefined) result[left] = result[right] = joined;
    }
  }
  return result;
}

function join(left: KeyTexts, right: KeyTexts): KeyTexts | undefined {
  const clash = left.some((text, index) => text !== right[index] && text !== "" && right[index] !== "");
  const common = left.some((text, index) => text === right[index]);
  return clash || !common ? undefined : left.map((text, index) => text || (right[index] ?? ""));
}

/** The keys that some item has; all of them where none has any. */
function validKeys(all: readonly KeyTexts[], texts: KeyTexts, keys: readonly string[]): readonly [readonly string[], KeyTexts] {
  const used = keys.map((_key, index) => all.some((each) => each[index] !== ""));
  if (!used.includes(true)) return [keys, texts];
  return [keys.filter((_key, index) => used[index]), texts.filter((_text, index) => used[index])];
}

function findItem(items: readonly Json[], keys: readonly string[], values: KeyTexts): Json | undefined {
  const [own, texts] = validKeys([values], values, keys);
  return items.find((item) => isJsonObject(item) && own.every((key, index) => item[key] !== undefined && textAt(item, key) === texts[index]));
}

/** Puts an item in the place of those with its keys, or at the end; undefined removes them. With fewer texts than keys the last text decides. */
function setItem(items: readonly Json[], item: Json | undefined, keys: readonly string[], values: KeyTexts): Json[] {
  const fits = (each: Json): boolean => isJsonObject(each) && values.length > 0 && values.every((text, index) => hasText(each, keys[index] ?? "", text));
  const kept = items.filter((each) => !isEmpty(each));
  const result = kept.flatMap((each) => (fits(each) ? (item === undefined ? [] : [item]) : [each]));
  return item === undefined || kept.some(fits) ? result : [...result, item];
}

/** An empty text asks only for the member to be there. */
function hasText(item: JsonObject, key: string, text: string): boolean {
  return item[key] !== undefined && (text === "" || textAt(item, key) === text);
}

function appendAll(items: readonly Json[], own: readonly Json[], keys: readonly string[]): Json[] {
  let result = [...items];
  for (const item of own) {
    if (item !== null && !isJsonObject(item)) throw new Error(`has items that are no maps, and is merged by ${keys.join(" and ")}`);
    const values = item === null ? [] : keys.filter((key) => item[key] !== undefined).map((key) => textAt(item, key));
    const isComplete = values.length === keys.length;
    if (values.length === 0) result = item === null ? [] : [item];
    else if (keys.length === 1) result = setItem(result, item, keys, values);
    else result = setItem(setItem(isComplete ? result : [...result, item], undefined, keys, values), item, keys, values);
  }
  return result;
}

const isEmpty = (value: Json): boolean => value === null || (isJsonObject(value) && Object.keys(value).length === 0);

const withoutDirective = (value: Json): Json => (isJsonObject(value) && Object.hasOwn(value, DIRECTIVE) ? withMember(value, DIRECTIVE, undefined) : value);
