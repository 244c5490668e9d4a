import { concerns, joinAudit } from "../../drift/audit-join.ts";
import type { KindRecord } from "../../drift/audit-join.ts";
import { readAuditEvents } from "../../drift/audit-record.ts";
import type { AuditRecord } from "../../drift/audit-record.ts";
import { sightKey } from "../../drift/earlier.ts";
import { timestamp } from "../api/conditions.ts";
import type { DriftFinding } from "../api/drift-report.ts";
import { messageOf } from "../errors.ts";
import type { Json } from "../object/json.ts";
import { formatKey, parseKey } from "../object/object-id.ts";
import type { ClusterClient, Clock, Logger } from "../ports.ts";
import { AuditRecords } from "./audit-records.ts";
import { AuditResources } from "./audit-resources.ts";

/** A finding with the name that it lacked; undefined: leave it as it is. */
export type JoinFinding = (finding: DriftFinding) => DriftFinding | undefined;

/** A finding as managed fields tell it, and the request that gave it a name. */
interface Named {
  readonly told: DriftFinding;
  readonly record: KindRecord;
}

/** What the audit log needs from its surroundings. */
export interface AuditLogDeps {
  readonly cluster: Pick<ClusterClient, "kinds" | "create">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Authenticated user of the operator's requests, where the server does not say. */
  readonly ownUser: string;
  /** Has the findings about an object completed in all reports. */
  readonly complete: (object: string, join: JoinFinding) => void;
  /** Ends look-ups when the operator stops. */
  readonly signal: AbortSignal;
}

/** Objects whose findings wait for a name. */
const MAX_WAITING = 5000;
/** Times at which findings of one object were detected. */
const MAX_DETECTIONS = 16;
/** Findings know whole seconds. */
const SECOND_MS = 1_000;
/** Requests that wait until their kinds are known. */
const MAX_PENDING = 20_000;

/**
 * Brings what the API server's audit webhook tells together with findings, whichever comes first: requests are kept for ten
 * minutes, findings are completed later. Nobody ever waits for it.
 */
export class AuditLog {
  readonly #deps: AuditLogDeps;
  readonly #records = new AuditRecords();
  readonly #resources: AuditResources;
  /** Object → times at which a finding of it was detected. */
  readonly #waiting = new Map<string, Set<string>>();
  /** Request → when the finding was detected that it explains. */
  readonly #spent = new WeakMap<KindRecord, string>();
  /** Findings that were given a name, as they were before: a later event may show that it could have been somebody else, too. */
  readonly #named = new Map<string, Named>();
  /** Field and time at which it was first found to differ → what was found there last. */
  readonly #last = new Map<string, string>();
  /** Findings with the time of an earlier one, because a grace time goes on when a field is changed once more → when they were seen. */
  readonly #seenAt = new Map<string, string>();
  readonly #startedAt: number;
  #pending: AuditRecord[] = [];
  #sorting: Promise<void> | undefined;
  #isHeard = false;

  constructor(deps: AuditLogDeps) {
    this.#deps = deps;
    this.#resources = new AuditResources(deps);
    this.#startedAt = deps.clock.now().getTime();
  }

  /** Takes in the body of one call. Returns at once; false where it is no list of events. */
  receive(body: Json): boolean {
    const records = readAuditEvents(body);
    if (records === undefined) return false;
    if (!this.#isHeard) this.#deps.logger.info({}, "audit events arrive: drift is told with the names of users");
    this.#isHeard = true;
    this.#pending.push(...records.slice(0, Math.max(0, MAX_PENDING - this.#pending.length)));
    if (this.#pending.length > 0) this.#sorting ??= this.#sort().finally(() => (this.#sorting = undefined));
    return true;
  }

  /** The finding with who made the request, if that is known by now. Else it is completed once it is. */
  known(finding: DriftFinding): DriftFinding {
    if (finding.user !== undefined) return finding;
    this.#noteSight(finding);
    this.#await(this.#asSeen(finding));
    return this.#joined(finding) ?? finding;
  }

  /** Resolves when all that was received is taken in. */
  async settled(): Promise<void> {
    await this.#sorting;
  }

  async #sort(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const records = this.#pending;
        this.#pending = [];
        this.#take(await this.#resources.sort(records));
      }
    } catch (error) {
      this.#deps.logger.warn({ cause: messageOf(error) }, "audit events were dropped");
    }
  }

  #take(records: readonly KindRecord[]): void {
    const objects = new Set<string>();
    for (const record of records) {
      this.#records.add(record, this.#deps.clock.monotonic());
      for (const object of this.#concerned(record)) objects.add(object);
    }
    for (const object of objects) this.#deps.complete(object, (finding) => this.#joined(finding));
  }

  /** The object that a request was about; of a collection or a namespace those with a finding that waits. */
  #concerned(record: KindRecord): readonly string[] {
    const { group, kind, namespace, name } = record;
    const isOfMany = record.verb === "deletecollection" || (kind === "Namespace" && group === "");
    if (!isOfMany) return [formatKey({ group, kind, namespace, name })];
    return [...this.#waiting.keys()].filter((object) => {
      const id = parseKey(object);
      return id !== undefined && concerns(record, id);
    });
  }

  /** The finding with the author that is known by now; undefined: it is not one of ours. */
  #joined(finding: DriftFinding): DriftFinding | undefined {
    const id = parseKey(finding.object);
    const place = placeOf(finding);
    const before = this.#named.get(place);
    const told = finding.user === undefined ? finding : before?.told;
    if (id === undefined || told === undefined) return undefined;
    const seen = this.#asSeen(told);
    const joined = joinAudit(seen, this.#records.about(id), (record) => this.#isSpent(record, seen));
    if (before !== undefined && before.record !== joined?.record) this.#spent.delete(before.record);
    if (joined === undefined) {
      this.#named.delete(place);
      return withAuthorOf(finding, told);
    }
    this.#spent.set(joined.record, seen.detectedAt);
    this.#named.set(place, { told, record: joined.record });
    dropFirst(this.#named, MAX_WAITING);
    return withAuthorOf(finding, joined.finding);
  }

  /** It explains another look's finding, or came before the end of an earlier look. */
  #isSpent(record: KindRecord, { object, detectedAt }: DriftFinding): boolean {
    const on = this.#spent.get(record);
    if (on !== undefined) return on !== detectedAt;
    return [...(this.#waiting.get(object) ?? [])].some((earlier) => earlier < detectedAt && record.answeredAt <= Date.parse(earlier));
  }

  /** Another value in a place that differed before, or one that was first seen by an earlier process, has the time of the first: whoever wrote it did so now. */
  #noteSight(finding: DriftFinding): void {
    const key = JSON.stringify([sightKey(finding), finding.detectedAt]);
    const what = JSON.stringify([finding.class, finding.live, finding.manager, finding.changedAt]);
    const before = this.#last.get(key);
    this.#last.delete(key);
    this.#last.set(key, what);
    dropFirst(this.#last, MAX_WAITING);
    const isFirst = before === undefined ? Date.parse(finding.detectedAt) + SECOND_MS > this.#startedAt : before === what;
    if (isFirst) return;
    this.#seenAt.set(placeOf(finding), timestamp(this.#deps.clock.now()));
    dropFirst(this.#seenAt, MAX_WAITING);
  }

  /** The finding with the time at which it was seen itself. */
  #asSeen(finding: DriftFinding): DriftFinding {
    const seenAt = this.#seenAt.get(placeOf(finding));
    return seenAt === undefined ? finding : { ...finding, detectedAt: seenAt };
  }

  #await({ object, detectedAt }: DriftFinding): void {
    const detections = this.#waiting.get(object) ?? new Set<string>();
    detections.add(detectedAt);
    dropFirst(detections, MAX_DETECTIONS);
    this.#waiting.delete(object); // the newest last
    this.#waiting.set(object, detections);
    dropFirst(this.#waiting, MAX_WAITING);
  }
}

/** Which finding it is, whoever it is told of. */
const placeOf = ({ object, class: kind, path, live, detectedAt }: DriftFinding): string => JSON.stringify([object, kind, path, live, detectedAt]);

/** The finding with everything that another one tells of its author, and nothing else of that. */
function withAuthorOf(finding: DriftFinding, author: DriftFinding): DriftFinding {
  const { actor: _a, confidence: _c, manager: _m, operation: _o, user: _u, groups: _g, userAgent: _p, changedAt: _t, ...rest } = finding;
  const { actor, confidence, manager, operation, user, groups, userAgent, changedAt } = author;
  const members = Object.entries({ actor, confidence, manager, operation, user, groups, userAgent, changedAt }).filter(([, value]) => value !== undefined);
  return { ...rest, ...(Object.fromEntries(members) as Partial<DriftFinding>) }; // members of a finding
}

/** Keeps at most so many: what was put in first goes first. */
function dropFirst<K>(kept: { readonly size: number; keys(): Iterator<K>; delete(key: K): boolean }, most: number): void {
  if (kept.size <= most) return;
  const { value, done } = kept.keys().next();
  if (done !== true) kept.delete(value);
}
