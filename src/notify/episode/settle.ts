/** A track that is no deployment, at one moment: begun, come back, over, flapping. */
import { reasons } from "../../api/reasons.ts";
import { follow, leave } from "./members.ts";
import type { Moment } from "./open.ts";
import { openIfDue, passedBy } from "./open.ts";
import { CLOSE_MS, FLAPS, FLAP_WINDOW_MS } from "./rules.ts";
import type { Member, Track } from "./state.ts";
import { suppress } from "./state.ts";

/** Brings a track and its episode to what is so now. */
export function settleTrack(moment: Moment, track: Track): void {
  if (isActive(moment, track)) {
    begin(moment, track);
    steady(moment, track);
    if (track.episode === undefined) openIfDue(moment, track);
  } else end(moment, track);
}

/** True where there is something to tell: live trouble that is routed here, or an alarm about what is over. */
function isActive({ wake }: Moment, track: Track): boolean {
  if (track.alarm !== undefined && wake.due(track.alarm.until)) {
    track.quietAt = Math.max(track.quietAt ?? 0, track.alarm.until);
    delete track.alarm;
    if (track.state !== "Quiet" && track.routed) delete track.quietAt;
  }
  return track.alarm !== undefined || (track.state !== "Quiet" && track.routed);
}

function begin(moment: Moment, track: Track): void {
  const { wake, world } = moment;
  const returned = track.quietAt !== undefined;
  if (track.activeAt !== undefined && !returned) return;
  track.activeAt ??= track.state === "Quiet" ? wake.now : track.since;
  delete track.quietAt;
  if (moment.inhibitorOf(track) !== undefined) return;
  track.flips = [...track.flips.filter((at) => at > wake.now - FLAP_WINDOW_MS), wake.now].slice(-(FLAPS + 2));
  if (track.flapping === true) suppress(world, "Flapping");
  else if (track.flips.length > FLAPS + 1) mark(moment, track, true);
  if (returned) follow(world, track, wake.now);
}

/** What has not changed for long enough is no flapping any more: it is simply so. */
function steady(moment: Moment, track: Track): void {
  if (track.flapping !== true || !moment.wake.due((track.flips.at(-1) ?? 0) + FLAP_WINDOW_MS)) return;
  track.flips = [];
  mark(moment, track, false);
}

function end(moment: Moment, track: Track): void {
  const { wake, world } = moment;
  track.quietAt ??= track.state === "Quiet" ? Math.max(track.since, track.activeAt ?? 0) : wake.now;
  if (track.episode !== undefined && !wake.due(track.quietAt + (track.flapping === true ? FLAP_WINDOW_MS : CLOSE_MS))) return;
  if (track.episode !== undefined) leave(world, track, endOf(track), track.quietAt, wake.now);
  else passedBy(world, track, wake.now);
  if (track.flapping === true && wake.due((track.flips.at(-1) ?? 0) + FLAP_WINDOW_MS)) mark(moment, track, false);
  delete track.activeAt;
  delete track.quietAt;
}

/** Of what is suspended nobody knows that it is well. */
function endOf({ state, reason }: Track): Member["state"] {
  if (state !== "Quiet") return "Unrouted";
  return reason === reasons.Suspended ? "Suspended" : "Resolved";
}

function mark({ world }: Moment, track: Track, flapping: boolean): void {
  track.flapping = flapping;
  const episode = track.episode === undefined ? undefined : world.episodes.get(track.episode);
  if (episode === undefined) return;
  episode.flapping = flapping;
  episode.stale = true;
}

/** True while there is a reason to remember a track. */
export const isOfInterest = ({ state, episode, alarm, ended, flips, flapping }: Track, now: number): boolean =>
  state !== "Quiet" || episode !== undefined || alarm !== undefined || ended !== undefined || flapping === true || flips.some((at) => at > now - FLAP_WINDOW_MS);
