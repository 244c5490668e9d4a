import { isEmpty } from "../go/types.ts";
import { ANY_LIST, type CallScope, type FunctionTable, GoList, type GoValue } from "../go/value.ts";
import { toInt64 } from "./cast.ts";
import { define, fn, variadic } from "./define.ts";
import { DistinctValues } from "./distinct-values.ts";
import { itemsOf } from "./items.ts";

/** As Go gives it where there is nothing left. */
const NIL_LIST = new GoList([], ANY_LIST, true);
const TOO_LONG = "runtime error: makeslice: len out of range";

/** Items that are copied in a microsecond, at the least. */
const SPEED = 20;

/** A new list; copying is paid for. */
function listOf(items: readonly GoValue[], scope: CallScope): GoList {
  scope.spend(items.length / SPEED);
  return new GoList(items);
}

const list = variadic([], "any", (items) => new GoList(items));
const append = fn(["any", "any"], (head, item, scope) => listOf([...itemsOf(head, "Cannot push on type"), item], scope));
const prepend = fn(["any", "any"], (tail, item, scope) => listOf([item, ...itemsOf(tail, "Cannot prepend on type")], scope));
const first = fn(["any"], (value) => itemsOf(value, "Cannot find first on type")[0] ?? null);
const last = fn(["any"], (value) => itemsOf(value, "Cannot find last on type").at(-1) ?? null);
const reverse = fn(["any"], (value, scope) => listOf(itemsOf(value, "Cannot find reverse on type").toReversed(), scope));
const compact = fn(["any"], (value, scope) => listOf(itemsOf(value, "Cannot compact on type").filter((item) => !isEmpty(item)), scope));

const rest = fn(["any"], (value, scope) => {
  const items = itemsOf(value, "Cannot find rest on type");
  return items.length === 0 ? NIL_LIST : listOf(items.slice(1), scope);
});

const initial = fn(["any"], (value, scope) => {
  const items = itemsOf(value, "Cannot find initial on type");
  return items.length === 0 ? NIL_LIST : listOf(items.slice(0, -1), scope);
});

const uniq = fn(["any"], (value, scope) => {
  const items = itemsOf(value, "Cannot find uniq on type");
  scope.spend(items.length / 10);
  const seen = new DistinctValues([], scope);
  return listOf(items.filter((item) => seen.add(item)), scope);
});

const without = variadic(["any"], "any", (value, unwanted, scope) => {
  const items = itemsOf(value, "Cannot find without on type");
  scope.spend((items.length + unwanted.length) / 10);
  const omitted = new DistinctValues(unwanted, scope);
  return listOf(items.filter((item) => !omitted.has(item)), scope);
});

const has = fn(["any", "any"], (needle, haystack, scope) => {
  if (haystack === null) return false;
  const items = itemsOf(haystack, "Cannot find has on type");
  scope.spend(items.length);
  return new DistinctValues([needle], scope).hasAny(items);
});

const slice = variadic(["any"], "any", (value, indices, scope) => {
  const items = itemsOf(value, "list should be type of slice or array but");
  if (items.length === 0) return null;
  const [start = 0, end = items.length] = indices.slice(0, 2).map((index) => Number(toInt64(index)));
  if (start < 0 || end < start || end > items.length) throw new Error("reflect.Value.Slice: slice index out of bounds");
  scope.spend(end - start);
  return new GoList(items.slice(start, end), value instanceof GoList ? value.type : ANY_LIST);
});

const concat = variadic([], "any", (lists, scope) => {
  const all = lists.map((value) => itemsOf(value, "Cannot concat type", " as list"));
  const count = all.reduce((sum, items) => sum + items.length, 0);
  if (count === 0) return NIL_LIST;
  scope.spend(count / SPEED);
  scope.spendText(count * 4);
  return new GoList(([] as readonly GoValue[]).concat(...all));
});

const chunk = fn(["int", "any"], (size, value, scope) => {
  const items = itemsOf(value, "Cannot chunk type");
  const count = Math.floor((items.length - 1) / size) + 1;
  if (!Number.isFinite(count) || count < 0) throw new Error(TOO_LONG);
  scope.spend(items.length + count);
  return new GoList(Array.from({ length: count }, (_, index) => new GoList(pieceOf(items, size, index, count))), "[][]interface {}");
});

function pieceOf(items: readonly GoValue[], size: number, index: number, count: number): GoValue[] {
  const length = index === count - 1 ? items.length % size || size : size;
  if (length < 0) throw new Error(TOO_LONG);
  return items.slice(index * size, index * size + length);
}

/** Sprig's functions on lists. The must forms are the same: a panic and an error end a render alike. */
export const LIST_FUNCTIONS: FunctionTable = define({
  list,
  tuple: list,
  append,
  push: append,
  mustAppend: append,
  mustPush: append,
  prepend,
  mustPrepend: prepend,
  first,
  mustFirst: first,
  last,
  mustLast: last,
  rest,
  mustRest: rest,
  initial,
  mustInitial: initial,
  reverse,
  mustReverse: reverse,
  compact,
  mustCompact: compact,
  uniq,
  mustUniq: uniq,
  without,
  mustWithout: without,
  has,
  mustHas: has,
  slice,
  mustSlice: slice,
  concat,
  chunk,
  mustChunk: chunk,
});
