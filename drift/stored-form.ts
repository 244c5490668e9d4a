import { isJsonObject } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import { asJson, asKubeObject, groupOf, isSecret } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { canonicalBase64 } from "./base64.ts";

/**
 * An object in the form in which it has to be applied and compared, because the server or its controllers store another
 * one than people write. A Secret's stringData goes into data: an entry that owns stringData loses nothing when somebody
 * changes data, so the change would go unseen (tried on Kubernetes 1.36). Base64 is written in its one canonical form, in
 * ConfigMaps too. The rules of an aggregated ClusterRole are left out: a controller writes them and would be fought with.
 */
export function storedForm(object: KubeObject): KubeObject {
  if (isSecret(object)) return storedSecret(object);
  if (object.kind === "ConfigMap" && object.apiVersion === "v1") return storedConfigMap(object);
  return isAggregated(object) ? withoutRules(object) : object;
}

function storedSecret(object: KubeObject): KubeObject {
  const { stringData, data, ...rest } = asJson(object);
  if (!isJsonObject(data) && !isJsonObject(stringData)) return object;
  return asKubeObject({ ...rest, data: { ...mapText(data, canonicalBase64), ...mapText(stringData, encodeBase64) } });
}

function storedConfigMap(object: KubeObject): KubeObject {
  const { binaryData, ...rest } = asJson(object);
  return isJsonObject(binaryData) ? asKubeObject({ ...rest, binaryData: mapText(binaryData, canonicalBase64) }) : object;
}

function isAggregated(object: KubeObject): boolean {
  return object.kind === "ClusterRole" && groupOf(object.apiVersion) === "rbac.authorization.k8s.io" && isJsonObject(object["aggregationRule"]);
}

function withoutRules(object: KubeObject): KubeObject {
  const { rules: _rules, ...rest } = asJson(object);
  return asKubeObject(rest);
}

function mapText(map: Json | undefined, change: (text: string) => string): JsonObject {
  if (!isJsonObject(map)) return {};
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, typeof value === "string" ? change(value) : value]));
}

function encodeBase64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
