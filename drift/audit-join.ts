/** Finds the request behind a finding among those that the audit log tells of. Pure; a wrong name is worse than none. */
import { shorten } from "../src/api/conditions.ts";
import type { DriftConfidence, DriftFinding } from "../src/api/drift-report.ts";
import { parseKey } from "../src/object/object-id.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import { actorOfRequest } from "./audit-actor.ts";
import type { AuditRecord } from "./audit-record.ts";
import { namesOwner } from "./finding.ts";

/** A request whose resource is known by its kind. */
export interface KindRecord extends AuditRecord {
  readonly kind: string;
}

/** A finding with the name of who made the request. */
export interface Joined {
  readonly finding: DriftFinding;
  readonly record: KindRecord;
}

/** Times of managed fields and findings are whole seconds: the moment lies within the second that follows. */
const SECOND_MS = 1000;
/** How much our clock, by which a finding is detected, and the server's may differ. */
const SKEW_MS = 2000;
/** A difference is mostly seen within this time after it was made. What is seen later may hide an earlier writer. */
const PROMPT_MS = 5000;
/** The same where the owner is known but not when it wrote: scales are booked without a time. */
const TIMELESS_MS = 15_000;
/** How long a deletion may take (finalizers, grace) until the object is gone. */
const DELETION_MS = 600_000;
const NAMESPACE_CONTROLLER = "system:serviceaccount:kube-system:namespace-controller";
/** Names that the server gives to several earlier writers together. */
const COLLECTIVE: ReadonlySet<string> = new Set(["before-first-apply", "ancient-changes"]);
const USER_LIMIT = 256;

/**
 * The finding with user, groups, user agent, class of author and the exact time; undefined where no request fits, where those
 * of several users do, or where it has a user already. `isSpent`: the request explains an earlier finding.
 *
 * Certain where the manager that owns the field, its subresource and second are those of the request, or where an object is
 * gone right after the request to delete it. Likely where a field is gone, which leaves no trace to hold against the request.
 */
export function joinAudit(finding: DriftFinding, records: readonly KindRecord[], isSpent: (record: KindRecord) => boolean = () => false): Joined | undefined {
  const id = parseKey(finding.object);
  if (id === undefined || finding.user !== undefined) return undefined;
  const concerned = records.filter((record) => concerns(record, id));
  const found = isDeletion(finding) ? deleter(finding, concerned, isSpent) : isOwned(finding) ? owner(finding, concerned, isSpent) : remover(finding, concerned, isSpent);
  return found === undefined ? undefined : { finding: named(finding, found), record: found.record };
}

/** True where a request may have changed this object: by name, with its whole collection, or with its namespace. */
export function concerns({ verb, group, kind, namespace, name }: KindRecord, id: ObjectId): boolean {
  if (verb === "delete" && group === "" && kind === "Namespace" && name === id.namespace && name !== "") return true;
  if (group !== id.group || kind !== id.kind || namespace !== id.namespace) return false;
  return verb === "deletecollection" ? name === "" : name === id.name;
}

interface Found {
  readonly record: KindRecord;
  readonly confidence: DriftConfidence;
}

type IsSpent = (record: KindRecord) => boolean;

const isDeletion = ({ class: kind, path }: DriftFinding): boolean => kind === "Missing" && path === undefined;

const isOwned = (finding: DriftFinding): boolean => namesOwner(finding) && !COLLECTIVE.has(finding.manager ?? "");

const isRemoval = ({ verb }: KindRecord): boolean => verb === "delete" || verb === "deletecollection";

/** Who asked for the deletion. What the namespace's end takes along was deleted by whoever deleted the namespace. */
function deleter(finding: DriftFinding, concerned: readonly KindRecord[], isSpent: IsSpent): Found | undefined {
  const [from, to] = detection(finding);
  const all = concerned.filter((record) => isRemoval(record) && record.subresource === "" && !isSpent(record) && record.receivedAt <= to);
  const byNamespace = all.some(({ kind, verb }) => kind === "Namespace" && verb === "delete");
  const removals = byNamespace ? all.filter(({ user }) => user !== NAMESPACE_CONTROLLER) : all;
  const prompt = removals.filter(({ receivedAt }) => receivedAt >= from);
  if (prompt.length > 0) return oneUser(prompt, "Certain");
  return oneUser(removals.filter(({ receivedAt }) => receivedAt >= from - DELETION_MS), "Likely");
}

/** Who made the owner's last write. */
function owner(finding: DriftFinding, concerned: readonly KindRecord[], isSpent: IsSpent): Found | undefined {
  const writes = concerned.filter((record) => !isRemoval(record) && record.manager === finding.manager && record.subresource === subresourceOf(finding));
  const [from, to] = detection(finding);
  if (finding.changedAt === undefined) return oneUser(writes.filter((record) => record.receivedAt >= from + PROMPT_MS - TIMELESS_MS && record.receivedAt <= to && !isSpent(record)), "Certain");
  const at = Date.parse(finding.changedAt);
  const inThatSecond = writes.filter(({ receivedAt, answeredAt }) => receivedAt < at + SECOND_MS && answeredAt >= at);
  const fresh = inThatSecond.filter((record) => !isSpent(record));
  // The owner's entry has the time of its last write only: this field may be from an earlier one that nobody has looked at.
  const since = from > at ? Number.NEGATIVE_INFINITY : at - SKEW_MS;
  const earlier = writes.filter((record) => record.receivedAt >= since && record.answeredAt < at && !isSpent(record));
  const found = oneUser(fresh.length > 0 ? fresh : inThatSecond, "Certain");
  return found === undefined || earlier.some(({ user }) => user !== found.record.user) ? undefined : found;
}

/** Who wrote the object right before a field of it was found to be gone, or to be owned by nobody. */
function remover(finding: DriftFinding, concerned: readonly KindRecord[], isSpent: IsSpent): Found | undefined {
  const [from, to] = detection(finding);
  const isScale = finding.path === "/spec/replicas";
  const writes = concerned.filter(({ subresource }) => subresource === "" || (isScale && subresource === "scale"));
  return oneUser(writes.filter((record) => !isRemoval(record) && !isSpent(record) && record.receivedAt >= from && record.receivedAt <= to), "Likely");
}

/** From when to when a request may have come that was noticed promptly. */
function detection({ detectedAt }: DriftFinding): readonly [from: number, to: number] {
  const at = Date.parse(detectedAt);
  return [at - PROMPT_MS, at + SECOND_MS + SKEW_MS];
}

/** The latest of these requests where all are by one user, and by the same one on behalf of others. */
function oneUser(records: readonly KindRecord[], confidence: DriftConfidence): Found | undefined {
  const [last] = records.toSorted((left, right) => right.receivedAt - left.receivedAt);
  return last === undefined || records.some(({ user, impersonator }) => user !== last.user || impersonator !== last.impersonator) ? undefined : { record: last, confidence };
}

function subresourceOf({ operation = "" }: DriftFinding): string {
  const slash = operation.indexOf("/");
  return slash < 0 ? "" : operation.slice(slash + 1);
}

function named(finding: DriftFinding, { record, confidence }: Found): DriftFinding {
  const { manager, changedAt: _seconds, ...rest } = finding;
  const isWrong = manager !== undefined && !isOwned(finding) && manager !== record.manager; // it was a guess, or stands for many
  return {
    ...rest,
    ...(manager === undefined || isWrong ? {} : { manager }),
    actor: actorOfRequest(record),
    confidence,
    operation: isOwned(finding) ? (finding.operation ?? "Update") : record.verb,
    user: shorten(record.impersonator === undefined ? record.user : `${record.user} (impersonated by ${record.impersonator})`, USER_LIMIT),
    groups: [...record.groups],
    userAgent: record.userAgent,
    changedAt: new Date(record.receivedAt).toISOString(),
  };
}
