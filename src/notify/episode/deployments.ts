/**
 * Deployments: an attempt is a Release, or the revision where there is none yet. A fast one is never seen running, so the ledger keeps the
 * last one that succeeded; one that another takes the place of is told as such, and never as done.
 */
import { reasons } from "../../api/reasons.ts";
import type { Observation } from "../observation.ts";
import { subjectKey } from "../observation.ts";
import { briefOf } from "./brief.ts";
import { ledgerEntry } from "./corrections.ts";
import { leave } from "./members.ts";
import { MAX_ENDED } from "./rules.ts";
import type { Ended, Track, World } from "./state.ts";

/** Whether a deployment is told here while it is under way, and whether its success is. */
export interface Routing {
  readonly routed: boolean;
  readonly endRouted: boolean;
}

/** Takes in what is seen of a deployment, before the track is brought up to date. */
export function followDeployment(world: World, track: Track, observation: Observation, { routed, endRouted }: Routing, at: number, now: number): void {
  const attempt = observation.facts.release ?? observation.group;
  const underWay = track.state !== "Quiet";
  const same = attempt === undefined || track.attempt === undefined || attempt === track.attempt;
  if (observation.state === "Quiet") {
    if (underWay) endAttempt(world, track, observation, { same, endRouted }, at, now);
    else if (isNewRelease(world, observation) && endRouted) pushEnded(track, observation, at, at);
    rememberRelease(world, observation);
    return;
  }
  if (underWay && !same) abandon(world, track, now);
  if (!underWay || !same) {
    track.activeAt = at;
    track.followed = false;
    track.attempt = attempt;
  }
  track.followed = track.followed === true || routed;
}

/** What was under way is over: done, or left for something else. */
function endAttempt(world: World, track: Track, observation: Observation, { same, endRouted }: { readonly same: boolean; readonly endRouted: boolean }, at: number, now: number): void {
  const since = track.activeAt ?? at;
  const succeeded = observation.reason === reasons.Succeeded;
  const isNew = isNewRelease(world, observation);
  const told = track.episode !== undefined;
  if (same && succeeded && told) {
    track.brief = briefOf(observation.facts);
    leave(world, track, "Done", now, now);
  } else {
    abandon(world, track, now, observation.reason === reasons.Suspended ? "Suspended" : "Superseded");
    if (succeeded && isNew && (endRouted || (same && track.followed === true))) pushEnded(track, observation, same ? since : at, at);
  }
  delete track.activeAt;
  delete track.attempt;
}

function abandon(world: World, track: Track, now: number, state: "Superseded" | "Suspended" = "Superseded"): void {
  if (track.episode !== undefined) leave(world, track, state, now, now);
}

/** True for a success of a Release other than the last one; the one that is found at the first sight of a subject is not news. */
function isNewRelease({ ledger, bornAt }: World, { subject, reason, since, facts: { release } }: Observation): boolean {
  if (reason !== reasons.Succeeded || release === undefined) return false;
  const before = ledger.get(subjectKey(subject))?.release;
  return before === undefined ? Date.parse(since) >= bornAt : before !== release;
}

function rememberRelease(world: World, { subject, reason, facts: { release } }: Observation): void {
  if (reason === reasons.Succeeded && release !== undefined) ledgerEntry(world, subjectKey(subject)).release = release;
}

function pushEnded(track: Track, { subject, facts, group, reason }: Observation, since: number, at: number): void {
  const ended: Ended = { join: group ?? `${subjectKey(subject)} ${facts.release}`, since, at, brief: briefOf(facts), reason };
  track.ended = [...(track.ended ?? []), ended].slice(-MAX_ENDED);
}
