/**
 * Drift that was corrected by itself: counted for the digest, and told at once where it decides what somebody may do or comes again and
 * again. The observation says how many corrections there were since the report began; the ledger keeps how many were counted, so
 * that neither a restart nor a gap counts one twice or not at all.
 */
import type { DriftFinding } from "../../api/drift-report.ts";
import type { Corrected, Observation } from "../observation.ts";
import { subjectKey } from "../observation.ts";
import { CLOSE_MS, MAX_LEDGER, RECURRING, RECURRING_HOLD_MS, RECURRING_WINDOW_MS } from "./rules.ts";
import type { Alarm, DigestState, LedgerEntry, Reach, World } from "./state.ts";
import { suppress } from "./state.ts";
import { MAX_VALUE, findingText, oneLine } from "./text.ts";

const MAX_APPS = 200;
const MAX_NAMES = 12;
const OTHERS = "others";

/** Counts what is new, and returns the alarm that follows from it, if any. */
export function countCorrections(world: World, { subject, corrected }: Observation, reaches: Reach, now: number): Alarm | undefined {
  if (corrected === undefined || corrected.total === 0) return undefined;
  const entry = ledgerEntry(world, subjectKey(subject));
  const fresh = freshCount(world, entry.corrected, corrected);
  entry.corrected = corrected.total;
  const findings = fresh === 0 ? [] : corrected.newest.slice(-fresh);
  if (fresh > 0 && reaches("Info")) {
    addToDigest(world.digest, subjectKey(subject), `${subject.namespace}/${subject.name}`, findings, fresh, now);
    suppress(world, "Digest", fresh);
  }
  const [security, recurring] = [securityAlarm(findings, now), recurringAlarm(corrected.newest, now)];
  if (security !== undefined && reaches("Critical")) return { ...security, until: Math.max(security.until, recurring?.until ?? 0) };
  return recurring !== undefined && reaches("Warning") ? recurring : undefined;
}

/** What is remembered of a subject; the oldest entries make room. */
export function ledgerEntry({ ledger }: World, key: string): LedgerEntry {
  const found = ledger.get(key);
  if (found !== undefined) return found;
  const [oldest] = ledger.keys();
  if (ledger.size >= MAX_LEDGER && oldest !== undefined) ledger.delete(oldest);
  const entry: LedgerEntry = {};
  ledger.set(key, entry);
  return entry;
}

/** At the first sight of a subject only what happened since this memory began; a total that has shrunk belongs to a new report. */
function freshCount({ bornAt }: World, before: number | undefined, { total, newest }: Corrected): number {
  if (before !== undefined) return total >= before ? total - before : total;
  const fresh = newest.filter((finding) => timeOf(finding) >= bornAt).length;
  return fresh === newest.length ? total : fresh;
}

function addToDigest(digest: DigestState, key: string, name: string, findings: readonly DriftFinding[], count: number, now: number): void {
  digest.since ??= now;
  digest.total += count;
  const entry = digest.apps.get(key) ?? (digest.apps.size < MAX_APPS ? { name, total: 0, actors: [], fields: [] } : undefined);
  if (entry === undefined) {
    digest.other += count;
    return;
  }
  digest.apps.set(key, entry);
  entry.total += count;
  for (const { path, object, user, manager, actor } of findings) {
    tally(entry.actors, oneLine(user ?? manager ?? actor ?? "unknown", MAX_VALUE));
    tally(entry.fields, oneLine(path ?? object, MAX_VALUE));
  }
}

function tally(counts: [string, number][], name: string): void {
  const slot = counts.length < MAX_NAMES || counts.some(([known]) => known === name) ? name : OTHERS;
  const found = counts.find(([known]) => known === slot);
  if (found === undefined) counts.push([slot, 1]);
  else found[1] += 1;
}

function securityAlarm(findings: readonly DriftFinding[], now: number): Alarm | undefined {
  const grave = findings.filter(({ security }) => security === true);
  const [first] = grave;
  if (first === undefined) return undefined;
  const more = grave.length === 1 ? "" : ` (+${grave.length - 1} more)`;
  return { kind: "Security", until: now + CLOSE_MS, text: oneLine(`reverted: ${findingText(first)}${more}`, MAX_VALUE * 2) };
}

/** The field that was corrected most within an hour before its last correction; an alarm while that is not long ago. */
function recurringAlarm(newest: readonly DriftFinding[], now: number): Alarm | undefined {
  const times = new Map<string, number[]>();
  for (const finding of newest) {
    const place = `${finding.object} ${finding.path ?? ""}`.trim();
    times.set(place, [...(times.get(place) ?? []), Math.min(now, timeOf(finding))]);
  }
  for (const [place, all] of times) {
    const last = Math.max(...all);
    const count = all.filter((time) => time > last - RECURRING_WINDOW_MS).length;
    if (count > RECURRING && last + RECURRING_HOLD_MS > now) return { kind: "Recurring", until: last + RECURRING_HOLD_MS, text: oneLine(`changed and reverted again and again: ${place}`, MAX_VALUE * 2) };
  }
  return undefined;
}

const timeOf = ({ revertedAt, detectedAt }: DriftFinding): number => Date.parse(revertedAt ?? detectedAt) || 0;
