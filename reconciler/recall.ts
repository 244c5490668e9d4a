/** What a look begins with: what was put off until now is due, and what an earlier process has told is known. Does not contact the cluster. */
import { activeHold, driftHoldOf } from "../drift/drift-hold.ts";
import { sightKey } from "../drift/earlier.ts";
import type { EarlierDrift } from "../drift/earlier.ts";
import { fightState, isForgotten, recordOf, resume, stillDiffers } from "../drift/fight.ts";
import type { Application } from "../src/api/application.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { RECONCILE_ANNOTATION } from "../src/api/group.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { forgetLooks } from "./look-memory.ts";
import type { AppMemory } from "./memory.ts";

/** Takes in what the DriftReport tells, once: since when differences are known, and who fights. */
export function recall(memory: AppMemory, earlier: () => EarlierDrift | undefined, app: Application, now: Date): void {
  if (memory.earlier !== undefined) return;
  const { findings = [], fights = [] } = earlier() ?? {};
  memory.earlier = findings;
  for (const fight of fights) {
    const record = recordOf(fight, now.getTime());
    if (record !== undefined) memory.fights.set(fight.object as ObjectKey, record); // reports of ours name objects by key
  }
  memory.asked ||= askedBefore(app);
  memory.hold = holdSign(app, now);
}

/** What a new look begins with: what was put off until now is due, and who asks for a look gets all of it. */
export function beginLook(memory: AppMemory, app: Application, now: Date): void {
  const [asked, hold] = [askedBy(app), holdSign(app, now)];
  const isAsked = memory.asked !== asked;
  if (isAsked) {
    memory.retries.clear();
    forgetLooks(memory.looks);
    lookAtSilent(memory);
  }
  if (isAsked || memory.hold !== hold) {
    lookAgain(memory, memory.reported);
    for (const [key, record] of memory.fights) memory.fights.set(key, resume(record, now.getTime()));
  }
  lookAgain(memory, memory.reported.filter(({ revertAt }) => revertAt !== undefined && Date.parse(revertAt) <= now.getTime()));
  followFights(memory, now);
  memory.asked = asked;
  memory.hold = hold;
  memory.lookedAt = now.getTime();
}

/** When a difference was first told: by this process, or by an earlier one where this one has not looked at the object yet. */
export function firstSights(memory: Pick<AppMemory, "reported" | "earlier">): (finding: DriftFinding) => Date | undefined {
  let sights: Map<string, string> | undefined;
  return (finding) => {
    sights ??= new Map([...(memory.earlier ?? []), ...memory.reported].map((told) => [sightKey(told), told.detectedAt]));
    const at = sights.get(sightKey(finding));
    return at === undefined ? undefined : new Date(at);
  };
}

/** What an earlier process told of objects that this one has looked at since is over: what differs there is told anew. */
export function forgetEarlier(memory: AppMemory): void {
  if (memory.earlier === undefined || memory.earlier.length === 0) return;
  const told = new Set(memory.reported.map(({ object }) => object));
  memory.earlier = memory.earlier.filter(({ object }) => !told.has(object) && !memory.baselines.has(object as ObjectKey)); // as above
}

/** The hold on all of an Application that is on now, as text. */
function holdSign({ metadata }: Application, now: Date): string {
  const hold = activeHold(now, driftHoldOf(metadata));
  return hold === undefined ? "" : `${hold.value} ${hold.until}`;
}

/** Generation and the annotation by which somebody asks for a reconcile. */
function askedBy({ metadata }: Application): string {
  return `${metadata.generation ?? 0} ${metadata.annotations?.[RECONCILE_ANNOTATION] ?? ""}`;
}

/** The same as an earlier process has answered it, so that a restart is not taken for somebody who asks. */
function askedBefore({ status }: Application): string {
  return status === undefined ? "" : `${status.observedGeneration ?? 0} ${status.lastHandledReconcileAt ?? ""}`;
}

function lookAgain({ baselines, settled }: AppMemory, findings: readonly DriftFinding[]): void {
  for (const { object } of findings) {
    baselines.delete(object as ObjectKey); // findings of ours name objects by key
    settled.delete(object as ObjectKey);
  }
}

/** What was left without a word may have to be told by now, or undone: the spec may have other rules. */
function lookAtSilent({ baselines }: AppMemory): void {
  for (const [key, { silent }] of baselines) if (silent === true) baselines.delete(key);
}

/** A pause that has ended since the last look is followed by one; a fight that nobody has kept up for long is forgotten. */
function followFights(memory: AppMemory, now: Date): void {
  const nowMs = now.getTime();
  const told = new Set(memory.reported.map(({ object }) => object));
  for (const [key, record] of memory.fights) {
    const isStopped = fightState(record, nowMs).kind === "Stopped";
    if (isStopped && told.has(key)) memory.fights.set(key, stillDiffers(record, nowMs));
    else if (isForgotten(record, nowMs)) memory.fights.delete(key);
    else if (!isStopped && record.until > memory.lookedAt && record.until <= nowMs) memory.baselines.delete(key);
  }
}
