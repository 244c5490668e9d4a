/** Patches as the API server carries them out: RFC 7386 merge patches and RFC 6902 operations, 64-bit integers kept. */
import { isJsonObject, jsonEqual } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import { freeze } from "./plain.ts";
import type { Members } from "./plain.ts";

/** The value that a merge patch leaves. */
export function mergePatched(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const merged: Members = {};
  for (const [name, member] of Object.entries(isJsonObject(target) ? target : {})) if (member !== undefined && patch[name] !== null) merged[name] = member;
  for (const [name, member] of Object.entries(patch)) if (member !== null && member !== undefined) merged[name] = mergePatched(merged[name], member);
  return freeze(merged);
}

/** The value that the operations leave. Throws Error where one does not fit. */
export function operated(target: Json, operations: readonly Json[]): Json {
  return operations.reduce<Json>((value, operation) => operate(value, operation as JsonObject), target); // operations are objects
}

function operate(target: Json, { op, path, from, value }: JsonObject): Json {
  const at = pointer(path);
  switch (textOf(op)) {
    case "add":
      return put(target, at, value ?? null, true);
    case "replace":
      if (find(target, at) === undefined) throw new Error(`replace operation does not apply: doc is missing key: ${textOf(path)}: missing value`);
      return put(target, at, value ?? null, false);
    case "remove":
      return put(target, at, undefined, false);
    case "test":
      if (!jsonEqual(find(target, at) ?? null, value ?? null)) throw new Error(`testing value ${textOf(path)} failed: test failed`);
      return target;
    case "copy":
      return put(target, at, need(target, pointer(from)), true);
    case "move":
      return put(put(target, pointer(from), undefined, false), at, need(target, pointer(from)), true);
    default:
      throw new Error(`Unexpected kind: ${textOf(op)}`);
  }
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

const pointer = (path: Json | undefined): string[] => textOf(path).split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

function need(target: Json, path: readonly string[]): Json {
  const found = find(target, path);
  if (found === undefined) throw new Error(`no value at /${path.join("/")}`);
  return found;
}

function find(target: Json, path: readonly string[]): Json | undefined {
  let current: Json | undefined = target;
  for (const step of path) {
    if (Array.isArray(current)) current = (current as readonly Json[])[Number(step)];
    else current = isJsonObject(current) ? current[step] : undefined;
  }
  return current;
}

/** `value` undefined removes. */
function put(target: Json, [step, ...rest]: readonly string[], value: Json | undefined, insert: boolean): Json {
  if (step === undefined) return value ?? null;
  if (Array.isArray(target)) return putItem(target as readonly Json[], step, rest, value, insert);
  if (!isJsonObject(target)) throw new Error(`doc is missing path: /${step}: missing value`);
  const before = target[step];
  if (rest.length > 0 && before === undefined) throw new Error(`doc is missing path: /${step}: missing value`);
  if (rest.length === 0 && value === undefined && before === undefined) throw new Error(`remove operation does not apply: Unable to remove nonexistent key: ${step}: missing value`);
  const next = rest.length === 0 ? value : put(before ?? null, rest, value, insert);
  const { [step]: _before, ...others } = target;
  return freeze(next === undefined ? others : { ...target, [step]: next });
}

function putItem(target: readonly Json[], step: string, rest: readonly string[], value: Json | undefined, insert: boolean): Json {
  const index = step === "-" ? target.length : Number(step);
  const inserts = insert && rest.length === 0;
  if (!Number.isInteger(index) || index < 0 || index > (inserts ? target.length : target.length - 1)) throw new Error(`Unable to access invalid index: ${step}: invalid index referenced`);
  if (inserts) return freeze(target.toSpliced(index, 0, value ?? null));
  if (rest.length === 0) return freeze(value === undefined ? target.toSpliced(index, 1) : target.with(index, value));
  return freeze(target.with(index, put(target[index] ?? null, rest, value, insert)));
}
