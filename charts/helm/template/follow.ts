import { integerMethod } from "../go/integer-methods.ts";
import { typeName } from "../go/types.ts";
import { ANY_MAP, GoMap, GoObject, Integer, type GoFunction, type GoValue } from "../go/value.ts";
import { invoke } from "./invoke.ts";
import type { Expression } from "./node.ts";
import type { State } from "./state.ts";
import { holdsAny, zeroElement } from "./zero.ts";

/** A chain of names, and what stands beside it in a command. */
interface Chained {
  readonly names: readonly string[];
  readonly words: readonly Expression[];
  readonly final: GoValue | undefined;
}

/** The value that names lead to. `isBoxed`: the start lies in an `interface {}`. */
export function follow(state: State, start: GoValue, isBoxed: boolean, names: readonly string[]): GoValue {
  const hasNoMethods = state.environment.methodOf === undefined;
  let value = start;
  let holder: GoValue | undefined;
  for (const name of names) {
    const inner: GoValue | undefined = value instanceof GoMap && (hasNoMethods || value.type === ANY_MAP) ? value.entries.get(name) : undefined;
    const next = inner === undefined ? member(state, value, name, holder === undefined ? isBoxed : holdsAny(holder)) : inner;
    holder = value;
    value = next;
  }
  if (value === null) state.isNilBoxed = holder !== undefined && holdsAny(holder);
  state.holder = holder;
  return value;
}

/** The same for the first word of a command: where it leads to a method, that is called with the other words. */
export function callFollowed(state: State, start: GoValue, isBoxed: boolean, { names, words, final }: Chained): GoValue {
  if (words.length === 1 && final === undefined) return follow(state, start, isBoxed, names);
  const { node } = state;
  const name = names.at(-1) ?? "";
  const receiver = follow(state, start, isBoxed, names.slice(0, -1));
  const isReceiverBoxed = names.length > 1 ? holdsAny(state.holder ?? null) : isBoxed;
  const found = receiver instanceof GoMap ? methodOf(state, receiver, name) : ownMember(receiver, name);
  if (isFunction(found)) return invoke(state, found, { name, node, words, final });
  if (found !== undefined) return state.fail(`${name} has arguments but cannot be invoked as function`);
  if (receiver instanceof GoMap || (receiver instanceof GoObject && receiver.kind === "map")) return state.fail(`${name} is not a method but has arguments`);
  return member(state, receiver, name, isReceiverBoxed);
}

/** A field or method of a value that is no map. */
function ownMember(receiver: GoValue, name: string): GoValue | GoFunction | undefined {
  if (receiver instanceof GoObject) return receiver.member(name);
  return receiver instanceof Integer ? integerMethod(receiver, name) : undefined;
}

/** A field or a method's result, or what a map gives for a key that it does not have. */
function member(state: State, receiver: GoValue, name: string, isBoxed: boolean): GoValue {
  if (receiver === null) return memberOfNil(state, name, isBoxed);
  if (receiver instanceof GoMap) return memberOfMap(state, receiver, name);
  const found = ownMember(receiver, name);
  if (isFunction(found)) return invoke(state, found, { name, node: state.node, words: [], final: undefined });
  if (found !== undefined) return found;
  const entries = receiver instanceof GoObject && receiver.kind === "map" ? receiver.toValue() : undefined;
  if (!(entries instanceof GoMap)) return state.fail(`can't evaluate field ${name} in type ${isBoxed ? "interface {}" : typeName(receiver)}`);
  return memberOfMap(state, entries, name);
}

/** What a map has under a key, unless its type has a method of that name. */
function memberOfMap(state: State, map: GoMap, name: string): GoValue {
  const method = methodOf(state, map, name);
  if (method !== undefined) return invoke(state, method, { name, node: state.node, words: [], final: undefined });
  const value = map.entries.get(name);
  return value === undefined ? missing(state, map, name) : value;
}

const methodOf = ({ environment }: State, map: GoMap, name: string): GoFunction | undefined => (map.type.startsWith("map[") ? undefined : environment.methodOf?.(map, name));

function memberOfNil(state: State, name: string, isBoxed: boolean): GoValue {
  if (!isBoxed && state.environment.missingKey === "error") return state.fail(`nil data; no entry for key "${name}"`);
  return isBoxed ? state.fail(`nil pointer evaluating interface {}.${name}`) : null;
}

function missing(state: State, map: GoMap, name: string): GoValue {
  const { missingKey } = state.environment;
  if (missingKey === "error") return state.fail(`map has no entry for key "${name}"`);
  return missingKey === "no value" ? null : zeroElement(map.type);
}

function isFunction(value: GoValue | GoFunction | undefined): value is GoFunction {
  return typeof value === "object" && value !== null && "params" in value;
}
