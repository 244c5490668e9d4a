import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { writtenText } from "../../src/object/written.ts";
import { scalarText } from "./resource.ts";

/** Characters of a path. */
const MAX_LENGTH = 5000;

/** What stands at the end of a path. */
export interface Found {
  readonly value: Json;
  /** How a plain value was written, where that is known and not what the value tells. */
  readonly written: string | undefined;
}

/**
 * The value at a path as vars write it: steps separated by dots; `name[2]` and `2` are items, `-` is the last one,
 * `[key=text]` the first item with such a member, `[a.b]` and `a\.b` a member with a dot. Undefined where there is none.
 * Throws Error where the path cannot be followed.
 */
export function lookUp(object: JsonObject, path: string): Found | undefined {
  if (path.length > MAX_LENGTH) throw new Error(`a path of ${path.length} characters cannot be followed, ${MAX_LENGTH} are the most`);
  let found: Found = { value: object, written: undefined };
  for (const step of splitSteps(path)) {
    const next = found.value === null ? undefined : follow(found.value, step, path);
    if (next === undefined) return undefined;
    found = next;
  }
  return found;
}

function follow(value: Json, step: string, path: string): Found | undefined {
  const index = /^[+-]?\d+$/.test(step) ? Number(step) : undefined;
  const condition = /^\[([^=]*)=(.*)\]$/.exec(step);
  if (step === "*" || (index !== undefined && index < 0) || (condition === null && /^\[.*\]$/.test(step))) throw new Error(`"${step}" of ${path} cannot be followed`);
  if (index === undefined && condition === null && step !== "-") {
    if (!isJsonObject(value)) throw new Error(`${path} leads through ${Array.isArray(value) ? "a list" : "a text or number"} where "${step}" is looked for`);
    return Object.hasOwn(value, step) ? foundAt(value, step) : undefined;
  }
  if (!Array.isArray(value)) throw new Error(`${path} leads to no list where "${step}" is looked for`);
  const items = value as Json[];
  return foundAt(items, condition === null ? (step === "-" ? items.length - 1 : (index ?? 0)) : indexOf(items, condition));
}

function foundAt(container: object, key: string | number): Found | undefined {
  const value = (container as Readonly<Record<string | number, Json | undefined>>)[key]; // a map or a list
  return value === undefined ? undefined : { value, written: writtenText(container, key) };
}

function indexOf(items: readonly Json[], [, key = "", text = ""]: RegExpExecArray): number {
  return items.findIndex((item) => (key === "" ? isText(item, text) : isJsonObject(item) && Object.hasOwn(item, key) && isText(item[key], text)));
}

const isText = (value: Json | undefined, text: string): boolean => value !== undefined && value !== null && typeof value !== "object" && scalarText(value) === text;

/** A step in brackets keeps its dots. */
function splitSteps(path: string): string[] {
  const steps: string[] = [];
  let bracket: string | undefined;
  for (const part of splitDots(path)) {
    const text = bracket === undefined ? part : `${bracket}.${part}`;
    const isOpen = text.startsWith("[") && !text.endsWith("]");
    bracket = isOpen ? text : undefined;
    if (!isOpen) steps.push(...(text === part ? withIndex(part) : [text.includes("=") ? text : text.replaceAll(/^\[+|\]+$/g, "")]));
  }
  if (bracket !== undefined) steps.push(bracket);
  return steps.filter((step) => step !== "");
}

const splitDots = (path: string): string[] => path.replace(/^\.(?=.)/, "").split(/(?<!\\)\./).map((part) => part.replaceAll("\\.", "."));

/** `ports[0]` → two steps. */
function withIndex(part: string): string[] {
  const [, name, index] = /^(.*)\[(\d+)\]$/.exec(part) ?? [];
  return name === undefined || index === undefined ? [part] : [name, index];
}
