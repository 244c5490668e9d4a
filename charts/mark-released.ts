import { writeGoYaml } from "../src/object/go-yaml-write.ts";
import { isJsonObject, type Json, type JsonObject } from "../src/object/json.ts";
import type { Draft } from "./check-objects.ts";
import type { RenderedObject } from "./rendered.ts";

/** Helm's annotation of what is no part of a release itself. */
const HOOK = "helm.sh/hook";

/** Puts on objects what Helm puts on those of a release; hooks stay as they are, as with Helm. */
export function markReleased(drafts: readonly Draft[], { name, namespace }: { readonly name: string; readonly namespace: string }): Draft[] {
  const annotations = { "meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": namespace };
  return drafts.map((draft) => {
    const { metadata } = draft.value;
    if (!isJsonObject(metadata) || isHook(draft.value)) return draft;
    const marked = { ...metadata, labels: joined(metadata["labels"], { "app.kubernetes.io/managed-by": "Helm" }), annotations: joined(metadata["annotations"], annotations) };
    return { ...draft, value: { ...draft.value, metadata: marked } };
  });
}

/** What is no map is left for who checks it. */
const joined = (pairs: Json | undefined, more: JsonObject): Json => (pairs === undefined || pairs === null ? more : isJsonObject(pairs) ? { ...pairs, ...more } : pairs);

/** What is installed, as `helm get manifest` prints it: the objects that are no hooks. */
export function manifestOf(objects: readonly RenderedObject[]): string {
  const installed = objects.filter(({ object }) => !isHook(object as unknown as JsonObject)); // an object is JSON
  return installed.map(({ object, origin }) => `---\n# Source: ${origin.file}\n${writeGoYaml(object as unknown as JsonObject)}`).join(""); // likewise
}

function isHook({ metadata }: JsonObject): boolean {
  const annotations = isJsonObject(metadata) ? metadata["annotations"] : undefined;
  return isJsonObject(annotations) && annotations[HOOK] !== undefined;
}
