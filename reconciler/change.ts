import type { FieldPattern } from "../drift/ignore.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { HookOccasion } from "../src/api/release.ts";
import type { Json } from "../src/object/json.ts";
import type { KubeObject, ManagedFieldsEntry } from "../src/object/kube-object.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import type { BlockedObject, EffectiveObject } from "./effective.ts";
import type { Hook } from "./hooks/hook.ts";
import type { LiveMember } from "./observed.ts";

/**
 * What is to be done with one object. Create: it is not there. Configure: the source wants something else.
 * Adopt: it is there and nobody's. Revert: somebody changed or deleted it by hand. Reassert: its fields have the desired
 * values, but others own them. Recreate: it was deleted to be created again, and is gone now: nobody is asked a second time.
 */
export type Action = "Create" | "Configure" | "Adopt" | "Revert" | "Reassert" | "Recreate";

/** One object to write. */
export interface PlanEntry {
  readonly action: Action;
  readonly id: ObjectId;
  readonly object: EffectiveObject;
  /** uid of the live object that was compared; the write fails if it has been replaced meanwhile. */
  readonly uid: string | undefined;
  /** Hash of our own entry in it when it was looked at; undefined when it was not. */
  readonly ownHash: string | undefined;
  /** Hash of what others owned when it was looked at; undefined when it was not. */
  readonly othersHash: string | undefined;
  /** Its version: the same in the answer means that the write changed nothing. */
  readonly resourceVersion: string | undefined;
  /** What others did and this write undoes: drift, recorded before. */
  readonly corrections: readonly DriftFinding[];
  /** What the source changes, field by field. Empty where the live content was not needed for the decision. */
  readonly updates: readonly DriftFinding[];
  /** What is sent, where that depends on the live object; undefined: the desired object. */
  readonly body: KubeObject | undefined;
  /** What the write leaves as it is, because others did it and it is not undone now. Default: nothing, all of `object` is written. */
  readonly partial?: PartialWrite | undefined;
  /** Differences are left that nobody is told of: when the rules change it is looked at anew. Default false. */
  readonly silent?: boolean;
  /** Only our marks are put back: what differs besides stays, and is looked at anew. Default false. */
  readonly marksOnly?: boolean;
  /** Operations that hand fields of people to us before the write, so that the write can remove them. */
  readonly takeover: readonly Json[];
  /** Who owned what before that, to be put back should the write be refused. */
  readonly managedBefore?: readonly ManagedFieldsEntry[] | undefined;
  /** What is applied as another manager before the write, so that fields that we let go of keep their live values. */
  readonly handover: KubeObject | undefined;
  /** Fields that will stay although the source dropped them, and why. */
  readonly notes: readonly string[];
}

/** A write that leaves differences as they are. */
export interface PartialWrite {
  /** The desired object without them. */
  readonly object: KubeObject;
  /** What is left to others: what is ignored, and these differences. */
  readonly patterns: readonly FieldPattern[];
  /** Some of them are told: they hold only for the version that was looked at. */
  readonly isTold: boolean;
}

/** A member whose hold of drift is over: the annotation is taken off. */
export interface EndedHold {
  readonly object: EffectiveObject;
  /** RFC 6902; fails where it is another object or another hold by now. */
  readonly patch: readonly Json[];
}

/** An object that is live and that the source no longer has. */
export interface PruneEntry {
  readonly id: ObjectId;
  readonly member: LiveMember;
  /** Another Application may want it, and then it is not deleted: that is not known yet. Default false. */
  readonly contested?: boolean;
}

/** A member that is let go of instead of deleted: our marks are taken off. */
export interface TransferEntry {
  readonly id: ObjectId;
  readonly member: LiveMember;
  /** The Application that has claimed it, `namespace/name`; undefined: it is to be nobody's. */
  readonly to: string | undefined;
}

/** A desired object that belongs to another Application, which is told so. */
export interface ClaimEntry {
  readonly object: EffectiveObject;
  readonly uid: string;
  /** Whose it is, `namespace/name`. */
  readonly owner: string;
  /** It has been told already. */
  readonly claimed: boolean;
}

/** A member that is stale but stays, and why. */
export interface KeptMember {
  readonly id: ObjectId;
  readonly reason: string;
  /** Waiting: it is deleted later, by itself. Kept: it stays until somebody changes something. */
  readonly kind: "Waiting" | "Kept";
}

/** What is going to happen, as data. What is shown is what is done. */
export interface Plan {
  /** Stage by stage; objects of one stage are independent. */
  readonly stages: readonly (readonly PlanEntry[])[];
  /** What the source brings to later waves: not yet, but as much a part of the plan. Also among `blocked`. */
  readonly held: readonly PlanEntry[];
  /** What can be deleted now. */
  readonly prune: readonly PruneEntry[];
  /** What is deleted after that, step by step. */
  readonly pruneLater: readonly PruneEntry[];
  readonly transfers: readonly TransferEntry[];
  readonly claims: readonly ClaimEntry[];
  readonly kept: readonly KeptMember[];
  readonly blocked: readonly BlockedObject[];
  /** Objects that need nothing. */
  readonly unchanged: number;
  /** Differences that are told but not corrected. */
  readonly reported: readonly DriftFinding[];
  /** Objects found equal by comparison: their live state becomes the baseline. */
  readonly proven: readonly ProvenEqual[];
  /** Hooks that this attempt runs. Default: none. */
  readonly hooks?: PlannedRun;
  /** Holds that are over. Default: none. */
  readonly endedHolds?: readonly EndedHold[];
  /** What people should know besides: who else wants an object, which field stays because another tool applies it. */
  readonly notes: readonly string[];
}

/** What an attempt runs besides what it writes. */
export interface PlannedRun {
  /** Install: nothing of the Application was there before. */
  readonly occasion: HookOccasion;
  /** Those that are not over, in order; with them those that run should the attempt fail. */
  readonly entries: readonly Hook[];
  /** Digest of all that was rendered. */
  readonly content: string;
}

/** An object whose live state was compared and found to be what is desired. */
export interface ProvenEqual {
  readonly object: EffectiveObject;
  readonly member: LiveMember;
  /** It is not what is desired: differences in it are told and left. Default false. */
  readonly drifted?: boolean;
  /** Differences are left that are not told: when the rules change it is looked at anew. Default false. */
  readonly silent?: boolean;
}

/** What was done with one object. */
export type ChangeKind = "created" | "configured" | "adopted" | "reverted" | "reasserted" | "unchanged" | "deleted" | "transferred" | "recreating";

/** One thing that was done. */
export interface Change {
  readonly id: ObjectId;
  readonly key: ObjectKey;
  readonly kind: ChangeKind;
  /** Drift that it undid. */
  readonly corrections: readonly DriftFinding[];
}

/** One thing that could not be done. */
export interface Failure {
  readonly id: ObjectId;
  readonly key: ObjectKey;
  /** Position in the source, for a desired object. */
  readonly where: string | undefined;
  readonly message: string;
  /** What could not be done. */
  readonly verb: "apply" | "delete";
  readonly outcome: FailureOutcome;
}

/**
 * Refused: the same content will be refused again. Unavailable: it may pass the next time. Stale: the object changed
 * between look and write, looking again at once is all it takes. NotSent: something that it needs failed. Later: others
 * had to have their turn, it is sent with the next one.
 */
export type FailureOutcome = "Refused" | "Unavailable" | "Stale" | "NotSent" | "Later";

/** What one apply did. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  readonly failures: readonly Failure[];
}

/** True when the plan would write or delete something. */
export function hasChanges(plan: Plan): boolean {
  return plan.stages.length > 0 || plan.prune.length > 0 || plan.transfers.length > 0 || newClaims(plan).length > 0;
}

/** True when the plan brings something from the source, now or in a later wave; undoing drift alone does not. */
export function hasNews(plan: Plan): boolean {
  return entriesOf(plan).some(isNews) || plan.held.length > 0 || deletesOf(plan).length > 0 || plan.transfers.length > 0 || newClaims(plan).length > 0 || hooksToRun(plan).length > 0;
}

/** Hooks that run, in order; those for a failure come with them. */
export function hooksToRun({ hooks }: Pick<Plan, "hooks">): readonly Hook[] {
  return hooks?.entries ?? [];
}

/** Claims that have still to be made. */
export function newClaims(plan: Plan): readonly ClaimEntry[] {
  return plan.claims.filter(({ claimed }) => !claimed);
}

/** True for an entry that brings content of the source. */
export function isNews({ action }: PlanEntry): boolean {
  return action === "Create" || action === "Configure" || action === "Adopt";
}

/** True for an entry that makes something live that was not: news, or what was deleted to be created again. */
export function bringsContent(entry: PlanEntry): boolean {
  return isNews(entry) || entry.action === "Recreate";
}

/** All that the plan deletes in the end. */
export function deletesOf(plan: Pick<Plan, "prune" | "pruneLater">): readonly PruneEntry[] {
  return [...plan.prune, ...plan.pruneLater];
}

/** All entries to write, in order. */
export function entriesOf(plan: Plan): readonly PlanEntry[] {
  return plan.stages.flat();
}
