import jsonPatch, { type Operation } from "fast-json-patch";
import { ReconcileError } from "../../src/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";

const OPERATIONS = new Set(["add", "remove", "replace", "move", "copy", "test"]);
/** An index of a list as RFC 6901 spells it, or the end of the list. */
const BAD_INDEX = /\/0\d+(?=\/|$)/;
const MAX_OPERATIONS = 1000;
/** What copying one value costs, see Budget. */
const VALUE_UNITS = 5;
/** What stands for a 64-bit integer while fast-json-patch, which knows none, works. kustomize rounds such numbers here; we keep them. */
const BIG = "\u0000bigint:";

/** Reads the operations of a JSON 6902 patch. Throws Error with the number of the one that is wrong. */
export function readOperations(value: Json): Operation[] {
  if (!Array.isArray(value)) throw new Error("a JSON patch is a list of operations");
  if (value.length > MAX_OPERATIONS) throw new Error(`a JSON patch has at most ${MAX_OPERATIONS} operations`);
  return value.map((operation: Json, index) => {
    const flaw = flawOf(operation);
    if (flaw !== undefined) throw new Error(`operation ${index + 1}: ${flaw}`);
    return operation as unknown as Operation; // its form was just checked
  });
}

function flawOf(operation: Json): string | undefined {
  if (!isJsonObject(operation)) return "is not a map";
  const { op, path, from } = operation as { op?: Json; path?: Json; from?: Json }; // any member may be anything
  if (typeof op !== "string" || !OPERATIONS.has(op)) return "op is none of add, remove, replace, move, copy, test";
  if (typeof path !== "string") return "has no path";
  if (path !== "" && !path.startsWith("/")) return `path "${path}" does not begin with a slash`;
  if ((op === "move" || op === "copy") && typeof from !== "string") return `${op} has no from`;
  return undefined;
}

/** Applies the operations to a copy. Throws Error naming the operation that does not fit the object. */
export function applyOperations(object: JsonObject, operations: readonly Operation[], spend: Spend): JsonObject {
  let document: unknown = copy(object, spend);
  for (const [index, operation] of operations.entries()) {
    try {
      document = apply(document, operation, spend);
    } catch (error) {
      if (error instanceof ReconcileError) throw error;
      throw new Error(`operation ${index + 1} (${operation.op} ${operation.path}): ${reasonOf(error)}`, { cause: error });
    }
  }
  const result = restore(document as Json); // fast-json-patch makes nothing but JSON
  if (!isJsonObject(result)) throw new Error("leaves something that is no object");
  return result;
}

function apply(document: unknown, operation: Operation, spend: Spend): unknown {
  if (BAD_INDEX.test(operation.path) && operation.op === "test") throw new Error("index has a leading zero");
  // copies can double the object each time: what is copied is paid for first
  if (operation.op === "copy" || operation.op === "move") pay(jsonPatch.getValueByPointer(document, operation.from) as Json, spend); // the document is JSON
  const own = copy(operation as unknown as Json, spend) as Operation; // an operation is JSON
  return jsonPatch.applyOperation(document, own, true, true, true).newDocument;
}

/** The first line says what is wrong; the others repeat the object, which may be a Secret. */
function reasonOf(error: unknown): string {
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return first.charAt(0).toLowerCase() + first.slice(1);
}

function pay(value: Json | undefined, spend: Spend): void {
  spend(VALUE_UNITS);
  if (typeof value === "object" && value !== null) for (const member of Object.values(value)) pay(member, spend);
}

function copy(value: Json | undefined, spend: Spend): unknown {
  spend(VALUE_UNITS);
  if (typeof value === "bigint") return BIG + value.toString();
  if (Array.isArray(value)) return (value as Json[]).map((item) => copy(item, spend));
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copy(member, spend)])) : value;
}

function restore(value: Json): Json {
  if (typeof value === "string") return value.startsWith(BIG) ? BigInt(value.slice(BIG.length)) : value;
  if (Array.isArray(value)) return (value as Json[]).map(restore);
  return isJsonObject(value) ? Object.fromEntries<Json | undefined>(Object.entries(value).map(([key, member]) => [key, member === undefined ? member : restore(member)])) : value;
}
