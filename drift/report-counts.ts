/**
 * Who drifts, and what, counted over the life of a report: at most 32 of each are kept. Where a 33rd comes, the one with the
 * fewest differences makes room, of several the one that has been quiet the longest; should it come again, it is counted
 * from one. So each count that is kept is exact since it was listed, and what the counts do not add up to is of others:
 * `foundTotal` less their sum. Nothing is lost without being told.
 */
import { shorten } from "../src/api/conditions.ts";
import type { ActorCount, DriftFinding, DriftReportStatus, FieldCount } from "../src/api/drift-report.ts";
import { compareText, parseKey } from "../src/object/object-id.ts";

/** The counts of a report. */
export type Counts = Required<Pick<DriftReportStatus, "foundTotal" | "byActor" | "byField">>;

/** Limits of the schema in src/api/drift-report.ts. */
const MAX_COUNTED = 32;
const MAX_KIND = 320;

/** The counts with these differences, each of them seen for the first time. */
export function countFound(counts: Counts, findings: readonly DriftFinding[]): Counts {
  if (findings.length === 0) return counts;
  return {
    foundTotal: counts.foundTotal + findings.length,
    byActor: add(counts.byActor, findings.map(actorOf), actorKey),
    byField: add(counts.byField, findings.map(fieldOf), fieldKey),
  };
}

/** The counts after it has become known who was behind a difference that was counted before. */
export function moveAuthor(counts: Counts, before: DriftFinding, after: DriftFinding): Counts {
  const [from, to] = [actorOf(before), actorOf(after)];
  if (actorKey(from) === actorKey(to)) return counts;
  const left = counts.byActor.flatMap((one) => (actorKey(one) !== actorKey(from) ? [one] : one.count > 1 ? [{ ...one, count: one.count - 1 }] : []));
  return { ...counts, byActor: add(left, [to], actorKey) };
}

/** How many differences are of authors, or in fields, that are not listed. */
export function othersOf(total: number, listed: readonly { readonly count: number }[]): number {
  return Math.max(0, total - listed.reduce((sum, { count }) => sum + count, 0));
}

function actorOf({ actor = "Unknown", user, manager, detectedAt }: DriftFinding): ActorCount {
  const name = user ?? manager;
  return { actor, ...(name === undefined ? {} : { name }), count: 1, lastAt: detectedAt };
}

function fieldOf({ object, path, detectedAt }: DriftFinding): FieldCount {
  const id = parseKey(object);
  const kind = shorten(id === undefined ? object : `${id.group}/${id.kind}`, MAX_KIND);
  return { kind, ...(path === undefined ? {} : { path }), count: 1, lastAt: detectedAt };
}

const actorKey = ({ actor, name }: ActorCount): string => JSON.stringify([actor, name]);
const fieldKey = ({ kind, path }: FieldCount): string => JSON.stringify([kind, path]);

type Counted = ActorCount | FieldCount;

/** Ordered by count, then by time, the greatest first. */
function add<C extends Counted>(listed: readonly C[], news: readonly C[], keyOf: (one: C) => string): readonly C[] {
  const all = new Map(listed.map((one) => [keyOf(one), one]));
  for (const one of news) {
    const key = keyOf(one);
    const before = all.get(key);
    all.set(key, before === undefined ? one : { ...before, count: before.count + one.count, lastAt: latest(before.lastAt, one.lastAt) });
    if (all.size > MAX_COUNTED) makeRoom(all, key);
  }
  return [...all].sort(([leftKey, left], [rightKey, right]) => -rank(left, right) || compareText(leftKey, rightKey)).map(([, one]) => one);
}

function makeRoom<C extends Counted>(all: Map<string, C>, newest: string): void {
  const [first, ...others] = [...all].filter(([key]) => key !== newest);
  if (first === undefined) return;
  const [least] = others.reduce((least, one) => (rank(one[1], least[1]) < 0 ? one : least), first);
  all.delete(least);
}

const rank = (left: Counted, right: Counted): number => left.count - right.count || Date.parse(left.lastAt) - Date.parse(right.lastAt);

const latest = (left: string, right: string): string => (Date.parse(left) >= Date.parse(right) ? left : right);
