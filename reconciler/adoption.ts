import type { EffectiveObject } from "./effective.ts";
import type { LookUp } from "./observed.ts";

/** spec.sync.adopt. */
export type AdoptPolicy = "Never" | "IfUnowned" | "Always";

/** Kinds whose later prune would hurt others: taking them over has to be asked for. */
const SENSITIVE = new Set([
  "Namespace", "CustomResourceDefinition", "PersistentVolume", "PersistentVolumeClaim", "ClusterRole",
  "ClusterRoleBinding", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration",
]);

/** Why an object that is already there may not be taken over, as a sentence with the way out; undefined when it may. */
export function adoptionRefusal(object: EffectiveObject, found: Extract<LookUp, { kind: "Unowned" | "Foreign" }>, policy: AdoptPolicy): string | undefined {
  if (policy === "Always") return undefined;
  if (found.kind === "Foreign") return `exists and belongs to ${found.owner}; remove it there first, or set spec.sync.adopt: Always to take it over`;
  if (policy === "Never") return "exists and is nobody's, and spec.sync.adopt is Never; delete it, or set IfUnowned to take it over";
  if (SENSITIVE.has(object.id.kind)) return `exists and is nobody's; a ${object.id.kind} is never taken over by itself. Set spec.sync.adopt: Always, or leave it out of the source`;
  return undefined;
}
