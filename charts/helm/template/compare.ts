import { compareText } from "../go/bytes.ts";
import { integerKind, kindName, typeName } from "../go/types.ts";
import { GoList, GoObject, Integer, type GoValue } from "../go/value.ts";
import { Complex } from "./complex.ts";

type BasicKind = "bool" | "int" | "uint" | "float" | "string" | "complex" | undefined;

/** `eq`: whether a value equals one of others. Throws Error with Go's text where Go does not compare them. */
export function isEqualToAny(left: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new Error("missing argument for comparison");
  return others.some((other) => isEqual(left, other));
}

/** `lt`. Throws Error with Go's text where there is no order. */
export function isLess(left: GoValue, right: GoValue): boolean {
  const [kind, otherKind] = [basicKind(left), basicKind(right)];
  if (kind === undefined || otherKind === undefined) throw new Error("invalid type for comparison");
  if (left instanceof Integer && right instanceof Integer) return left.value < right.value;
  if (kind !== otherKind) throw incompatible(left, right);
  if (typeof left === "number" && typeof right === "number") return left < right;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right) < 0;
  throw new Error("invalid type for comparison");
}

function isEqual(left: GoValue, right: GoValue): boolean {
  if (typeof left === "string" && typeof right === "string") return left === right;
  const [kind, otherKind] = [basicKind(left), basicKind(right)];
  if (left instanceof Integer && right instanceof Integer) return left.value === right.value;
  if (kind === otherKind) return kind === undefined ? isEqualObject(left, right) : left === right || isEqualComplex(left, right);
  if (left !== null && right !== null) throw incompatible(left, right);
  return false;
}

/** Values without a simple kind: lists, maps, objects and nil. Go's errors print them: they may be secret, or without an end. */
function isEqualObject(left: GoValue, right: GoValue): boolean {
  if (left !== null && right !== null && kindName(left) !== kindName(right)) throw new Error(`non-comparable types ${typeName(left)} and ${typeName(right)}`);
  if (isNil(left) || isNil(right)) return isNil(left) === isNil(right);
  if (!(left instanceof GoObject) || !(right instanceof GoObject) || right.kind === "map" || right.kind === "slice") throw new Error(`non-comparable type ${typeName(right)}`);
  return left === right || (left.kind === "struct" && left.type === right.type && left.toText() === right.toText());
}

const isEqualComplex = (left: GoValue, right: GoValue): boolean => left instanceof Complex && right instanceof Complex && left.real === right.real && left.imaginary === right.imaginary;

const isNil = (value: GoValue): boolean => value === null || (value instanceof GoList && value.isNil) || (value instanceof GoObject && value.kind === "ptr" && !value.isTrue);

function basicKind(value: GoValue): BasicKind {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "float";
  if (typeof value === "boolean") return "bool";
  if (value instanceof Integer) return integerKind(value.type).startsWith("uint") ? "uint" : "int";
  return value instanceof Complex ? "complex" : undefined;
}

const incompatible = (left: GoValue, right: GoValue): Error => new Error(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`);
