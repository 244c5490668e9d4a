import { isJsonObject, type JsonObject } from "../../src/object/json.ts";
import type { MergeType, MergeTypeOf } from "../../src/object/merge-keys.ts";
import type { TreeFiles } from "../tree-files.ts";
import type { KustomizationFile } from "./kustomization.ts";
import type { LayerFiles } from "./layer-files.ts";
import { mergeTypesOf } from "./openapi-types.ts";

/** The description of the API that a build goes by: kustomize takes the first that a layer names, in the order in which layers are opened. */
export interface Schema {
  isChosen: boolean;
  /** `definitions` of an OpenAPI description; undefined: kustomize's own. */
  definitions: JsonObject | undefined;
}

const BUILT_IN = "v1.21.2";
const compiled = new WeakMap<JsonObject, ReadonlyMap<string, MergeType>>();

/** How lists are merged by the description that was chosen; undefined: as kustomize knows by itself. A description of one's own leaves nothing of that. */
export function chosenTypes({ definitions }: Schema): MergeTypeOf | undefined {
  if (definitions === undefined) return undefined;
  const types = compiled.get(definitions) ?? mergeTypesOf(definitions);
  compiled.set(definitions, types);
  return (apiVersion, kind) => types.get(`${apiVersion} ${kind}`);
}

/** Takes what `openapi` of a layer names, unless a layer before it named something. Throws Error where that is no description. */
export function takeSchema(schema: Schema, { fields }: KustomizationFile, layer: LayerFiles, files: TreeFiles): void {
  const { path, version = "" } = fields.openapi ?? {};
  const document = path === undefined ? undefined : files.documents(layer.resolve(path))[0]?.value;
  if (schema.isChosen || (path === undefined && version === "")) return;
  if (path !== undefined && version !== "") throw new Error("has both path and version; leave out one");
  schema.isChosen = true;
  if (path === undefined) return checkVersion(version);
  if (!isJsonObject(document)) throw new Error(`${path} is no OpenAPI description`);
  const { definitions } = document;
  schema.definitions = isJsonObject(definitions) ? definitions : {};
}

function checkVersion(version: string): void {
  if (version !== BUILT_IN) throw new Error(`version ${version} of the Kubernetes API is not built in; ${BUILT_IN} is, or name a file with path`);
}
