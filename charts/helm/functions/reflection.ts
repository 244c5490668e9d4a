import { ITEM_COST, Meter } from "../go/format-meter.ts";
import { kindName, typeName } from "../go/types.ts";
import { GoList, GoMap, GoObject, Integer, type FunctionTable, type GoValue } from "../go/value.ts";
import { define, fn } from "./define.ts";

/** sprig's functions that ask for types: `typeOf`, `typeIs`, `typeIsLike`, `kindOf`, `kindIs`, `deepEqual`. */
export const reflectionFunctions: FunctionTable = define({
  typeOf: fn(["any"], typeName),
  typeIs: fn(["string", "any"], (type, value) => typeName(value) === type),
  typeIsLike: fn(["string", "any"], (type, value) => typeName(value) === type || typeName(value) === `*${type}`),
  kindOf: fn(["any"], kindName),
  kindIs: fn(["string", "any"], (kind, value) => kindName(value) === kind),
  deepEqual: fn(["any", "any"], (left, right, scope) => deepEqual(left, right, scope.spendText)),
});

/** reflect.DeepEqual: types count, so that `1` and `1.0` differ. Throws where `spend` does, and on values nested too deep. */
export function deepEqual(left: GoValue, right: GoValue, spend?: (characters: number) => void): boolean {
  const meter = new Meter(spend);
  const result = isEqual(left, right, meter, 0);
  meter.settle();
  return result;
}

/** Characters of equal texts that are compared while one is made. */
const COMPARED = 64;

function isEqual(left: GoValue, right: GoValue, meter: Meter, depth: number): boolean {
  if (typeof left === "string" && typeof right === "string" && left.length === right.length) meter.add(left.length / COMPARED);
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return left === right;
  if (left instanceof Integer) return right instanceof Integer && left.type === right.type && left.value === right.value;
  if (left === right) return true;
  meter.checkDepth(depth);
  meter.add(ITEM_COST);
  if (left instanceof GoMap) return right instanceof GoMap && left.type === right.type && left.isNil === right.isNil && isEqualMap(left, right, meter, depth);
  if (left instanceof GoList) return right instanceof GoList && left.type === right.type && left.isNil === right.isNil && isEqualList(left, right, meter, depth);
  return right instanceof GoObject && left.type === right.type && isEqualObject(left, right, meter, depth);
}

function isEqualMap(left: GoMap, right: GoMap, meter: Meter, depth: number): boolean {
  if (left.entries === right.entries) return true;
  if (left.entries.size !== right.entries.size) return false;
  for (const [key, value] of left.entries) {
    const other = right.entries.get(key);
    if (other === undefined || !isEqual(value, other, meter, depth + 1)) return false;
  }
  return true;
}

function isEqualList(left: GoList, right: GoList, meter: Meter, depth: number): boolean {
  if (left.items === right.items) return true;
  return left.items.length === right.items.length && left.items.every((item, index) => isEqual(item, right.items[index] ?? null, meter, depth + 1));
}

function isEqualObject(left: GoObject, right: GoObject, meter: Meter, depth: number): boolean {
  const [a, b] = [left.toValue(), right.toValue()];
  return a instanceof GoObject || b instanceof GoObject ? left.toText() === right.toText() : isEqual(a, b, meter, depth + 1);
}
