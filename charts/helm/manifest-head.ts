import { isJsonObject, type Json } from "../../src/object/json.ts";

/** What Helm reads of a manifest to sort it: texts, whatever scalar they are written as. */
export interface ManifestHead {
  readonly kind: string;
  readonly name: string;
  readonly annotations: ReadonlyMap<string, string>;
}

const EMPTY: ManifestHead = { kind: "", name: "", annotations: new Map() };

/** Reads the head of a manifest; undefined stands for a text without content. Throws Error where it is no manifest. */
export function headOf(value: Json | undefined): ManifestHead {
  if (value === undefined || value === null) return EMPTY;
  if (!isJsonObject(value)) throw new Error(`a manifest is a map, this is ${nameOf(value)}`);
  const metadata = member(value, "metadata");
  textOf(member(value, "apiVersion"), "apiVersion");
  const kind = textOf(member(value, "kind"), "kind");
  if (metadata === undefined || metadata === null) return { ...EMPTY, kind };
  if (!isJsonObject(metadata)) throw new Error(`metadata must be a map, this is ${nameOf(metadata)}`);
  return { kind, name: textOf(member(metadata, "name"), "metadata.name"), annotations: annotationsOf(member(metadata, "annotations")) };
}

function annotationsOf(value: Json | undefined): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return EMPTY.annotations;
  if (!isJsonObject(value)) throw new Error(`metadata.annotations must be a map, this is ${nameOf(value)}`);
  return new Map(Object.entries(value).map(([key, text]) => [key, textOf(text, `metadata.annotations["${key}"]`)]));
}

/** A member as Go's encoding/json finds it: by its exact name, or else whatever the case of its letters. */
function member(object: { readonly [key: string]: Json | undefined }, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const key = Object.keys(object).find((key) => key.length === name.length && key.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}

function textOf(value: Json | undefined, field: string): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "object") throw new Error(`${field} must be text, this is ${nameOf(value)}`);
  return String(value);
}

const nameOf = (value: Json): string => (Array.isArray(value) ? "a list" : isJsonObject(value) ? "a map" : typeof value === "string" ? "text" : `a ${typeof value}`);
