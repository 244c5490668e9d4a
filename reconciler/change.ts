import type { DriftFinding } from "../src/api/drift-report.ts";
import type { Json } from "../src/object/json.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import type { BlockedObject, EffectiveObject } from "./effective.ts";
import type { LiveMember } from "./observed.ts";

/**
 * What is to be done with one object. Create: it is not there. Configure: the source wants something else.
 * Adopt: it is there and nobody's. Revert: somebody changed or deleted it by hand.
 */
export type Action = "Create" | "Configure" | "Adopt" | "Revert";

/** One object to write. */
export interface PlanEntry {
  readonly action: Action;
  readonly id: ObjectId;
  readonly object: EffectiveObject;
  /** uid of the live object that was compared; the write fails if it has been replaced meanwhile. */
  readonly uid: string | undefined;
  /** Hash of what others owned when it was looked at; undefined when it was not. */
  readonly othersHash: string | undefined;
  /** Its version: the same in the answer means that the write changed nothing. */
  readonly resourceVersion: string | undefined;
  /** Why: field by field. Empty where the live content was not needed for the decision. */
  readonly findings: readonly DriftFinding[];
  /** Operations that hand fields of people to us before the write, so that the write can remove them. */
  readonly takeover: readonly Json[];
}

/** An object that is live and that the source no longer has. */
export interface PruneEntry {
  readonly id: ObjectId;
  readonly member: LiveMember;
}

/** A member that is stale but stays, and why. */
export interface KeptMember {
  readonly id: ObjectId;
  readonly reason: string;
}

/** What is going to happen, as data. What is shown is what is done. */
export interface Plan {
  /** Stage by stage; objects of one stage are independent. */
  readonly stages: readonly (readonly PlanEntry[])[];
  readonly prune: readonly PruneEntry[];
  readonly kept: readonly KeptMember[];
  readonly blocked: readonly BlockedObject[];
  /** Objects that need nothing. */
  readonly unchanged: number;
  /** Differences that are told but not corrected. */
  readonly reported: readonly DriftFinding[];
  /** Objects found equal by comparison: their live state becomes the baseline. */
  readonly proven: readonly ProvenEqual[];
}

/** An object whose live state was compared and found to be what is desired. */
export interface ProvenEqual {
  readonly object: EffectiveObject;
  readonly member: LiveMember;
}

/** What was done with one object. */
export type ChangeKind = "created" | "configured" | "adopted" | "reverted" | "unchanged" | "deleted";

/** One thing that was done. */
export interface Change {
  readonly id: ObjectId;
  readonly key: ObjectKey;
  readonly kind: ChangeKind;
  readonly findings: readonly DriftFinding[];
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
  /** The server refused the content: trying again without a change will not help much. */
  readonly refused: boolean;
  /** The object changed between look and write: looking again at once is all it takes. */
  readonly stale: boolean;
}

/** What one apply did. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  readonly failures: readonly Failure[];
}

/** True when the plan would write or delete something. */
export function hasChanges(plan: Plan): boolean {
  return plan.stages.length > 0 || plan.prune.length > 0;
}

/** All entries to write, in order. */
export function entriesOf(plan: Plan): readonly PlanEntry[] {
  return plan.stages.flat();
}
