import { asJson } from "../object/kube-object.ts";
import type { KubeObject } from "../object/kube-object.ts";
import { stringifyYaml } from "../object/yaml-write.ts";

/** Objects as a stream of YAML documents that `kubectl apply -f -` reads; empty text for none. */
export function yamlDocuments(objects: readonly KubeObject[]): string {
  return objects.map((object) => `---\n${stringifyYaml(asJson(object))}`).join("");
}
