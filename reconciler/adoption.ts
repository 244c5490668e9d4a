import { CLAIM_ANNOTATION, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../src/api/group.ts";
import type { Json } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { EffectiveObject } from "./effective.ts";
import type { AppIdentity } from "./identity.ts";
import { identityFrom, ownerOf } from "./identity.ts";
import { controllerOf, toolOf, wasMember } from "./membership.ts";
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
  /** False for an Application that is gone or is being deleted. */
  readonly isAlive: (application: string) => boolean;
  /** False for one that is known not to have this object. Default: who is alive has it. */
  readonly holds?: ((application: string, key: ObjectKey) => boolean) | undefined;
  /** The Application that an ApplySet id belongs to. Default: nobody knows. */
  readonly applicationOf?: ((setId: string) => string | undefined) | undefined;
}

/** Kinds whose later prune would hurt others: taking them over has to be asked for. */
const SENSITIVE = new Set([
  "Namespace", "CustomResourceDefinition", "PersistentVolume", "PersistentVolumeClaim", "ClusterRole",
  "ClusterRoleBinding", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration",
]);

const RELEASE_ANNOTATIONS = ["meta.helm.sh/release-name", "meta.helm.sh/release-namespace"];

const WAYS = "set spec.sync.adopt: Always, or the annotation driftless.dev/adopt: Always on the object,";

/**
 * What to do about a desired object that is there and not ours. What another Application of ours holds is never taken:
 * it is claimed, and made ours by that one when it no longer wants it. A claim alone gives nothing: anybody can write one.
 * What has a controller can be nobody's member (docs/adr/0005): it is never taken over.
 */
export function adoptionOf(object: EffectiveObject, found: FoundForeign, context: AdoptionContext): Adoption {
  const { policy, isAlive, holds = isAlive } = context;
  const controller = controllerOf(found.live.metadata);
  if (controller !== undefined) return refuse(`exists and belongs to ${controller.kind} ${controller.name}, which controls it; leave it out of the source, or remove it there first`);
  const claimed = found.live.metadata.annotations?.[CLAIM_ANNOTATION] === ownerOf(context.identity);
  const holder = holderOf(found, context);
  const isLeftToUs = holder !== undefined && SENSITIVE.has(object.id.kind) && wasMemberOf(holder, object, found, context);
  const isOther = holder !== undefined && holder !== `${context.identity.namespace}/${context.identity.name}` && isAlive(holder);
  if (isOther && (holds(holder, object.key) || (isLeftToUs && !claimed && policy === "IfUnowned"))) {
    return policy === "Never" ? refuse(`exists and belongs to Application ${holder}, and adopting is forbidden; take it out of one of the two sources`) : { kind: "Claim", owner: holder, claimed };
  }
  if (policy === "Always") return { kind: "TakeOver" };
  const tool = holder !== undefined ? otherTool(object, found) : found.kind === "Foreign" && !isSameRelease(object, found) ? found.owner : undefined;
  if (tool !== undefined) return refuse(`exists and belongs to ${tool}; remove it there first, or ${WAYS} to take it over`);
  if (policy === "Never") return refuse("exists and is nobody's, and adopting is forbidden; delete it, or allow IfUnowned to take it over");
  if (SENSITIVE.has(object.id.kind) && !(claimed && isLeftToUs)) {
    return refuse(`exists and is nobody's; a ${object.id.kind} is never taken over by itself: ${WAYS} or leave it out of the source`);
  }
  return { kind: "TakeOver" };
}

/** The Application whose marks it carries; where its origin was taken off by hand, the label tells, which may be our own. */
function holderOf(found: FoundForeign, { applicationOf }: AdoptionContext): string | undefined {
  if (found.kind === "Unowned" || found.application !== undefined) return found.kind === "Unowned" ? undefined : found.application;
  const { labels, annotations } = found.live.metadata;
  const label = labels?.[PART_OF_LABEL];
  return label === undefined || annotations?.[ORIGIN_ANNOTATION] !== undefined ? undefined : applicationOf?.(label);
}

/** The tool whose marks it carries besides, unless it is our own source that brings them. */
function otherTool({ object }: EffectiveObject, { live }: FoundForeign): string | undefined {
  const tool = toolOf(live.metadata);
  return tool === toolOf(object.metadata) ? undefined : tool;
}

/** What Helm installed under the name under which our source has it recorded (docs/adr/0032). Of other tools nothing is taken for our own: they go on reconciling. */
function isSameRelease({ object: { metadata } }: EffectiveObject, { live }: FoundForeign): boolean {
  const marks = RELEASE_ANNOTATIONS.flatMap((name) => (metadata.annotations?.[name] === undefined ? [] : [[name, metadata.annotations[name]] as const]));
  return marks.length === RELEASE_ANNOTATIONS.length && toolOf(live.metadata) === toolOf({ name: metadata.name, annotations: Object.fromEntries(marks) });
}

/** Who can forge these marks needs no claim. */
const wasMemberOf = (holder: string, { id }: EffectiveObject, { live }: FoundForeign, { identity }: AdoptionContext): boolean => wasMember(live.metadata, id, identityFrom(identity.installation, holder));

/** RFC 6902: takes a claim off that has been answered. */
export function claimOff({ metadata }: KubeObject): readonly Json[] {
  const claimed = metadata.annotations?.[CLAIM_ANNOTATION];
  const path = `/metadata/annotations/${CLAIM_ANNOTATION.replaceAll("/", "~1")}`;
  return claimed === undefined ? [] : [{ op: "test", path, value: claimed }, { op: "remove", path }];
}

const refuse = (reason: string): Adoption => ({ kind: "Refuse", reason });
