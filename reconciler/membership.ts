import { FIELD_MANAGER, HOOK_MANAGER, ORIGIN_ANNOTATION, PART_OF_LABEL, TRANSFER_MANAGER } from "../src/api/group.ts";
import { isJsonObject, valueAt } from "../src/object/json.ts";
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from "../src/object/kube-object.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import type { AppIdentity } from "./identity.ts";
import { originOf, ownerOf, parseOrigin } from "./identity.ts";

/**
 * Whose an object is. `Member`: ours, with proof. `Copied`: carries our label, but some controller copied it there;
 * never compared, never pruned. `Foreign`: somebody else's, named. `Unowned`: nobody's.
 */
export type Ownership =
  | { readonly kind: "Member" }
  | { readonly kind: "LabelLost" }
  | { readonly kind: "Copied" }
  /** `application`: `namespace/name` of the owner where that is an Application of this installation. */
  | { readonly kind: "Foreign"; readonly owner: string; readonly application: string | undefined }
  | { readonly kind: "Unowned" };

/**
 * Decides whose a live object is, from its metadata alone (docs/adr/0005). A label is a filter, not a proof: a member
 * has our label, an origin that names the object itself (or, when that was taken away, the label by our own apply), and no
 * controller owner.
 */
export function ownershipOf(metadata: ObjectMeta, id: ObjectId, identity: AppIdentity): Ownership {
  const label = metadata.labels?.[PART_OF_LABEL];
  const origin = metadata.annotations?.[ORIGIN_ANNOTATION];
  const controller = controllerOf(metadata);
  if (label === identity.setId) return ownershipWithLabel(metadata, id, identity, controller !== undefined);
  if (controller !== undefined) return { kind: "Foreign", owner: `${controller.kind} ${controller.name}`, application: undefined };
  if (origin === originOf(identity, id)) return { kind: "LabelLost" }; // taken away, or changed: another set that takes an object over writes its own origin
  return foreignOwner(metadata, identity) ?? { kind: "Unowned" };
}

function ownershipWithLabel(metadata: ObjectMeta, id: ObjectId, identity: AppIdentity, controlled: boolean): Ownership {
  if (controlled) return { kind: "Copied" };
  const origin = metadata.annotations?.[ORIGIN_ANNOTATION];
  if (origin === originOf(identity, id)) return { kind: "Member" };
  if (origin === undefined && ownsLabel(metadata.managedFields)) return { kind: "Member" }; // somebody took the annotation away
  const parsed = origin === undefined ? undefined : parseOrigin(origin);
  if (parsed !== undefined && parsed.installation !== identity.installation) {
    return { kind: "Foreign", owner: `Application ${parsed.application} of installation ${parsed.installation}`, application: undefined };
  }
  return { kind: "Copied" };
}

/** Who controls an object: it was made by that one, and goes with it. */
export function controllerOf({ ownerReferences }: ObjectMeta): OwnerReference | undefined {
  return ownerReferences?.find(({ controller }) => controller === true);
}

/**
 * The other half of the proof: our Apply entry owns the label, or a hand-over to us, or the creation of a hook, wrote it. Without it a member may be
 * applied, but not deleted.
 */
export function ownsLabel(managedFields: readonly ManagedFieldsEntry[] | undefined): boolean {
  return (managedFields ?? []).some((entry) => isOwnEntry(entry) && isJsonObject(valueAt(entry.fieldsV1, LABEL_PATH)));
}

/** The proof that a delete takes: a member by every mark, each naming the object itself. */
export function isProvenMember(metadata: ObjectMeta, id: ObjectId, identity: AppIdentity): boolean {
  return metadata.annotations?.[ORIGIN_ANNOTATION] === originOf(identity, id) && ownershipOf(metadata, id, identity).kind === "Member" && ownsLabel(metadata.managedFields);
}

/** True for what was a member of an Application, also where somebody has taken the label off since: one of its marks is still our own. */
export function wasMember(metadata: ObjectMeta, id: ObjectId, identity: AppIdentity): boolean {
  const { labels, annotations, managedFields = [] } = metadata;
  if (annotations?.[ORIGIN_ANNOTATION] !== originOf(identity, id) || controllerOf(metadata) !== undefined) return false;
  if (![undefined, identity.setId].includes(labels?.[PART_OF_LABEL])) return false;
  return ownsLabel(managedFields) || managedFields.some((entry) => isOwnEntry(entry) && isJsonObject(valueAt(entry.fieldsV1, ORIGIN_PATH)));
}

const ORIGIN_PATH = ["f:metadata", "f:annotations", `f:${ORIGIN_ANNOTATION}`];
const LABEL_PATH = ["f:metadata", "f:labels", `f:${PART_OF_LABEL}`];

const isOwnEntry = ({ manager, operation, subresource }: ManagedFieldsEntry): boolean =>
  subresource === undefined && ((manager === FIELD_MANAGER && operation === "Apply") || ((manager === TRANSFER_MANAGER || manager === HOOK_MANAGER) && operation === "Update"));

/** Marks that other tools leave on what they manage, in the order in which they are believed. */
const MARKS: readonly { readonly where: "labels" | "annotations"; readonly key: string; readonly name: (value: string, all: Readonly<Record<string, string>>) => string }[] = [
  {
    where: "labels",
    key: "kustomize.toolkit.fluxcd.io/name",
    name: (value, all) => `Flux Kustomization ${all["kustomize.toolkit.fluxcd.io/namespace"] ?? "?"}/${value}`,
  },
  {
    where: "labels",
    key: "helm.toolkit.fluxcd.io/name",
    name: (value, all) => `Flux HelmRelease ${all["helm.toolkit.fluxcd.io/namespace"] ?? "?"}/${value}`,
  },
  { where: "annotations", key: "argocd.argoproj.io/tracking-id", name: (value) => `Argo CD Application ${value.split(":")[0] ?? value}` },
  { where: "labels", key: "argocd.argoproj.io/instance", name: (value) => `Argo CD Application ${value}` },
  {
    where: "annotations",
    key: "meta.helm.sh/release-name",
    name: (value, all) => `Helm release ${all["meta.helm.sh/release-namespace"] ?? "?"}/${value}`,
  },
];

type Foreign = Extract<Ownership, { kind: "Foreign" }>;

function foreignOwner(metadata: ObjectMeta, identity: AppIdentity): Foreign | undefined {
  const origin = parseOrigin(metadata.annotations?.[ORIGIN_ANNOTATION] ?? "");
  if (origin !== undefined && `${origin.installation}/${origin.application}` !== ownerOf(identity)) return applicationOwner(origin, identity);
  const label = metadata.labels?.[PART_OF_LABEL];
  if (label !== undefined) return { kind: "Foreign", owner: `ApplySet ${label}`, application: undefined };
  const tool = toolOf(metadata);
  return tool === undefined ? undefined : { kind: "Foreign", owner: tool, application: undefined };
}

/** The other tool whose marks an object carries, as people call it; undefined: none. */
export function toolOf(metadata: ObjectMeta): string | undefined {
  for (const mark of MARKS) {
    const marks = metadata[mark.where] ?? {};
    const value = marks[mark.key];
    if (value !== undefined) return mark.name(value, marks);
  }
  return undefined;
}

function applicationOwner({ installation, application }: { readonly installation: string; readonly application: string }, identity: AppIdentity): Foreign {
  const own = installation === identity.installation;
  return { kind: "Foreign", owner: `Application ${application}${own ? "" : ` of installation ${installation}`}`, application: own ? application : undefined };
}
