/** A yes to a plan: what a Release carries so that one can be given, and what it is one to. Does not contact the cluster. */
import { packNumbers, unpackNumbers } from "../../reconciler/gate/digest-set.ts";
import type { ApprovalFacts } from "../../reconciler/gate/gate.ts";
import type { GatedPlan } from "../../reconciler/gate/gated-changes.ts";
import type { DigestKey } from "../../reconciler/gate/plan-digest.ts";
import { changeDigests, planDigest } from "../../reconciler/gate/plan-digest.ts";
import type { Release, ReleasePlan } from "../api/release.ts";
import { MAX_COVERS } from "../api/release.ts";

/** Where an approval of this plan is, or will be, given, and whether it was: on the `open` Release, or on the `next` one. */
export function approvalOf(plan: GatedPlan, open: Release | undefined, next: string, key: DigestKey): Omit<ApprovalFacts, "namespace"> {
  const digest = open?.spec.plan.digest;
  if (open === undefined || digest === undefined || !covers(open, plan, key)) return { release: next, planDigest: planDigest(plan, key), approved: false };
  return { release: open.metadata.name, planDigest: digest, approved: answerOf(open) === "Approved" };
}

/**
 * What approvals of this plan need on its Release. Beyond some ten thousand changes, whose digests are too much for one, an
 * approval counts for the whole plan only.
 */
export function approvable(plan: GatedPlan, key: DigestKey): Pick<ReleasePlan, "digest" | "covers"> {
  const covers = packNumbers(changeDigests(plan, key));
  return { digest: planDigest(plan, key), ...(covers.length > MAX_COVERS ? {} : { covers }) };
}

/** True when an approval of the Release is one of this plan: of all of it, or of what is left of it. */
export function covers({ spec: { plan: shown } }: Release, plan: GatedPlan, key: DigestKey): boolean {
  if (shown.digest === undefined) return false;
  if (shown.digest === planDigest(plan, key)) return true;
  const known = unpackNumbers(shown.covers ?? "");
  return known.size > 0 && changeDigests(plan, key).every((digest) => known.has(digest));
}

/** How the approval of a Release stands. */
export type Answer =
  /** Nobody was asked. */
  | "Unasked"
  | "Awaited"
  | "Approved";

/** Whether a Release asks for a yes, and has one: to the plan as it is shown there. */
export function answerOf({ spec: { plan: { digest }, approval } }: Release): Answer {
  if (digest === undefined) return "Unasked";
  return approval?.planDigest === digest ? "Approved" : "Awaited";
}
