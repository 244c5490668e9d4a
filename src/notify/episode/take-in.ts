/** An observation becomes knowledge: what was before is compared with what is, and nothing relies on having seen each step between. */
import { hash } from "node:crypto";
import type { Observation } from "../observation.ts";
import { briefOf } from "./brief.ts";
import { countCorrections } from "./corrections.ts";
import { followDeployment } from "./deployments.ts";
import { follow, leave } from "./members.ts";
import type { Alarm, Reach, Track, World } from "./state.ts";
import { trackKey } from "./state.ts";

const MAX_STORY = 96;

/** Takes in what is true now. Returns the key of the track, or undefined where there is nothing to remember. */
export function takeIn(world: World, observation: Observation, routed: boolean, reaches: Reach, now: number): string | undefined {
  const { subject, class: kind, state } = observation;
  const key = trackKey(subject, kind);
  const alarm = countCorrections(world, observation, reaches, now);
  const known = world.tracks.get(key);
  if (known === undefined && state === "Quiet" && kind !== "Deploy" && alarm === undefined) return undefined; // most of what is seen at a start
  const track = known ?? newTrack(observation, now);
  const at = instant(observation.since, now);
  if (kind === "Deploy") followDeployment(world, track, observation, { routed, endRouted: reaches("Info") }, at, now);
  update(track, observation, routed, at);
  if (alarm !== undefined) raise(track, alarm, now);
  if (known === undefined && state === "Quiet" && track.alarm === undefined && track.ended === undefined) return undefined;
  world.tracks.set(key, track);
  if (track.episode !== undefined && state !== "Quiet") follow(world, track, now);
  return key;
}

/** Ends everything about a subject that exists no more. */
export function forget(world: World, track: Track, now: number): void {
  leave(world, track, "Deleted", now, now);
  world.tracks.delete(trackKey(track.subject, track.class));
}

/** Stories are compared, never shown. */
const storyKey = (story: string): string => (story.length <= MAX_STORY ? story : hash("sha256", story, "hex"));

const newTrack = ({ subject, class: kind, severity, reason, facts }: Observation, now: number): Track => ({
  subject, class: kind, routed: false, state: "Quiet", severity, story: "", reason, security: false, since: now, brief: briefOf(facts), flips: [],
});

function update(track: Track, observation: Observation, routed: boolean, at: number): void {
  const { state, severity, story, reason, group, source, security } = observation;
  if (tells(track, observation)) track.brief = briefOf(observation.facts);
  Object.assign(track, { routed, state, severity, story: storyKey(story), reason, security, since: at });
  track.group = group;
  track.source = source;
}

/** Texts follow the structure: a message that only counts the minutes is no news. */
function tells(track: Track, { state, severity, story, reason, facts: { actors = [], commit } }: Observation): boolean {
  const { brief: known } = track;
  return state !== "Quiet" && (track.state !== state || track.severity !== severity || track.story !== storyKey(story) || track.reason !== reason || known.actors.length < Math.min(actors.length, 5) || known.commit?.sha !== commit?.sha);
}

function raise(track: Track, alarm: Alarm, now: number): void {
  const { alarm: before } = track;
  const graver = before !== undefined && before.kind === "Security" && before.until > now && alarm.kind !== "Security";
  track.alarm = graver ? { ...before, until: Math.max(before.until, alarm.until) } : alarm;
  if (track.state === "Quiet") track.brief = { ...track.brief, summary: track.alarm.text, lines: [], more: 0, findings: 0 };
}

/** Milliseconds of a time in a status, never in the future; now, where it is none. */
function instant(text: string, now: number): number {
  const at = Date.parse(text);
  return Number.isNaN(at) ? now : Math.min(at, now);
}
