import type { JsonObject } from "../../../src/object/json.ts";
import { groupOf } from "../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { CorpusSet } from "./corpus-objects.ts";

/** Groups of the API server itself, which no definition may serve. */
const BUILT_IN = /^(?:|apps|autoscaling|batch|extensions|policy|(?:admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage|storagemigration)\.k8s\.io)$/;
/** What CustomResourceDefinitions in these groups need, to show that they are approved. */
const PROTECTED = /(?:^|\.)(?:k8s|kubernetes)\.io$/;

/** One definition that takes everything for each kind that sets have objects of and that no definition of theirs serves in that version. */
export function standIns(sets: readonly CorpusSet[]): readonly KubeObject[] {
  const objects = sets.flatMap((set) => set.objects);
  const defined = new Set(objects.filter(({ kind }) => kind === "CustomResourceDefinition").map(definedKind));
  const missing = new Map<string, { readonly group: string; readonly kind: string; readonly versions: Set<string>; namespaced: boolean }>();
  for (const { apiVersion, kind, metadata } of objects) {
    const [group, version = ""] = [groupOf(apiVersion), apiVersion.split("/")[1]];
    if (BUILT_IN.test(group) || defined.has(`${group}/${kind}`)) continue;
    const known = missing.get(`${group}/${kind}`) ?? { group, kind, versions: new Set(), namespaced: false };
    missing.set(`${group}/${kind}`, known);
    known.versions.add(version);
    known.namespaced ||= metadata.namespace !== undefined || !kind.startsWith("Cluster");
  }
  return [...missing.values()].map(openDefinition);
}

/** `group/Kind` that a definition of the corpus serves. */
export function definedKind(definition: KubeObject): string {
  const { group, names } = (definition["spec"] ?? {}) as { readonly group?: string; readonly names?: { readonly kind?: string } }; // a definition of the corpus, which the API server has to take anyway
  return `${group ?? ""}/${names?.kind ?? ""}`;
}

function openDefinition({ group, kind, versions, namespaced }: { readonly group: string; readonly kind: string; readonly versions: ReadonlySet<string>; readonly namespaced: boolean }): KubeObject {
  const [singular, plural] = [kind.toLowerCase(), `${kind.toLowerCase()}s`];
  const schema: JsonObject = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  const annotations = PROTECTED.test(group) ? { annotations: { "api-approved.kubernetes.io": "unapproved, stands in for one that is not in the corpus" } } : {};
  return {
    apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: `${plural}.${group}`, ...annotations },
    spec: { group, scope: namespaced ? "Namespaced" : "Cluster", names: { kind, listKind: `${kind}List`, singular, plural }, versions: [...versions].sort().map((name, index) => ({ name, served: true, storage: index === 0, schema })) },
  };
}
