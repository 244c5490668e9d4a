import { formatGoFloat } from "../../src/object/go-number.ts";
import { isJsonObject, type Json } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { carryWritten, foldedIn, setWritten } from "../../src/object/written.ts";
import { mapShared } from "./field-path.ts";
import { setMember } from "./resource.ts";

/** What a var stands for. */
export interface VarValue {
  readonly value: string | number | bigint | boolean;
  /** What it is in the middle of a text. */
  readonly text: string;
}

/** The value of a field, or undefined for a map or list: they are not put into texts. `written`: the notation of a plain value, where it is known. */
export function varValue(value: Json, written: string | undefined): VarValue | undefined {
  if (value === null) return textValue(written ?? "null");
  if (typeof value === "string") return textValue(written ?? value);
  if (typeof value === "object") return undefined;
  if (typeof value !== "number") return { value, text: String(value) };
  if (written !== undefined && /^[-+]?\d+$/.test(written)) return { value: Number(written), text: String(Number(written)) };
  const isFloat = !Number.isSafeInteger(value) || /[.e]/i.test(written ?? "");
  return { value, text: isFloat ? formatGoFloat(value) : String(value) };
}

const textValue = (text: string): VarValue => ({ value: text, text });

/** What is put in place of names. */
export interface Replacer {
  readonly values: ReadonlyMap<string, VarValue>;
  readonly spend: Spend;
  /** Told every name that is replaced. */
  readonly used: (name: string) => unknown;
}

/** A field with its texts replaced: a text, the texts of a map, or a list of texts. Throws Error where a list has something else. `asText`: values become texts, as annotations are. */
export function replaceIn(field: Json | undefined, replacer: Replacer, asText: boolean): Json | undefined {
  const replace = (text: string): Json => {
    const value = replaceText(text, replacer);
    return asText && typeof value !== "string" ? decimal(value) : value;
  };
  if (typeof field === "string") return replace(field);
  if (Array.isArray(field)) return unfolded(mapShared(field as Json[], (item) => replace(demandText(item))), (items) => [...items]);
  if (!isJsonObject(field)) return field;
  if (Object.values(field).every((member) => typeof member !== "string" || !member.includes("$"))) return unfolded(field, (members) => ({ ...members }));
  const draft: Record<string, Json | undefined> = carryWritten(field, {});
  for (const [key, member] of Object.entries(field)) setMember(draft, key, typeof member === "string" ? replace(member) : member);
  return unfolded(draft, (members) => members);
}

/** The texts of a field that is looked through are no longer folded, whether they name something or not. */
function unfolded<Field extends object>(field: Field, copy: (field: Field) => Field): Field {
  const folded = foldedIn(field);
  if (folded.length === 0) return field;
  const draft = carryWritten(field, copy(field));
  for (const key of folded) setWritten(draft, key, undefined);
  return draft;
}

function demandText(item: Json): string {
  if (typeof item === "string") return item;
  throw new Error(`list has ${item === null ? "nothing" : `a ${typeof item}`} where vars are replaced in texts; quote it`);
}

/** `$(NAME)` becomes its value, `$$` a dollar sign; a name that is not known stays. A text that is nothing but a name becomes the value itself. */
function replaceText(text: string, { values, spend, used }: Replacer): VarValue["value"] {
  if (!text.includes("$")) return text;
  const whole = /^\$\(([^)]*)\)$/.exec(text)?.[1] ?? "";
  const found = text === `$(${whole})` ? values.get(whole) : undefined;
  if (found !== undefined) {
    used(whole);
    return found.value;
  }
  return text.replaceAll(/\$(?:\$|\(([^)]{0,1000})\))/g, (reference, name: string | undefined) => {
    if (name === undefined) return "$";
    const inner = values.get(name);
    if (inner === undefined) return reference;
    used(name);
    spend(1 + inner.text.length / 100);
    return inner.text;
  });
}

/** A number with all of its digits, never with an exponent. */
function decimal(value: number | bigint | boolean): string {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return String(value);
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = whole + fraction;
  const point = 1 + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return point >= digits.length ? `${sign}${digits.padEnd(point, "0")}` : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
