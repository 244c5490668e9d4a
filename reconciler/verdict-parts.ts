import type { DriftFinding } from "../src/api/drift-report.ts";
import { formatPosition } from "../src/errors.ts";
import { displayId } from "../src/object/object-id.ts";
import type { Action, ClaimEntry, PlanEntry, ProvenEqual, TransferEntry } from "./change.ts";
import type { BlockedObject, EffectiveObject } from "./effective.ts";
import type { LiveMember } from "./observed.ts";

/** What planning decided about one desired object. */
export type Verdict =
  /** As it was when it was last looked at: what was told of it then still holds. */
  | { readonly kind: "Nothing" }
  /** Neither written nor compared: nothing is told of it. */
  | { readonly kind: "LeftAlone" }
  /** Looked at, and nothing to write: the differences that are left alone are told. */
  | { readonly kind: "Equal"; readonly proven: ProvenEqual | undefined; readonly reported: readonly DriftFinding[] }
  | { readonly kind: "Write"; readonly entry: PlanEntry; readonly reported: readonly DriftFinding[] }
  | { readonly kind: "Blocked"; readonly blocked: BlockedObject; readonly claim?: ClaimEntry }
  | { readonly kind: "LetGo"; readonly transfer: TransferEntry };

/** Nothing to do and nothing new to tell. */
export const NOTHING: Verdict = { kind: "Nothing" };

/** Nothing to do, and what was told of it before holds no longer. */
export const UNTOLD: Verdict = { kind: "Equal", proven: undefined, reported: [] };

/** Not ours to look at, as an annotation asks. */
export const LEFT_ALONE: Verdict = { kind: "LeftAlone" };

/** The optional parts of an entry. */
export type EntryParts = Partial<Omit<PlanEntry, "action" | "id" | "object">>;

/** An entry of a plan, with what is known of the live object. */
export function entry(action: Action, object: EffectiveObject, parts: EntryParts): PlanEntry {
  return {
    action, id: object.id, object,
    uid: undefined, ownHash: undefined, othersHash: undefined, resourceVersion: undefined,
    corrections: [], updates: [], body: undefined, takeover: [], handover: undefined, notes: [],
    ...parts,
  };
}

/** The verdict that writes. */
export function write(planned: PlanEntry, reported: readonly DriftFinding[] = []): Extract<Verdict, { kind: "Write" }> {
  return { kind: "Write", entry: planned, reported };
}

/** The live object that a decision was made from; `othersHash` only where its content was looked at. */
export function beforeOf({ uid, resourceVersion, ownHash, othersHash }: LiveMember): EntryParts {
  return { uid, resourceVersion, ownHash, othersHash };
}

/** Held up by something that ends by itself. */
export function waiting(object: EffectiveObject, reason: string): Extract<Verdict, { kind: "Blocked" }> {
  return { kind: "Blocked", blocked: blockedBecause(object, "Waiting", reason) };
}

/** It has to be gone before it can be made again. */
export function waitingToGo(object: EffectiveObject, finalizers: readonly string[] = []): Extract<Verdict, { kind: "Blocked" }> {
  const held = finalizers.length === 0 ? "" : `, held by ${finalizers.join(", ")}`;
  return { kind: "Blocked", blocked: { ...blockedBecause(object, "Waiting", `is being deleted${held}; it is created again when it is gone`), leaving: true } };
}

/** Held up until somebody changes something. */
export function failed(object: EffectiveObject, reason: string): Extract<Verdict, { kind: "Blocked" }> {
  return { kind: "Blocked", blocked: blockedBecause(object, "Failed", reason) };
}

/** A desired object that is held up, with its place in the source. */
export function blockedBecause({ key, id, origin, policy }: EffectiveObject, kind: BlockedObject["kind"], reason: string): BlockedObject {
  const where = formatPosition({ file: origin.file, line: origin.line });
  return { key, id, origin, wave: policy.wave, kind, reason: `${where}: ${displayId(id)}: ${reason}` };
}
