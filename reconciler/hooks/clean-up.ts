/** What hooks have made goes when nobody needs it any more. */
import { displayId } from "../../src/object/object-id.ts";
import type { ObjectKey } from "../../src/object/object-id.ts";
import type { HookRecord } from "../../src/api/release.ts";
import type { PruneEntry } from "../change.ts";
import type { Effective } from "../effective.ts";
import { isPrecious } from "../gate/brake.ts";
import { grantedRoles, reasonToKeep } from "../keep.ts";
import { memberOf } from "../member.ts";
import type { LiveMember, Members } from "../observed.ts";
import { prune } from "../prune.ts";
import type { ReconcilePorts, ReconcileRequest } from "../reconcile-ports.ts";
import { restlessMembers } from "../rest.ts";
import type { Hook } from "./hook.ts";
import { hooksOn } from "./hook.ts";
import { hookKeyAt, runMark, ttlSecondsOf } from "./hook-body.ts";
import type { HookLedger } from "./ledger.ts";
import { isOver, recordName } from "./ledger.ts";

/** What is to go now, and when something else will be due. */
export interface Due {
  readonly now: readonly PruneEntry[];
  readonly next: Date | undefined;
}

/** A try that failed is repeated after so long. */
const RETRY_MS = 30_000;

/**
 * Deletes what the delete policies and the times to live of the hooks of this content say; `isThrough`: everything else is
 * done, so that what belongs to no hook of this content goes, too. Returns when to look again. What cannot be deleted is
 * told in the log: it is no reason for a sync to fail.
 */
export async function cleanUpHooks(newest: Effective, ledger: HookLedger | undefined, isThrough: boolean, request: ReconcileRequest, ports: Pick<ReconcilePorts, "cluster" | "known" | "seen" | "leaving" | "logger">): Promise<Date | undefined> {
  const made = [...restlessMembers(ports.known(), request.memory, request.now).values()].filter(({ hookRun, terminating }) => hookRun !== undefined && !terminating);
  if (made.length === 0) return undefined;
  const { now: due, next } = dueByPolicy(made, newest, ledger, request.now);
  const entries = [...due, ...(isThrough ? leftOver(made, ports.known(), newest, ledger, request) : [])];
  if (entries.length === 0) return next;
  const { account, identity, signal, now, checks } = request;
  const { changes, failures } = await prune(entries, { cluster: ports.cluster, account, identity, signal, onRead: (live) => ports.seen(memberOf(live, now, checks)) });
  const gone = new Set<ObjectKey>(changes.map(({ key }) => key));
  for (const { member } of entries) if (gone.has(member.key)) ports.leaving(member.key, member.uid);
  for (const { message } of failures) ports.logger.warn({ cause: message }, "what a hook has made could not be deleted");
  for (const { id } of changes) ports.logger.info({ object: displayId(id) }, "hook deleted");
  const retry = failures.length === 0 ? [] : [new Date(now.getTime() + RETRY_MS)];
  return [...retry, ...(next === undefined ? [] : [next])].sort((left, right) => left.getTime() - right.getTime())[0];
}

/** Nothing is deleted before the hooks of its phase are over: a later one may need it. */
export function dueByPolicy(made: readonly LiveMember[], { hooks }: Pick<Effective, "hooks">, ledger: Pick<HookLedger, "run" | "records" | "occasion"> | undefined, now: Date): Due {
  if (hooks === undefined || ledger?.run === undefined) return { now: [], next: undefined };
  const { run, occasion } = ledger;
  const records = new Map(ledger.records.map((record) => [recordName(record), record]));
  const recordOf = (hook: Hook): HookRecord | undefined => records.get(recordName({ phase: hook.phase, object: hookKeyAt(hook, run) }));
  const phases = Map.groupBy(hooksOn(hooks, occasion), ({ phase }) => phase);
  const members = new Map(made.map((member) => [`${member.hookRun} ${member.key}`, member]));
  const due: PruneEntry[] = [];
  let next = Number.POSITIVE_INFINITY;
  for (const [phase, all] of phases) {
    const isPhaseOver = all.every((hook) => recordOf(hook)?.state === "Succeeded") || all.some((hook) => recordOf(hook)?.state === "Failed");
    for (const hook of all) {
      const record = recordOf(hook);
      const member = members.get(`${runMark(run, phase)} ${hookKeyAt(hook, run)}`);
      if (!isPhaseOver || member === undefined || record === undefined || !isOver(record)) continue;
      const entry = { id: member.id, member };
      if (takesOthersAlong(entry)) continue;
      const at = dueAt(hook, record);
      if (at <= now.getTime()) due.push(entry);
      else next = Math.min(next, at);
    }
  }
  return { now: due, next: Number.isFinite(next) ? new Date(next) : undefined };
}

/** With a definition or a Namespace goes what others have made: no delete policy of a chart can mean that, and Helm keeps definitions, too. A claim for a while is its hook's own. */
const takesOthersAlong = (entry: PruneEntry): boolean => isPrecious(entry) && entry.id.kind !== "PersistentVolumeClaim";

/** In milliseconds since 1970; Infinity: never. */
function dueAt({ policy, target }: Hook, { state, finishedAt = "" }: HookRecord): number {
  if (state === "Succeeded" ? policy.succeeded : policy.failed) return 0;
  const ttl = typeof target === "string" ? undefined : ttlSecondsOf(target);
  return ttl === undefined ? Number.POSITIVE_INFINITY : Date.parse(finishedAt) + ttl * 1000;
}

/** Of hooks that the source no longer has, and of earlier runs under other names. Like everything that leaves the source, some of it stays. */
function leftOver(made: readonly LiveMember[], members: Members, { desired, hooks }: Effective, ledger: HookLedger | undefined, { app, account, operatorNamespace, sourceSecrets }: ReconcileRequest): readonly PruneEntry[] {
  const run = ledger?.run;
  const current = new Set<ObjectKey>(hooks?.all.flatMap((hook) => [hook.key, ...(run === undefined ? [] : [hookKeyAt(hook, run)])]));
  const left = made.filter(({ key }) => !current.has(key) && !desired.has(key));
  if (left.length === 0) return [];
  const roles = grantedRoles(members.values(), account);
  const facts = { app, account, operatorNamespace, sourceSecrets };
  return left.map((member) => ({ id: member.id, member })).filter((entry) => reasonToKeep(entry.member, facts, roles) === undefined && !isPrecious(entry));
}
