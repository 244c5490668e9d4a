import { ReconcileError } from "../../src/errors.ts";
import { isJsonObject, jsonEqual, type Json, type JsonObject } from "../../src/object/json.ts";
import { forgetWritten } from "../../src/object/written.ts";
import type { Spend } from "../budget.ts";
import { findIndex, parsePointer, updateAt, valueOf, withItem } from "./follow-pointer.ts";
import { refoldAll } from "./refold-texts.ts";
import { withMember } from "./resource.ts";

/*
 * JSON 6902 patches as kustomize 5.8 applies them (evanphx/json-patch v4), where that is more than RFC 6902: a member that
 * is missing counts as null for `replace`, `copy` and `test`, an operation without a value has null, indexes may be negative.
 * Whole numbers that a double cannot hold are kept; kustomize rounds them here.
 */

/** One operation, as it is written. */
export interface Operation {
  readonly op?: Json;
  readonly path?: Json;
  readonly from?: Json;
  readonly value?: Json;
}

const MAX_OPERATIONS = 1000;
/** What copying one value costs, see Budget. */
const VALUE_UNITS = 5;

/** Reads the operations of a JSON 6902 patch. Throws Error with the number of the one that is none; what it says is checked as it is applied. */
export function readOperations(value: Json): Operation[] {
  if (!Array.isArray(value)) throw new Error("a JSON patch is a list of operations");
  if (value.length > MAX_OPERATIONS) throw new Error(`a JSON patch has at most ${MAX_OPERATIONS} operations`);
  return (value as Json[]).map((operation, index) => {
    if (!isJsonObject(operation)) throw new Error(`operation ${index + 1}: is not a map`);
    return operation;
  });
}

/** The object with the operations applied, in order. Throws Error naming the operation that does not fit it; never tells values. */
export function applyOperations(object: JsonObject, operations: readonly Operation[], spend: Spend): JsonObject {
  let document = forgetWritten(refoldAll(object));
  for (const [index, operation] of operations.entries()) {
    try {
      document = apply(document, operation, spend);
    } catch (error) {
      if (error instanceof ReconcileError) throw error;
      throw new Error(`operation ${index + 1}${titleOf(operation)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  if (!isJsonObject(document)) throw new Error("leaves something that is no object");
  return document;
}

const titleOf = ({ op, path }: Operation): string => (typeof op === "string" && typeof path === "string" ? ` (${op} ${path})` : "");

/** What an operation does, by its name. */
const APPLY: Readonly<Record<string, (document: Json, operation: Operation, spend: Spend) => Json>> = {
  add: (document, { path, value = null }, spend) => add(document, steps(path), value, spend),
  remove: (document, { path }, spend) => updateAt(document, steps(path), remove, spend),
  replace: (document, { path, value }, spend) => (path === "" ? demandContainer(value) : updateAt(document, steps(path), (holder, key) => replace(holder, key, value ?? null), spend)),
  move: (document, { path, from }, spend) => {
    const moved = valueOf(document, steps(from, "from")) ?? null;
    return add(updateAt(document, steps(from, "from"), remove, spend), steps(path), moved, spend);
  },
  copy: (document, { path, from }, spend) => add(document, steps(path), paid(valueOf(document, steps(from, "from")) ?? null, spend), spend),
  test: (document, operation) => {
    if (!passes(document, operation)) throw new Error("the value is another one");
    return document;
  },
};

function apply(document: Json, operation: Operation, spend: Spend): Json {
  spend(VALUE_UNITS);
  const { op } = operation;
  const change = typeof op === "string" && Object.hasOwn(APPLY, op) ? APPLY[op] : undefined;
  if (change === undefined) throw new Error(`op is none of ${Object.keys(APPLY).join(", ")}`);
  return change(document, operation, spend);
}

function steps(pointer: Json | undefined, member: "path" | "from" = "path"): readonly string[] {
  if (typeof pointer !== "string") throw new Error(`has no ${member}`);
  return parsePointer(pointer);
}

function demandContainer(value: Json | undefined): Json {
  if (value === undefined || value === null || typeof value !== "object") throw new Error("the whole object can only be replaced by a map or a list");
  return value;
}

const add = (document: Json, path: readonly string[], value: Json, spend: Spend): Json =>
  updateAt(document, path, (holder, key) => (Array.isArray(holder) ? withItem(holder as Json[], findIndex(holder as Json[], key, "add"), 0, value) : withMember(holder as JsonObject, key, value)), spend); // a map if it is no list

function remove(holder: Json, key: string): Json {
  if (Array.isArray(holder)) return withItem(holder as Json[], findIndex(holder as Json[], key), 1);
  if (!Object.hasOwn(holder as JsonObject, key)) throw new Error(`there is no "${key}"`); // a map if it is no list
  return withMember(holder as JsonObject, key, undefined);
}

function replace(holder: Json, key: string, value: Json): Json {
  return Array.isArray(holder) ? withItem(holder as Json[], findIndex(holder as Json[], key), 1, value) : withMember(holder as JsonObject, key, value); // a map if it is no list
}

function passes(document: Json, operation: Operation): boolean {
  if (operation.path === "") return operation.value !== undefined && jsonEqual(document, operation.value);
  const found = valueOf(document, steps(operation.path)) ?? null;
  if (found === null) return (operation.value ?? null) === null;
  return operation.value !== undefined && jsonEqual(found, operation.value);
}

/** A value that is put somewhere else as well. Copies can double the object each time: what is copied is paid for. */
function paid(value: Json, spend: Spend): Json {
  spend(VALUE_UNITS);
  if (typeof value === "object" && value !== null) for (const member of Object.values(value) as Json[]) paid(member, spend);
  return value;
}
