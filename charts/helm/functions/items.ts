import { kindName } from "../go/types.ts";
import { GoList, GoObject, type GoValue } from "../go/value.ts";

/** Go's text where a function looks into nil. */
export const NIL_POINTER = "runtime error: invalid memory address or nil pointer dereference";

/** The items of anything that is a slice, as sprig's list functions take it; `refusal` begins the error's text: `Cannot push on type`, and `end` ends it. */
export function itemsOf(value: GoValue, refusal: string, end = ""): readonly GoValue[] {
  if (value instanceof GoList) return value.items;
  if (value === null) throw new Error(NIL_POINTER);
  const inner = value instanceof GoObject && isSlice(value.kind) ? value.toValue() : undefined;
  if (inner instanceof GoList) return inner.items;
  throw new Error(`${refusal} ${kindName(value)}${end}`);
}

const isSlice = (kind: string): boolean => kind === "slice" || kind === "array";
