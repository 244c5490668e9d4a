import { readScalar } from "./go-scalar.ts";
import { isJsonObject, type Json } from "./json.ts";

/*
 * What a plain scalar was written as, where its value does not tell: `1.10`, `0644`, `True`, a null that is not written at
 * all. The texts lie beside the values, by the map or list that holds them, and go with it: whoever walks, copies, compares
 * or prints a value does not see them. `carryWritten` hands them to a copy.
 */
/** Stands for the quotes of a text. No scalar is written like that. */
export const QUOTES = '"';
/** Stands for a text below a `>`. It is quoted, too. */
export const FOLDED = ">";

const notes = new WeakMap<object, Readonly<Record<string, string>>>();

const hasNote = (container: object, key: string | number): boolean => Object.hasOwn(notes.get(container) ?? {}, key);

/** The text that a member or item was written as, or undefined where nothing is known of it. */
export function writtenText(container: object, key: string | number): string | undefined {
  const text = hasNote(container, key) ? notes.get(container)?.[key] : undefined;
  if (text === undefined) return undefined;
  const value = (container as Readonly<Record<string | number, unknown>>)[key]; // any container has members
  return readScalar(text, "kustomize") === value ? text : undefined; // a copy may have another value by now
}

/** QUOTES for a text that was written with quotes or below a `|`, FOLDED below a `>`, else undefined. What replaces it keeps them. */
export function quotesOf(container: object, key: string | number): string | undefined {
  const text = notes.get(container)?.[key];
  return text === QUOTES || text === FOLDED ? text : undefined;
}

const NONE: readonly string[] = [];

/** The members or items that were written below a `>`. */
export function foldedIn(container: object): readonly string[] {
  const texts = notes.get(container);
  return texts === undefined ? NONE : Object.keys(texts).filter((key) => texts[key] === FOLDED);
}

/** Notes what a member was written as; undefined: its value tells. The container is still being made, and belongs to the caller. */
export function setWritten(container: object, key: string | number, text: string | undefined): void {
  if (text === undefined && !hasNote(container, key)) return;
  const texts = ownNote(container);
  if (text === undefined) delete texts[key];
  else Object.defineProperty(texts, key, { value: text, enumerable: true, configurable: true, writable: true });
}

/** The container that a note was made for: it alone may add to it. */
const owners = new WeakMap<object, object>();

/** The note of a container that is still being made: its own, so that each member of a large map costs the same. */
function ownNote(container: object): Record<string | number, string> {
  const present = notes.get(container);
  if (present !== undefined && owners.get(present) === container) return present; // made below
  const texts = { ...present };
  owners.set(texts, container);
  notes.set(container, texts);
  return texts;
}

/** Notes what several members or items of a new map or list were written as. */
export function noteWritten(container: object, texts: Readonly<Record<string, string>>): void {
  notes.set(container, texts);
}

/** The copy, with what is known of the original: members of another value are told apart when they are asked for. */
export function carryWritten<Copy extends object>(original: object, copy: Copy): Copy {
  const texts = notes.get(original);
  if (texts === undefined) return copy;
  owners.delete(texts); // two have it now
  notes.set(copy, texts);
  return copy;
}

/** The value with nothing known of how it was written, as after going through JSON; itself where nothing is known. */
export function forgetWritten(value: Json): Json {
  return isNoted(value) ? rebuilt(value) : value;
}

function isNoted(value: Json | undefined): boolean {
  return typeof value === "object" && value !== null && (notes.has(value) || (Object.values(value) as Json[]).some(isNoted));
}

function rebuilt(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(rebuilt);
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, member === undefined ? member : rebuilt(member)])) : value;
}
