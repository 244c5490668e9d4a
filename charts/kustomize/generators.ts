import type { Json, JsonObject } from "../../src/object/json.ts";
import { compareText } from "../../src/object/object-id.ts";
import type { GeneratorEntry, GeneratorOptions } from "./kustomization.ts";

/** Reads a file that a generator names. Throws where there is none. */
export type ReadFile = (path: string) => Uint8Array;

/** What a generator makes. */
export interface Generated {
  readonly value: JsonObject;
  readonly needsHash: boolean;
}

type Content = readonly (readonly [string, Uint8Array])[];

/** The ConfigMap of a `configMapGenerator` entry. Throws Error where a source is malformed. */
export function generateConfigMap(entry: GeneratorEntry, shared: GeneratorOptions | undefined, read: ReadFile): Generated {
  const data: Record<string, Json> = {};
  const binaryData: Record<string, Json> = {};
  for (const [key, bytes] of contentOf(entry, read)) {
    const text = utf8(bytes);
    if (text === undefined) define(binaryData, key, base64Lines(bytes));
    else define(data, key, text);
  }
  const parts = { ...(isEmpty(data) ? {} : { data }), ...(isEmpty(binaryData) ? {} : { binaryData }) };
  return generated("ConfigMap", entry, optionsOf(entry, shared), parts);
}

/** The Secret of a `secretGenerator` entry. Throws Error where a source is malformed. */
export function generateSecret(entry: GeneratorEntry, shared: GeneratorOptions | undefined, read: ReadFile): Generated {
  const data: Record<string, Json> = {};
  for (const [key, bytes] of contentOf(entry, read)) define(data, key, base64Lines(bytes));
  return generated("Secret", entry, optionsOf(entry, shared), { data, type: entry.type || "Opaque" });
}

const isEmpty = (map: object): boolean => Object.keys(map).length === 0;

function generated(kind: string, { name, namespace }: GeneratorEntry, options: GeneratorOptions, parts: JsonObject): Generated {
  if (!name) throw new Error("generator has no name");
  const metadata = {
    name,
    ...(namespace ? { namespace } : {}),
    ...(isEmpty(options.labels ?? {}) ? {} : { labels: sorted(options.labels ?? {}) }),
    ...(isEmpty(options.annotations ?? {}) ? {} : { annotations: sorted(options.annotations ?? {}) }),
  };
  const value = { apiVersion: "v1", kind, metadata, ...parts, ...(options.immutable === true ? { immutable: true } : {}) };
  return { value, needsHash: options.disableNameSuffixHash !== true };
}

const sorted = (map: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(map).sort(([left], [right]) => compareText(left, right)));

/** Texts of an entry win over shared ones, a shared `true` wins over everything. */
function optionsOf({ options }: GeneratorEntry, shared: GeneratorOptions | undefined): GeneratorOptions {
  return {
    labels: { ...shared?.labels, ...options?.labels },
    annotations: { ...shared?.annotations, ...options?.annotations },
    disableNameSuffixHash: shared?.disableNameSuffixHash === true || options?.disableNameSuffixHash === true,
    immutable: shared?.immutable === true || options?.immutable === true,
  };
}

function contentOf(entry: GeneratorEntry, read: ReadFile): Content {
  const envs = [...(entry.envs ?? []), ...(entry.env ? [entry.env] : [])];
  const content = [
    ...envs.flatMap((path) => readEnv(read(path), path)),
    ...(entry.literals ?? []).map(readLiteral),
    ...(entry.files ?? []).map((source) => readSource(source, read)),
  ].sort(([left], [right]) => compareText(left, right));
  const twice = content.find(([key], index) => content[index + 1]?.[0] === key);
  if (twice !== undefined) throw new Error(`key "${twice[0]}" is given twice`);
  return content;
}

/** Lines `key=value`; leading white space, empty lines and comments are dropped, a key alone has an empty value. */
function readEnv(bytes: Uint8Array, path: string): Content {
  const text = utf8(bytes);
  if (text === undefined) throw new Error(`${path} is not UTF-8 text`);
  return text.replace(/^\uFEFF/, "").split(/\r?\n/).flatMap((raw) => {
    const line = raw.trimStart();
    if (line === "" || line.startsWith("#")) return [];
    const equals = line.indexOf("=");
    const [key, value] = equals < 0 ? [line, ""] : [line.slice(0, equals), line.slice(equals + 1)];
    return key === "" ? [] : [[key, Buffer.from(value)] as const];
  });
}

function readLiteral(literal: string): Content[number] {
  const equals = literal.indexOf("=");
  if (equals <= 0) throw new Error("a literal has the form key=value");
  const value = literal.slice(equals + 1);
  const isQuoted = value.length >= 2 && value[0] === value.at(-1) && (value.startsWith('"') || value.startsWith("'"));
  return [literal.slice(0, equals), Buffer.from(isQuoted ? value.slice(1, -1) : value)];
}

function readSource(source: string, read: ReadFile): Content[number] {
  const parts = source.split("=");
  const [first = "", second] = parts;
  if (parts.length > 2 || first === "" || second === "") throw new Error(`"${source}" has the form path or key=path`);
  return [second === undefined ? first.slice(first.lastIndexOf("/") + 1) : first, read(second ?? first)];
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** base64 in lines of 70 characters, with a line break after each where there is more than one: kustomize's form, which the hash sees. */
function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("base64");
  return text.length < 70 ? text : text.replace(/.{1,70}/g, "$&\n");
}

function define(map: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}
