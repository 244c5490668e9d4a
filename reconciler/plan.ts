import { decide } from "../drift/baseline.ts";
import type { Baseline, Decision } from "../drift/baseline.ts";
import { missingFinding } from "../drift/finding.ts";
import { adopt } from "../drift/takeover.ts";
import type { Application } from "../src/api/application.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { formatPosition } from "../src/errors.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { byId, displayId } from "../src/object/object-id.ts";
import type { Account } from "../src/ports.ts";
import { adoptionRefusal } from "./adoption.ts";
import type { Action, KeptMember, Plan, PlanEntry, ProvenEqual, PruneEntry } from "./change.ts";
import type { BlockedObject, Effective, EffectiveObject } from "./effective.ts";
import { explain, isUndecided } from "./explain.ts";
import { memberOf } from "./member.ts";
import type { LiveMember, LookUp, Members, Observed } from "./observed.ts";
import { inStages } from "./order.ts";
import { reasonToKeep } from "./keep.ts";

/** What a plan needs to know besides desired and live. */
export interface PlanContext {
  readonly app: Application;
  readonly account: Account;
  /** Where the operator itself lives; never pruned. */
  readonly operatorNamespace: string;
  readonly baselines: ReadonlyMap<ObjectKey, Baseline>;
  /** Differences told before; they hold for objects that need no new look. */
  readonly reported: readonly DriftFinding[];
  /** Nothing else is desired than at the last complete apply, so that a difference was made by somebody else. */
  readonly sameRevision: boolean;
  readonly now: Date;
}

/** What planning decided about one desired object. */
type Verdict =
  | { readonly kind: "Nothing" }
  | { readonly kind: "Equal"; readonly proven: ProvenEqual; readonly reported: readonly DriftFinding[] }
  | { readonly kind: "Write"; readonly entry: PlanEntry; readonly reported: readonly DriftFinding[] }
  | { readonly kind: "Blocked"; readonly blocked: BlockedObject };

/** Desired objects that no watch knows as members: what is there has to be looked up. */
export function objectsToLookUp(effective: Effective, members: Members): EffectiveObject[] {
  return effective.objects.filter(({ key }) => !members.has(key));
}

/** Desired objects whose live content has to be read, because hashes cannot tell what differs. */
export function objectsToExplain(effective: Effective, members: Members, lookUps: ReadonlyMap<ObjectKey, LookUp>, baselines: ReadonlyMap<ObjectKey, Baseline>): EffectiveObject[] {
  return effective.objects.filter((object) => {
    const member = members.get(object.key);
    if (member === undefined) return isOurs(object, lookUps.get(object.key), baselines);
    const decision = decisionFor(object, member, baselines);
    return decision.kind === "Unknown" || decision.kind === "Touched";
  });
}

/** Desired objects whose live content only the server can compare with them. */
export function objectsToAsk(effective: Effective, bodies: ReadonlyMap<ObjectKey, KubeObject>): EffectiveObject[] {
  return effective.objects.filter(({ key, object }) => {
    const live = bodies.get(key);
    return live !== undefined && isUndecided(object, live);
  });
}

/**
 * Desired and live → what to do, in stages. Does not contact the cluster. The same plan serves dry run, apply and
 * drift; equal input gives an equal plan.
 */
export function planChanges(effective: Effective, observed: Observed, context: PlanContext): Plan {
  const entries: PlanEntry[] = [];
  const blocked = [...effective.blocked];
  const reported: DriftFinding[] = [];
  const proven: ProvenEqual[] = [];
  let unchanged = 0;
  for (const object of effective.objects) {
    const verdict = verdictFor(object, observed, context);
    if (verdict.kind === "Write") entries.push(verdict.entry);
    else if (verdict.kind === "Blocked") blocked.push(verdict.blocked);
    else unchanged += 1;
    if (verdict.kind === "Equal") proven.push(verdict.proven);
    if (verdict.kind === "Equal" || verdict.kind === "Write") reported.push(...verdict.reported);
    if (verdict.kind === "Nothing") reported.push(...context.reported.filter((finding) => finding.object === object.key));
  }
  const { prune, kept } = staleMembers(effective, observed.members, blocked.length > 0, context);
  return { stages: inStages(entries), prune, kept, blocked, unchanged, reported, proven };
}

function verdictFor(object: EffectiveObject, observed: Observed, context: PlanContext): Verdict {
  const member = observed.members.get(object.key);
  if (member === undefined) return verdictForLookUp(object, observed, context);
  const decision = decisionFor(object, member, context.baselines);
  switch (decision.kind) {
    case "Unchanged":
      return { kind: "Nothing" };
    case "Terminating":
      return waiting(object, "is being deleted; it is created again when it is gone");
    case "Outdated":
      return { kind: "Write", entry: entry("Configure", object, { uid: member.uid, resourceVersion: member.resourceVersion }, [], []), reported: [] };
    case "Missing":
    case "Unknown":
    case "Touched":
      return verdictForBody(object, observed, context);
  }
}

/** Somebody touched it, or nothing is remembered: the content decides. */
function verdictForBody(object: EffectiveObject, { bodies, answers }: Observed, context: PlanContext): Verdict {
  const live = bodies.get(object.key);
  if (live === undefined) return missing(object, context);
  const { corrections, updates, reported, takeover, equal } = explain(object.object, live, context.now, answers.get(object.key));
  const before = memberOf(live, context.now);
  if (corrections.length > 0) return { kind: "Write", entry: entry("Revert", object, before, corrections, takeover), reported };
  if (!equal) return { kind: "Write", entry: entry("Configure", object, before, updates, takeover), reported };
  return { kind: "Equal", proven: { object, member: before }, reported };
}

function verdictForLookUp(object: EffectiveObject, observed: Observed, context: PlanContext): Verdict {
  const lookUp = observed.lookUps.get(object.key) ?? { kind: "Absent" };
  switch (lookUp.kind) {
    case "Absent":
      return context.baselines.has(object.key) || context.sameRevision ? missing(object, context) : { kind: "Write", entry: entry("Create", object, NOTHING, [], []), reported: [] };
    case "Member":
    case "LabelLost":
      return verdictForBody(object, observed, context);
    case "Terminating":
      return waiting(object, "is being deleted; it is created again when it is gone");
    case "Refused":
      return failed(object, lookUp.message);
    case "Unowned":
      if (isOurs(object, lookUp, context.baselines)) return verdictForBody(object, observed, context);
      return adoption(object, lookUp, context);
    case "Foreign":
      return adoption(object, lookUp, context);
  }
}

function adoption(object: EffectiveObject, lookUp: Extract<LookUp, { kind: "Unowned" | "Foreign" }>, context: PlanContext): Verdict {
  const refusal = adoptionRefusal(object, lookUp, context.app.spec.sync?.adopt ?? "IfUnowned");
  if (refusal !== undefined) return failed(object, refusal);
  return { kind: "Write", entry: entry("Adopt", object, identityOfLive(lookUp.live), [], adopt(lookUp.live)?.patch ?? []), reported: [] };
}

/** Ours by what was found, or because we remember having applied this very object: a replace takes every mark of ours away. */
function isOurs(object: EffectiveObject, lookUp: LookUp | undefined, baselines: ReadonlyMap<ObjectKey, Baseline>): boolean {
  if (lookUp?.kind === "Member" || lookUp?.kind === "LabelLost") return true;
  const uid = lookUp?.kind === "Unowned" ? lookUp.live.metadata.uid : undefined;
  return uid !== undefined && baselines.get(object.key)?.uid === uid;
}

/** It was live and is not any more: somebody deleted it. */
function missing(object: EffectiveObject, context: PlanContext): Verdict {
  return { kind: "Write", entry: entry("Revert", object, NOTHING, [missingFinding(object.id, context.now)], []), reported: [] };
}

function decisionFor(object: EffectiveObject, member: LiveMember, baselines: ReadonlyMap<ObjectKey, Baseline>): Decision {
  return decide(baselines.get(object.key), member, { digest: object.digest, apiVersion: object.ref.apiVersion });
}

/** Members that nothing desires: to be deleted, or kept with a reason. */
function staleMembers(effective: Effective, members: Members, incomplete: boolean, context: PlanContext): { prune: PruneEntry[]; kept: KeptMember[] } {
  const desired = new Set([...effective.objects, ...effective.blocked].map(({ key }) => key));
  const prune: PruneEntry[] = [];
  const kept: KeptMember[] = [];
  for (const member of members.values()) {
    if (desired.has(member.key) || member.terminating) continue;
    const reason = incomplete ? "something else is blocked; nothing is pruned before everything is applied" : reasonToKeep(member, context.app, context.account, context.operatorNamespace);
    if (reason === undefined) prune.push({ id: member.id, member });
    else kept.push({ id: member.id, reason });
  }
  return { prune: prune.sort(byId), kept: kept.sort(byId) };
}

/** The live object that a decision was made from; `othersHash` only where its content was looked at. */
type Before = Partial<Pick<LiveMember, "uid" | "resourceVersion" | "othersHash">>;

const NOTHING: Before = {};

function entry(action: Action, object: EffectiveObject, { uid, resourceVersion, othersHash }: Before, findings: PlanEntry["findings"], takeover: PlanEntry["takeover"]): PlanEntry {
  return { action, id: object.id, object, uid, resourceVersion, othersHash, findings, takeover };
}

const identityOfLive = ({ metadata: { uid, resourceVersion } }: KubeObject): Before => ({ ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) });

const waiting = (object: EffectiveObject, reason: string): Verdict => blockedVerdict(object, "Waiting", reason);

const failed = (object: EffectiveObject, reason: string): Verdict => blockedVerdict(object, "Failed", reason);

function blockedVerdict({ key, id, origin }: EffectiveObject, kind: BlockedObject["kind"], reason: string): Verdict {
  const where = formatPosition({ file: origin.file, line: origin.line });
  return { kind: "Blocked", blocked: { key, id, origin, kind, reason: `${where}: ${displayId(id)}: ${reason}` } };
}
