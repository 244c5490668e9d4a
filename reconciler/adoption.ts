import { CLAIM_ANNOTATION } from "../src/api/group.ts";
import type { Json } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { EffectiveObject } from "./effective.ts";
import type { AppIdentity } from "./identity.ts";
import { ownerOf } from "./identity.ts";
import type { LookUp } from "./observed.ts";

/** spec.sync.adopt. */
export type AdoptPolicy = "Never" | "IfUnowned" | "Always";

/** Something that is there and is not ours. */
export type FoundForeign = Extract<LookUp, { kind: "Unowned" | "Foreign" }>;

/** What follows from finding it: it is taken over, asked for, or left alone with a reason. */
export type Adoption =
  | { readonly kind: "TakeOver" }
  | { readonly kind: "Claim"; readonly owner: string; readonly claimed: boolean }
  | { readonly kind: "Refuse"; readonly reason: string };

/** What decides besides the object itself. */
export interface AdoptionContext {
  readonly identity: AppIdentity;
  /** spec.sync.adopt, or the object's own annotation. */
  readonly policy: AdoptPolicy;
  readonly isAlive: (application: string) => boolean;
}

/** Kinds whose later prune would hurt others: taking them over has to be asked for. */
const SENSITIVE = new Set([
  "Namespace", "CustomResourceDefinition", "PersistentVolume", "PersistentVolumeClaim", "ClusterRole",
  "ClusterRoleBinding", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration",
]);

const WAYS = "set spec.sync.adopt: Always, or the annotation driftless.dev/adopt: Always on the object,";

/**
 * What to do about a desired object that is there and not ours. What another Application of ours holds is never taken:
 * it is claimed, and handed over when that one no longer wants it.
 */
export function adoptionOf(object: EffectiveObject, found: FoundForeign, context: AdoptionContext): Adoption {
  const claimed = found.live.metadata.annotations?.[CLAIM_ANNOTATION] === ownerOf(context.identity);
  const holder = found.kind === "Foreign" ? found.application : undefined;
  if (holder !== undefined && context.isAlive(holder)) {
    return context.policy === "Never" ? refuse(`exists and belongs to Application ${holder}, and adopting is forbidden; take it out of one of the two sources`) : { kind: "Claim", owner: holder, claimed };
  }
  if (context.policy === "Always" || claimed) return { kind: "TakeOver" };
  if (found.kind === "Foreign" && holder === undefined) return refuse(`exists and belongs to ${found.owner}; remove it there first, or ${WAYS} to take it over`);
  if (context.policy === "Never") return refuse("exists and is nobody's, and adopting is forbidden; delete it, or allow IfUnowned to take it over");
  if (SENSITIVE.has(object.id.kind)) return refuse(`exists and is nobody's; a ${object.id.kind} is never taken over by itself: ${WAYS} or leave it out of the source`);
  return { kind: "TakeOver" };
}

/** RFC 6902: takes a claim off that has been answered. */
export function claimOff({ metadata }: KubeObject): readonly Json[] {
  const claimed = metadata.annotations?.[CLAIM_ANNOTATION];
  const path = `/metadata/annotations/${CLAIM_ANNOTATION.replaceAll("/", "~1")}`;
  return claimed === undefined ? [] : [{ op: "test", path, value: claimed }, { op: "remove", path }];
}

const refuse = (reason: string): Adoption => ({ kind: "Refuse", reason });
