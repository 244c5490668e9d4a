import { isJsonObject, type Json } from "../../src/object/json.ts";
import { parseYaml, type YamlDocument } from "../../src/object/yaml.ts";
import { readManifests } from "./read-manifests.ts";

/**
 * The documents of a patch as kustomize reads them: the maps of a strategic merge, or one list of JSON 6902 operations,
 * whose words are those of YAML 1.1 (`y` is true). Empty documents count for nothing. Throws BUILD_FAILED with file, line and column.
 */
export function readPatch(text: string, file: string): readonly Json[] {
  const documents = parseYaml(text, file, "kustomize").filter(({ value }) => value !== null);
  if (Array.isArray(documents[0]?.value)) return parseYaml(text, file).map(({ value }) => value).filter((value) => value !== null).slice(0, 1);
  // the reader of objects knows lists of them; for a patch it also takes null for a text, where it has to remove something
  return documents.some(isList) ? readManifests(text, file).map(({ value }) => value) : documents.map(({ value }) => value);
}

const isList = ({ value }: YamlDocument): boolean => isJsonObject(value) && typeof value["kind"] === "string" && value["kind"].endsWith("List");
