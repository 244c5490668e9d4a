/** When a track is told, and where: in an episode of its own, or in the one of its group. */
import { subjectKey } from "../observation.ts";
import { newEpisode, enter, enterEnded } from "./members.ts";
import { GROUP_WAIT_MS, JOIN_MS, MAX_EPISODES, RUNNING_MS, SETTLE_MS, openAfter } from "./rules.ts";
import type { EpisodeSettings } from "./settings.ts";
import type { Ended, Episode, SuppressionCause, Track, World } from "./state.ts";
import { suppress, trackKey } from "./state.ts";
import type { Wake } from "./wake.ts";

/** What an opening is decided by, at one moment. */
export interface Moment {
  readonly world: World;
  readonly wake: Wake;
  readonly settings: EpisodeSettings;
  readonly startedAt: number;
  readonly quietUntil: number | undefined;
  readonly inhibitorOf: (track: Track) => Track | undefined;
}

/** Opens what is due. The track has something to tell and is in no episode. */
export function openIfDue(moment: Moment, track: Track): void {
  const { world, wake } = moment;
  watchInhibition(moment, track);
  if (!wake.due(dueAt(track, moment.startedAt))) return;
  if (track.inhibited === true) hold(world, track, "Inhibited");
  else if (moment.quietUntil !== undefined && track.severity !== "Critical" && track.alarm?.kind !== "Security") {
    hold(world, track, "QuietHours");
    wake.due(moment.quietUntil);
  } else tell(moment, track);
}

/** Tells deployments that have ended before they were told. */
export function openEnded(moment: Moment, track: Track): void {
  const { world, wake, startedAt, quietUntil } = moment;
  const waiting: Ended[] = [];
  for (const ended of track.ended ?? []) {
    const { at, join } = ended;
    const open = joinable(world, track, join, wake.now);
    if (open === undefined && !wake.due(Math.max(at, startedAt) + GROUP_WAIT_MS)) waiting.push(ended);
    else if (quietUntil !== undefined && open === undefined) {
      world.digest.since ??= wake.now;
      world.digest.missed += 1;
      suppress(world, "QuietHours");
    } else if (open !== undefined || hasRoom(world, track)) {
      const episode = open ?? openFor(world, track, join, wake.now);
      enterEnded(episode, track, ended, wake.now);
      if (open === undefined) gather(moment, episode);
    } else waiting.push(ended);
  }
  if (waiting.length > 0) track.ended = waiting;
  else delete track.ended;
}

/** Notices what was due, was not told, and is over. */
export function passedBy(world: World, track: Track, now: number): void {
  if (track.held === "QuietHours") {
    world.digest.since ??= now;
    world.digest.missed += 1;
  }
  delete track.held;
  delete track.inhibited;
  delete track.freedAt;
}

/** What was held back begins to wait anew when it is free. */
function watchInhibition({ wake, inhibitorOf }: Moment, track: Track): void {
  const inhibited = inhibitorOf(track) !== undefined;
  if (track.inhibited === true && !inhibited) track.freedAt = wake.now;
  track.inhibited = inhibited;
}

function dueAt(track: Track, startedAt: number): number {
  const { class: kind, state, since, activeAt = since, freedAt = 0, flapping, alarm, security, reason } = track;
  if (alarm?.kind === "Security" || (alarm !== undefined && state === "Quiet")) return Math.max(activeAt, freedAt);
  const wait = openAfter(kind, reason, security);
  const settled = wait === 0 ? 0 : startedAt + SETTLE_MS;
  if (kind === "Deploy") return Math.max(settled, freedAt + wait, state === "Running" ? activeAt + RUNNING_MS : Math.min(since + wait, activeAt + RUNNING_MS));
  return Math.max(settled, flapping === true ? freedAt : Math.max(activeAt, freedAt) + wait);
}

function hold(world: World, track: Track, cause: SuppressionCause): void {
  if (track.held === undefined) suppress(world, cause);
  track.held = cause;
}

function tell(moment: Moment, track: Track): void {
  const { world, wake } = moment;
  const join = joinOf(track);
  const open = joinable(world, track, join, wake.now);
  if (open === undefined && !hasRoom(world, track)) return;
  delete track.held;
  const episode = open ?? openFor(world, track, join, wake.now);
  enter(episode, track, wake.now);
  if (track.flapping === true) episode.flapping = true;
  if (track.class === "Deploy" && open === undefined) gather(moment, episode);
}

/** A message about a commit names all that it is being deployed to, from the start. */
function gather({ world, wake, inhibitorOf }: Moment, episode: Episode): void {
  for (const other of world.tracks.values()) {
    const belongs = other.class === "Deploy" && other.episode === undefined && other.state !== "Quiet" && other.followed === true && joinOf(other) === episode.join;
    if (belongs && inhibitorOf(other) === undefined) enter(episode, other, wake.now);
  }
}

function openFor(world: World, track: Track, join: string | undefined, now: number): Episode {
  return newEpisode(world, track.class, join ?? trackKey(track.subject, track.class), join, now);
}

/** What tracks come together by; undefined: it stays alone. */
function joinOf({ class: kind, subject, group, attempt, reason }: Track): string | undefined {
  if (kind === "Deploy") return group ?? `${subjectKey(subject)} ${attempt}`;
  return group !== undefined && (kind === "Health" || kind === "Policy") ? `${group} ${reason}` : undefined;
}

function joinable({ episodes }: World, { class: kind }: Track, join: string | undefined, now: number): Episode | undefined {
  if (join === undefined) return undefined;
  for (const episode of episodes.values()) {
    const fits = episode.class === kind && episode.join === join && episode.closedAt === undefined && !episode.flapping;
    if (fits && (kind === "Deploy" || episode.openedAt + JOIN_MS > now)) return episode;
  }
  return undefined;
}

/** Beyond the bound nothing is opened; what stays true is, when there is room again. */
function hasRoom(world: World, track: Track): boolean {
  if (world.episodes.size < MAX_EPISODES) return true;
  hold(world, track, "Full");
  return false;
}
