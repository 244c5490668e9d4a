import { isJsonObject } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import { asJson, asKubeObject, isSecret } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";

/**
 * An object as the server stores it: a Secret's stringData goes into data, and base64 is written in its canonical form.
 * It has to be applied in this form too: an entry that owns stringData loses nothing when somebody changes data, so the
 * change would go unseen (tried on Kubernetes 1.36).
 */
export function storedForm(object: KubeObject): KubeObject {
  const { stringData, data, ...rest } = asJson(object);
  if (!isSecret(object) || !(isJsonObject(data) || isJsonObject(stringData))) return object;
  return asKubeObject({ ...rest, data: { ...mapText(data, canonicalBase64), ...mapText(stringData, encodeBase64) } });
}

function mapText(map: Json | undefined, change: (text: string) => string): JsonObject {
  if (!isJsonObject(map)) return {};
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, typeof value === "string" ? change(value) : value]));
}

/** Text that is no base64 at all is left as it is: the server refuses it, and says so. */
function canonicalBase64(text: string): string {
  const bare = text.replaceAll(/[\r\n]/g, "");
  const canonical = Buffer.from(bare, "base64").toString("base64");
  return canonical.replaceAll("=", "") === bare.replaceAll("=", "") ? canonical : text;
}

function encodeBase64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
