import { asJson } from "../object/kube-object.ts";
import type { KubeObject } from "../object/kube-object.ts";
import { writeGoYaml } from "../object/go-yaml-write.ts";

/** Objects as a stream of YAML documents, byte by byte as `kustomize build` prints them; empty text for none. */
export function yamlDocuments(objects: readonly KubeObject[]): string {
  return objects.map((object) => writeGoYaml(asJson(object))).join("---\n");
}
