import type { reasons as knownReasons } from "../../src/api/reasons.ts";
import { reasons } from "../../src/api/reasons.ts";
import { GROUP } from "../../src/api/group.ts";
import { deletesOf } from "../change.ts";
import { brakeReason } from "./brake.ts";
import type { GatedPlan } from "./gated-changes.ts";
import { countsOf, countsText, gatedChanges } from "./gated-changes.ts";
import type { SyncWindow } from "./windows.ts";
import { windowState } from "./windows.ts";

/** Whether a part of a plan may be carried out now. */
export type GateDecision =
  | { readonly kind: "Open" }
  /** `message`: a sentence with the way out. `until`: when it opens by itself; absent: by an event, or by somebody's yes. */
  | { readonly kind: "Closed"; readonly reason: keyof typeof knownReasons; readonly message: string; readonly until?: Date };

/** What may be done of a plan. The corrections of drift in it are never held up. */
export interface Gate {
  /** Creating, configuring, adopting, transferring. */
  readonly apply: GateDecision;
  /** Deleting; closed whenever `apply` is. */
  readonly prune: GateDecision;
  /** The plan cannot be carried out whole without somebody's yes, given or not: its Release has to say what it is to. */
  readonly asksForApproval: boolean;
}

/** What decides besides the plan and the time. */
export interface GateFacts {
  readonly sync: GatePolicy;
  /** Whether what the Application depends on is ready. */
  readonly dependencies: GateDecision;
  /** Live members, those to be deleted among them. */
  readonly members: number;
  /** The Release on which this plan is, or is to be, approved. Asked only where a yes is needed. */
  readonly approval: () => ApprovalFacts;
  /** The attempt that is open for this very content asked for a yes, and has none. Default: it did not. */
  readonly unanswered?: () => boolean;
}

/** The part of `spec.sync` of an Application that closes gates. */
export interface GatePolicy {
  /** Default: Automatic. */
  readonly approval?: "Automatic" | "Manual";
  /** Default: none. */
  readonly windows?: readonly SyncWindow[];
  readonly limits?: { readonly maxPrune?: number | string };
}

/** Where a yes is given, and whether it was. */
export interface ApprovalFacts {
  readonly namespace: string;
  /** Name of the Release. */
  readonly release: string;
  /** What is to be approved there. */
  readonly planDigest: string;
  /** This whole plan, or what is left of one that was approved. */
  readonly approved: boolean;
}

const OPEN: GateDecision = { kind: "Open" };

/**
 * Whether what the source brings may be applied, and what is stale deleted, in this order: dependencies, windows,
 * approval, the brake on deletes. Pure. A plan that only undoes drift passes.
 */
export function gate(plan: GatedPlan, { sync, dependencies, members, approval, unanswered }: GateFacts, now: Date): Gate {
  const counts = countsText(countsOf(gatedChanges(plan)));
  if (counts === "") return { apply: OPEN, prune: OPEN, asksForApproval: false };
  const deletes = deletesOf(plan).filter(({ contested }) => contested !== true); // before that is known nothing is deleted
  // A brake that let go as soon as few enough are left would let them all through, a few at a time.
  const brake = brakeReason(deletes, members, sync.limits?.maxPrune) ?? (deletes.length > 0 && unanswered?.() === true ? "the yes that was asked for has not been given" : undefined);
  const asksForApproval = sync.approval === "Manual" || brake !== undefined;
  if (dependencies.kind === "Closed") return { apply: dependencies, prune: dependencies, asksForApproval };
  const windows = windowDecision(sync.windows ?? [], now);
  if (windows.kind === "Closed") return { apply: windows, prune: windows, asksForApproval };
  if (!asksForApproval) return { apply: OPEN, prune: OPEN, asksForApproval };
  const facts = approval();
  if (facts.approved) return { apply: OPEN, prune: OPEN, asksForApproval };
  if (sync.approval === "Manual") {
    const closed = waitsForYes("AwaitingApproval", `changes from the source wait for approval (${counts})${brake === undefined ? "" : `; ${brake}`}`, facts);
    return { apply: closed, prune: closed, asksForApproval };
  }
  return { apply: OPEN, prune: waitsForYes("PruneHeld", `nothing is deleted yet: ${brake}`, facts), asksForApproval };
}

function windowDecision(windows: readonly SyncWindow[], now: Date): GateDecision {
  const state = windowState(windows, now);
  if (state.kind === "Open") return OPEN;
  return { kind: "Closed", reason: reasons.WindowClosed, message: `changes from the source wait: ${state.message}`, ...(state.opensAt === undefined ? {} : { until: state.opensAt }) };
}

/** The commands are written so that they can be pasted into a shell. */
function waitsForYes(reason: "AwaitingApproval" | "PruneHeld", why: string, { namespace, release, planDigest }: ApprovalFacts): GateDecision {
  const object = `releases.${GROUP} ${release} -n ${namespace}`;
  const patch = JSON.stringify({ spec: { approval: { planDigest, reason: "WHY" } } });
  return { kind: "Closed", reason: reasons[reason], message: `${why}. To see it: kubectl get ${object} -o yaml. To approve it: kubectl patch ${object} --type=merge -p '${patch}'` };
}
