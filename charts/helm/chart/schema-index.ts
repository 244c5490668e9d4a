import { isJsonObject, type Json, type JsonObject } from "../../../src/object/json.ts";
import { pointerText } from "./schema-place.ts";
import { missingKeyword, schemasIn, shapeProblem, shapesOf, type Draft } from "./schema-shape.ts";

/** Where a schema begins: what its $ref are relative to. */
const ROOT = "file:///values.schema.json";
/** Objects and lists within each other. */
const MAX_DEPTH = 200;

/** A schema somewhere in a document. */
export interface Located {
  readonly schema: Json;
  readonly path: readonly (string | number)[];
  /** The URL that its $ref are relative to. */
  readonly base: string;
}

/** A schema that cannot be used; `rule` is the JSON pointer to what is wrong. */
export class SchemaError extends Error {
  readonly rule: string;

  constructor(message: string, rule: string) {
    super(message);
    this.rule = rule;
  }
}

/** The schemas of a document by the names they can be referred to. */
export class SchemaIndex {
  readonly draft: Draft;
  readonly root: Located;
  /** Names that Helm takes for "anything goes", with a warning. */
  readonly unresolved = new Set<string>();
  readonly problems: SchemaError[] = [];
  readonly #resources = new Map<string, Located>();
  readonly #anchors = new Map<string, Located>();
  readonly #scanned = new Set<Json>();

  constructor(document: Json, draft: Draft) {
    this.draft = draft;
    this.root = this.#scan(document, [], ROOT, 0);
    this.#resources.set(ROOT, this.root);
  }

  /** The schema that a $ref leads to, or true for what is taken for anything. Throws SchemaError for what is not in the document. */
  resolve(ref: string, from: Located): Located | true {
    const rule = `${pointerText(from.path)}/$ref`;
    const url = URL.parse(ref, from.base);
    if (url === null) throw new SchemaError(`$ref "${ref}" is no URL`, rule);
    const fragment = decodeFragment(url.hash);
    url.hash = "";
    const resource = this.#resources.get(url.href);
    if (resource === undefined) return this.#outside(url, ref, rule);
    if (fragment === "") return resource;
    const found = fragment.startsWith("/") ? this.#lookUp(resource, fragment) : this.#anchors.get(`${url.href}#${fragment}`);
    if (found === undefined) throw new SchemaError(`$ref "${ref}" leads nowhere: there is nothing in the schema at ${fragment}`, rule);
    return found;
  }

  #outside(url: URL, ref: string, rule: string): true {
    const isMeta = /^https?:\/\/json-schema\.org\/(?:draft-0[467]|draft\/20(?:19-09|20-12))\/schema$/.test(url.href);
    if (url.protocol !== "urn:" && !isMeta) throw new SchemaError(`$ref "${ref}" leads out of the schema; schemas are not fetched: copy what it names into definitions of this file`, rule);
    this.unresolved.add(ref);
    return true;
  }

  #lookUp(resource: Located, pointer: string): Located | undefined {
    let value: Json | undefined = resource.schema;
    const path = [...resource.path];
    let { base } = resource;
    for (const step of pointer.slice(1).split("/").map((text) => text.replaceAll("~1", "/").replaceAll("~0", "~"))) {
      if (Array.isArray(value)) value = /^(?:0|[1-9]\d*)$/.test(step) ? (value as readonly Json[])[Number(step)] : undefined;
      else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
      if (value === undefined) return undefined;
      path.push(step);
      base = this.#baseOf(value, base);
    }
    if (typeof value !== "boolean" && !isJsonObject(value)) return undefined;
    return this.#scan(value, path, base, path.length);
  }

  /** Takes in a schema and those within: their names, and what is wrong with them. */
  #scan(schema: Json, path: readonly (string | number)[], outer: string, depth: number): Located {
    const base = this.#baseOf(schema, outer);
    const located = { schema, path, base };
    if (depth > MAX_DEPTH) throw new SchemaError(`is nested more than ${MAX_DEPTH} deep`, "");
    if (!isJsonObject(schema) || this.#scanned.has(schema)) return located;
    this.#scanned.add(schema);
    if (base !== outer) this.#resources.set(base, located);
    this.#addAnchors(schema, located);
    const missing = missingKeyword(schema, this.draft);
    if (missing !== undefined) this.problems.push(new SchemaError(missing, pointerText(path)));
    for (const [keyword, shape] of shapesOf(this.draft)) {
      if (!Object.hasOwn(schema, keyword)) continue;
      const value = schema[keyword] ?? null;
      const problem = shapeProblem(shape, value, this.draft);
      if (problem !== undefined) this.problems.push(new SchemaError(`${keyword} ${problem}`, pointerText([...path, keyword])));
      else for (const [way, inner] of schemasIn(shape, value)) this.#scan(inner, [...path, keyword, ...way], base, depth + 1);
    }
    return located;
  }

  #baseOf(schema: Json, outer: string): string {
    const id = idOf(schema, this.draft);
    if (id === undefined || id.startsWith("#")) return outer;
    const url = URL.parse(id, outer);
    if (url === null) return outer;
    url.hash = "";
    return url.href;
  }

  #addAnchors(schema: JsonObject, located: Located): void {
    const id = idOf(schema, this.draft);
    const hash = id === undefined || this.draft >= 2019 ? -1 : id.indexOf("#");
    const names = [hash < 0 ? undefined : id?.slice(hash + 1), this.draft >= 2019 ? schema["$anchor"] : undefined, this.draft === 2020 ? schema["$dynamicAnchor"] : undefined];
    for (const name of names) if (typeof name === "string" && name !== "") this.#anchors.set(`${located.base}#${name}`, located);
  }
}

/** Up to draft 7 nothing beside a $ref counts. */
function idOf(schema: Json, draft: Draft): string | undefined {
  if (!isJsonObject(schema) || (draft < 2019 && schema["$ref"] !== undefined)) return undefined;
  const id = schema[draft === 4 ? "id" : "$id"];
  return typeof id === "string" ? id : undefined;
}

function decodeFragment(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return hash.slice(1);
  }
}
