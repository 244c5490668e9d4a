/**
 * Who is in an episode: entering, changing, leaving. An episode calls when it begins, when a member is graver than all that was told, and
 * when the trouble of one of several members ends; all else changes it silently, with a line in its thread.
 */
import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { EpisodeClass } from "../../api/notifier.ts";
import { MAX_MEMBERS, MAX_STEPS, STEP_MS } from "./rules.ts";
import type { Episode, Ended, Member, Track, World } from "./state.ts";
import { trackKey } from "./state.ts";
import { MAX_SUMMARY, graver, oneLine } from "./text.ts";

const KEY_DIGITS = 10;

/** A new episode without members. Its key names the class, the instant and what it is about, and never comes again. */
export function newEpisode(world: World, kind: EpisodeClass, about: string, join: string | undefined, now: number): Episode {
  let at = now;
  const keyAt = (): string => `${kind.toLowerCase()}-${at.toString(36)}-${hash("sha256", `${world.owner} ${about}`, "hex").slice(0, KEY_DIGITS)}`;
  while (world.episodes.has(keyAt())) at += 1;
  const episode: Episode = {
    key: keyAt(), class: kind, join, openedAt: now, members: [], peak: "Info", calls: 0, reminders: 0, remindMs: 0, flapping: false, inhibits: 0, stale: true, stepCount: 0, steps: [],
  };
  world.episodes.set(episode.key, episode);
  return episode;
}

/** Takes a track in; one that has been in it before stands there anew. A graver one calls again. */
export function enter(episode: Episode, track: Track, now: number): void {
  track.episode = episode.key;
  place(episode, { track: trackKey(track.subject, track.class), subject: track.subject, state: stateOf(track), failed: false, severity: severityOf(track), since: track.activeAt ?? now, reason: track.reason, brief: track.brief }, now);
}

/** Takes in a deployment that has ended already. */
export function enterEnded(episode: Episode, track: Track, ended: Ended, now: number): void {
  const { since, at, brief, reason } = ended;
  place(episode, { track: trackKey(track.subject, track.class), subject: track.subject, state: "Done", failed: false, severity: "Info", since, endedAt: at, reason, brief }, now);
}

function place(episode: Episode, member: Member, now: number): void {
  const index = episode.members.findIndex(({ track }) => track === member.track);
  const before = episode.members[index];
  if (before !== undefined) episode.members[index] = { ...member, since: before.since, failed: before.failed };
  else if (episode.members.length < MAX_MEMBERS) episode.members.push(member);
  episode.stale = true;
  called(episode, member, now);
}

/** Brings a member up to what its track shows now. */
export function follow(world: World, track: Track, now: number): void {
  const episode = track.episode === undefined ? undefined : world.episodes.get(track.episode);
  const member = episode?.members.find(({ track: key }) => key === trackKey(track.subject, track.class));
  if (episode === undefined || member === undefined) return;
  const worse = stateOf(track) === "Failed" && member.state !== "Failed";
  const differs = worse || member.state !== stateOf(track) || member.reason !== track.reason || !isDeepStrictEqual(member.brief, track.brief);
  member.state = stateOf(track);
  member.severity = severityOf(track);
  member.reason = track.reason;
  member.brief = track.brief;
  delete member.endedAt;
  episode.stale ||= differs;
  if (!called(episode, member, now) && differs) say(episode, sentence(episode, member), now, worse);
}

/** Ends a member; the episode ends with its last one. */
export function leave(world: World, track: Track, state: Member["state"], at: number, now: number): void {
  const episode = track.episode === undefined ? undefined : world.episodes.get(track.episode);
  delete track.episode;
  const member = episode?.members.find(({ track: key }) => key === trackKey(track.subject, track.class));
  if (episode === undefined || member === undefined || member.endedAt !== undefined) return;
  member.state = state;
  member.endedAt = Math.max(at, member.since);
  if (state === "Done") member.brief = track.brief;
  episode.stale = true;
  if (episode.members.length === 1) return;
  const calls = (member.failed || episode.class !== "Deploy") && episode.members.some(({ endedAt }) => endedAt === undefined);
  if (calls) episode.calls += 1; // the end of trouble is told, although others go on
  say(episode, sentence(episode, member), now, calls);
}

/** Adds a line to the thread. Lines about what merely changed keep a distance; `urgent` ones do not. */
export function say(episode: Episode, text: string, now: number, urgent: boolean): void {
  if (!urgent && episode.steppedAt !== undefined && now - episode.steppedAt < STEP_MS) return;
  episode.stepCount += 1;
  episode.steppedAt = now;
  episode.steps = [...episode.steps, { number: episode.stepCount, text: oneLine(text, MAX_SUMMARY), at: new Date(now).toISOString() }].slice(-MAX_STEPS);
}

/** A member above all that was told so far calls again; the opening is such a call, too. */
function called(episode: Episode, member: Member, now: number): boolean {
  member.failed ||= member.state === "Failed";
  if (episode.calls > 0 && !graver(member.severity, episode.peak)) return false;
  if (episode.calls > 0) say(episode, sentence(episode, member), now, true);
  episode.calls += 1;
  episode.peak = member.severity;
  episode.stale = true;
  return true;
}

function sentence({ members }: Episode, { subject, state, brief }: Member): string {
  const who = members.length > 1 ? `${subject.namespace}/${subject.name}: ` : "";
  return `${who}${WORDS[state]}${brief.summary === "" ? "" : `: ${brief.summary}`}`;
}

/** How one subject stands, in a word. */
export const WORDS: Readonly<Record<Member["state"], string>> = {
  Open: "open", Running: "running", Failed: "failed", Done: "done", Superseded: "superseded", Resolved: "resolved", Deleted: "deleted", Suspended: "suspended", Unrouted: "not told here any more",
};

const stateOf = ({ class: kind, state }: Track): Member["state"] => (kind !== "Deploy" ? "Open" : state === "Running" ? "Running" : "Failed");
const severityOf = ({ severity, alarm, state }: Track): Member["severity"] => (state === "Quiet" && alarm !== undefined ? (alarm.kind === "Security" ? "Critical" : "Warning") : severity);
