/**
 * What keeps what from being told: one table. A row gives the shadow that one track casts, and the shadow that another stands in; equal
 * texts mean that the second is not told while the first is so. No row leads back to an earlier one, so that nothing inhibits itself.
 */
import { subjectKey } from "../observation.ts";
import type { Track } from "./state.ts";

interface Relation {
  readonly name: string;
  readonly casts: (track: Track) => string | undefined;
  readonly standsIn: (track: Track) => string | undefined;
}

const UNREACHABLE = "ClusterUnreachable";
/** Reasons of an Application that are its source's trouble. */
const STALE: ReadonlySet<string> = new Set([
  "SourceNotReady", "ArtifactFailed", "GitUnreachable", "GitUnauthorized", "RefNotFound", "GitProtocolFailed", "GitPackInvalid", "CredentialsInvalid",
]);

const relations: readonly Relation[] = [
  {
    name: "an unreachable cluster over all below",
    casts: ({ state, reason }) => (state !== "Quiet" && reason === UNREACHABLE ? "cluster" : undefined),
    standsIn: ({ reason }) => (reason === UNREACHABLE ? undefined : "cluster"),
  },
  {
    name: "a source that fails over Applications that wait for it",
    casts: ({ class: kind, state, subject }) => (kind === "Source" && state !== "Quiet" ? `${subject.namespace}/${subject.name}` : undefined),
    standsIn: ({ class: kind, reason, source }) => (kind === "Deploy" && STALE.has(reason) ? source : undefined),
  },
  {
    name: "a running deployment over health and drift of the same Application, save what decides what somebody may do",
    casts: ({ class: kind, state, subject }) => (kind === "Deploy" && state === "Running" ? subjectKey(subject) : undefined),
    standsIn: ({ class: kind, security, alarm, subject }) => (kind === "Health" || (kind === "Drift" && !security && alarm?.kind !== "Security") ? subjectKey(subject) : undefined),
  },
  {
    name: "a deployment that is told as failed over the health of the same Application",
    casts: ({ class: kind, state, episode, subject }) => (kind === "Deploy" && state === "Active" && episode !== undefined ? subjectKey(subject) : undefined),
    standsIn: ({ class: kind, subject }) => (kind === "Health" ? subjectKey(subject) : undefined),
  },
];

/** Whether `blocker` keeps `track` from being told. */
export const inhibits = (blocker: Track, track: Track): boolean =>
  blocker !== track && relations.some(({ casts, standsIn }) => casts(blocker) !== undefined && casts(blocker) === standsIn(track));

/** Answers who inhibits a track, at one moment; built once for many questions. */
export function inhibitors(tracks: Iterable<Track>): (track: Track) => Track | undefined {
  const shadows = relations.map(() => new Map<string, Track>());
  for (const track of tracks) {
    for (const [index, { casts }] of relations.entries()) {
      const shadow = casts(track);
      if (shadow !== undefined) shadows[index]?.set(shadow, track);
    }
  }
  return (track) => {
    for (const [index, { standsIn }] of relations.entries()) {
      const shadow = standsIn(track);
      const found = shadow === undefined ? undefined : shadows[index]?.get(shadow);
      if (found !== undefined && found !== track) return found;
    }
    return undefined;
  };
}
