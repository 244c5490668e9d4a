import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";

type Path = readonly (string | number)[];

/** Maps of texts, wherever they stand. */
const TEXT_MAPS = new Set(["labels", "annotations", "matchLabels", "nodeSelector", "stringData", "binaryData"]);
/** Lists of texts. */
const TEXT_LISTS = new Set(["args", "command", "finalizers", "values", "resourceNames", "apiGroups", "verbs", "hosts"]);
/** Fields that hold text and nothing else. */
const TEXT_FIELDS = new Set(["name", "namespace", "apiVersion", "kind", "image", "tag", "serviceAccountName", "host", "secretName", "key"]);

/**
 * True where the API knows a field for text, so that `"8080"` and `"true"` must not become a number or a word there:
 * labels, annotations, data of ConfigMaps and Secrets, values of environment variables, arguments, names, images.
 * Fields of other kinds may be anything, and are read as YAML reads them.
 */
export function isText(object: JsonObject, path: Path): boolean {
  const [last, parent, grandparent] = [path.at(-1), path.at(-2), path.at(-3)];
  if (typeof parent === "string" && TEXT_MAPS.has(parent)) return true;
  if (path.length === 2 && path[0] === "data" && (object["kind"] === "ConfigMap" || object["kind"] === "Secret")) return true;
  if (typeof last === "number") return typeof parent === "string" && TEXT_LISTS.has(parent);
  if (last === "value") return typeof parent === "number" && (grandparent === "env" || grandparent === "tolerations" || grandparent === "httpHeaders");
  return typeof last === "string" && TEXT_FIELDS.has(last) && isKnownField(object, path);
}

/** A custom resource may call anything `key`; the built-in groups, and metadata everywhere, do not. */
function isKnownField(object: JsonObject, path: Path): boolean {
  if (path[0] === "metadata" || path.length === 1) return true;
  const apiVersion: Json | undefined = object["apiVersion"];
  if (typeof apiVersion !== "string" || !isJsonObject(object)) return false;
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
  return !group.includes(".") || group.endsWith(".k8s.io");
}
