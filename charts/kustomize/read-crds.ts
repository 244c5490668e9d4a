import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import type { FieldSpec } from "./field-path.ts";
import { EMPTY_CONFIG, mergeConfigs, type TransformerConfig } from "./transformer-config.ts";
import { textAt } from "./resource.ts";

/*
 * Files of `crds` are no CustomResourceDefinitions but definitions as Kubernetes' openapi-gen writes them:
 * `<package>.<Kind>: {Schema: {properties: {…}}}`. These marks on a property add a field to a table:
 */
const ANNOTATIONS = "x-kubernetes-annotation";
const LABELS = "x-kubernetes-label-selector";
const IDENTITY = "x-kubernetes-identity";
const REFERRED_VERSION = "x-kubernetes-object-ref-api-version";
const REFERRED_KIND = "x-kubernetes-object-ref-kind";
const NAME_KEY = "x-kubernetes-object-ref-name-key";

const MAX_DEPTH = 64;
const MAX_FIELDS = 1000;

type Definitions = ReadonlyMap<string, JsonObject>;

/** The fields that the definitions of a file of `crds` mark. Throws Error where it holds something else. */
export function readCrds(document: Json, spend: Spend): TransformerConfig {
  const definitions = definitionsOf(document);
  const marked: TransformerConfig[] = [];
  for (const [name, properties] of definitions) {
    if (!["kind", "apiVersion", "metadata"].every((member) => Object.hasOwn(properties, member))) continue;
    const kind = name.slice(name.lastIndexOf(".") + 1);
    for (const found of fieldsOf(properties, { definitions, kind, path: [], spend })) {
      marked.push(found);
      if (marked.length > MAX_FIELDS) throw new Error(`marks more than ${MAX_FIELDS} fields`);
    }
  }
  return marked.reduce(mergeConfigs, EMPTY_CONFIG);
}

/** The properties of every type by its name. */
function definitionsOf(document: Json): Definitions {
  if (document === null) return new Map();
  const entries = isJsonObject(document) ? Object.entries(document) : [];
  if (!isJsonObject(document) || entries.some(([, definition]) => !isJsonObject(definition) && definition !== null)) {
    throw new Error("is no file of OpenAPI definitions, which crds takes; list a CustomResourceDefinition under resources");
  }
  return new Map(entries.map(([name, definition]) => [name, propertiesOf(definition)]));
}

function propertiesOf(definition: Json | undefined): JsonObject {
  if (!isJsonObject(definition)) return {};
  const key = Object.keys(definition).find((each) => each.toLowerCase() === "schema");
  const schema = key === undefined ? undefined : definition[key];
  const properties = isJsonObject(schema) ? schema["properties"] : undefined;
  return isJsonObject(properties) ? properties : {};
}

interface Walk {
  readonly definitions: Definitions;
  readonly kind: string;
  readonly path: readonly string[];
  readonly spend: Spend;
}

function* fieldsOf(properties: JsonObject, walk: Walk): Iterable<TransformerConfig> {
  const { definitions, kind, spend } = walk;
  if (walk.path.length > MAX_DEPTH) throw new Error(`${kind} contains itself, or goes deeper than ${MAX_DEPTH} levels: ${walk.path.slice(0, 4).join("/")}/…`);
  for (const [name, property] of Object.entries(properties)) {
    spend(1);
    if (!isJsonObject(property)) continue;
    const path = [...walk.path, name];
    yield* marksOf(property, kind, path);
    const inner = definitions.get(textAt(property, "$ref"));
    if (inner !== undefined) yield* fieldsOf(inner, { ...walk, path });
  }
}

function* marksOf(property: JsonObject, kind: string, path: readonly string[]): Iterable<TransformerConfig> {
  const isMarked = (mark: string): boolean => typeof property[mark] === "string";
  const spec: FieldSpec = { kind, path: path.join("/") };
  if (isMarked(ANNOTATIONS)) yield { ...EMPTY_CONFIG, commonAnnotations: [spec] };
  if (isMarked(LABELS)) yield { ...EMPTY_CONFIG, commonLabels: [spec] };
  if (isMarked(IDENTITY)) yield { ...EMPTY_CONFIG, namePrefix: [spec] };
  if (!isMarked(REFERRED_VERSION) || !isMarked(REFERRED_KIND)) return;
  const nameKey = isMarked(NAME_KEY) ? textAt(property, NAME_KEY) : "name";
  const target = { version: textAt(property, REFERRED_VERSION), kind: textAt(property, REFERRED_KIND) };
  yield { ...EMPTY_CONFIG, nameReference: [{ target, fields: [{ kind, path: [...path, nameKey].join("/") }] }] };
}
