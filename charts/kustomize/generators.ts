import type { Json, JsonObject } from "../../src/object/json.ts";
import { compareText } from "../../src/object/object-id.ts";
import type { GeneratorEntry, GeneratorOptions } from "./kustomization.ts";

/** Reads a file that a generator names. Throws where there is none. */
export type ReadFile = (path: string) => Uint8Array;

/** What a generator makes. */
export interface Generated {
  readonly value: JsonObject;
  readonly needsHash: boolean;
  /** `merge` or `replace` an object that is there; anything else adds one. */
  readonly behavior: string | undefined;
}

type Content = readonly (readonly [string, Uint8Array])[];

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];
/** kustomize reads env files through Go's bufio.Scanner, which stops without a word before a line of so many bytes. */
const MAX_LINE = 64 * 1024;
/** Lines of an env file. */
const MAX_LINES = 100_000;
const BYTE_ORDER_MARK = /^\uFEFF/;
/** What Go's unicode.IsSpace takes for space: JavaScript would leave out U+0085 and take the byte order mark. */
const LEADING_SPACE = /^[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/;

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

function generated(kind: string, { name, namespace, behavior }: GeneratorEntry, options: GeneratorOptions, parts: JsonObject): Generated {
  if (!name) throw new Error("generator has no name");
  const metadata = {
    name,
    ...(namespace ? { namespace } : {}),
    ...(isEmpty(options.labels ?? {}) ? {} : { labels: sorted(options.labels ?? {}) }),
    annotations: sorted(options.annotations ?? {}), // kustomize notes there how the object was made: a JSON patch finds the map even where it is empty
  };
  const value = { apiVersion: "v1", kind, metadata, ...parts, ...(options.immutable === true ? { immutable: true } : {}) };
  return { value, needsHash: options.disableNameSuffixHash !== true, behavior };
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
  return Array.from(linesOf(bytes), (raw, index): Content => {
    if (index >= MAX_LINES) throw new Error(`${path} has more than ${MAX_LINES} lines, far more than a ConfigMap or Secret may have keys`);
    const text = utf8(raw);
    if (text === undefined) throw new Error(`line ${index + 1} of ${path} is not UTF-8 text`);
    const line = (index === 0 ? text.replace(BYTE_ORDER_MARK, "") : text).replace(LEADING_SPACE, "");
    if (line === "" || line.startsWith("#")) return [];
    const equals = line.indexOf("=");
    const [key, value] = equals < 0 ? [line, ""] : [line.slice(0, equals), line.slice(equals + 1)];
    return key === "" ? [] : [[key, Buffer.from(value)] as const];
  }).flat();
}

/** Without their line breaks, LF or CR LF. A line of MAX_LINE bytes ends the file. */
function* linesOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start >= MAX_LINE) return;
    yield bytes.subarray(start, end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
    start = end + 1;
  }
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
