/**
 * What the engine remembers of one Notifier: plain JSON, bounded (rules.ts), saved together with what was delivered, so that both
 * are always of one moment. Times are milliseconds since 1970.
 */
import type { EpisodeClass, Severity } from "../../api/notifier.ts";
import type { MessageContent, MessageStep } from "../message.ts";
import type { Observation, Subject } from "../observation.ts";
import { subjectKey } from "../observation.ts";

/** Whether news of a severity about a subject is told here. */
export type Reach = (severity: Severity) => boolean;

/** Why something was not told. */
export type SuppressionCause = "Digest" | "Inhibited" | "QuietHours" | "Flapping" | "Full";

/** The bounded texts of an observation. */
export interface Brief {
  readonly summary: string;
  readonly lines: readonly string[];
  readonly more: number;
  readonly findings: number;
  readonly actors: readonly string[];
  readonly revision?: string | undefined;
  readonly commit?: { readonly sha: string; readonly author?: string | undefined; readonly message?: string | undefined } | undefined;
}

/** Corrected drift that is told although it is over. */
export interface Alarm {
  readonly kind: "Security" | "Recurring";
  readonly until: number;
  readonly text: string;
}

/** A deployment that ended before it was told. */
export interface Ended {
  readonly join: string;
  readonly since: number;
  readonly at: number;
  readonly brief: Brief;
  readonly reason: string;
}

/** What is known of one class of one subject. */
export interface Track {
  readonly subject: Subject;
  readonly class: EpisodeClass;
  routed: boolean;
  state: Observation["state"];
  severity: Severity;
  story: string;
  reason: string;
  group?: string | undefined;
  source?: string | undefined;
  security: boolean;
  /** Since when the state is so. */
  since: number;
  brief: Brief;
  /** Since when there is something to tell. */
  activeAt?: number | undefined;
  /** Since when there is nothing any more. */
  quietAt?: number | undefined;
  /** When it was last freed from what inhibited it. */
  freedAt?: number | undefined;
  inhibited?: boolean | undefined;
  /** Why it was not told although it was due; counted once. */
  held?: SuppressionCause | undefined;
  /** When it began anew, the last few times. */
  flips: number[];
  flapping?: boolean | undefined;
  alarm?: Alarm | undefined;
  /** Class Deploy: what is being deployed, and whether somebody here is to know. */
  attempt?: string | undefined;
  followed?: boolean | undefined;
  ended?: Ended[] | undefined;
  /** Key of the episode that it is told in. */
  episode?: string | undefined;
}

/** How one subject stands in an episode. */
export interface Member {
  readonly track: string;
  readonly subject: Subject;
  state: "Open" | "Running" | "Failed" | "Done" | "Superseded" | "Resolved" | "Deleted" | "Suspended" | "Unrouted";
  failed: boolean;
  severity: Severity;
  since: number;
  endedAt?: number | undefined;
  reason: string;
  brief: Brief;
}

/** Something that is told in one message. */
export interface Episode {
  readonly key: string;
  readonly class: EpisodeClass;
  /** What others join it by. */
  readonly join?: string | undefined;
  readonly openedAt: number;
  members: Member[];
  peak: Severity;
  calls: number;
  reminders: number;
  remindAt?: number | undefined;
  /** What the reminder after the next waits for. */
  remindMs: number;
  flapping: boolean;
  /** It is a digest: told once. */
  readonly digest?: true;
  /** Tracks that are not told because of it. */
  inhibits: number;
  closedAt?: number | undefined;
  /** What is shown may not be true any more. */
  stale: boolean;
  stepCount: number;
  steps: MessageStep[];
  steppedAt?: number | undefined;
  shown?: { readonly version: number; readonly content: MessageContent; readonly closed: boolean; readonly calls: number } | undefined;
}

/** What is remembered of an Application whose tracks are quiet. */
export interface LedgerEntry {
  corrected?: number | undefined;
  release?: string | undefined;
}

/** Corrected drift of one Application since the last digest. */
export interface DigestEntry {
  readonly name: string;
  total: number;
  readonly actors: [string, number][];
  readonly fields: [string, number][];
}

/** What the next digest will say. */
export interface DigestState {
  total: number;
  readonly apps: Map<string, DigestEntry>;
  /** When its first item came. */
  since?: number | undefined;
  /** Corrections of Applications that found no room. */
  other: number;
  /** What came and went while quiet hours lasted. */
  missed: number;
  nextAt?: number | undefined;
}

/** All of it, as the engine works on it. */
export interface World {
  /** When this memory began: what happened before is not told. */
  readonly bornAt: number;
  /** Whose memory it is: keys of episodes of two Notifiers that tell the same are different. */
  readonly owner: string;
  readonly tracks: Map<string, Track>;
  readonly episodes: Map<string, Episode>;
  readonly ledger: Map<string, LedgerEntry>;
  readonly suppressed: Map<SuppressionCause, number>;
  digest: DigestState;
}

/** The same as JSON. */
export interface EngineState {
  readonly bornAt: number;
  readonly tracks: readonly Track[];
  readonly episodes: readonly Episode[];
  readonly ledger: readonly (readonly [string, LedgerEntry])[];
  readonly suppressed: readonly (readonly [SuppressionCause, number])[];
  readonly digest: Omit<DigestState, "apps"> & { readonly apps: readonly (readonly [string, DigestEntry])[] };
}

/** Key of a track. */
export const trackKey = (subject: Subject, kind: EpisodeClass): string => `${kind}/${subjectKey(subject)}`;

/** A memory that begins now. */
export const emptyWorld = (now: number, owner: string): World => ({
  bornAt: now, owner, tracks: new Map(), episodes: new Map(), ledger: new Map(), suppressed: new Map(), digest: emptyDigest(),
});

/** A digest that says nothing. */
export const emptyDigest = (): DigestState => ({ total: 0, apps: new Map(), other: 0, missed: 0 });

/** What is saved. */
export const toState = ({ bornAt, tracks, episodes, ledger, suppressed, digest }: World): EngineState => ({
  bornAt, tracks: [...tracks.values()], episodes: [...episodes.values()], ledger: [...ledger], suppressed: [...suppressed], digest: { ...digest, apps: [...digest.apps] },
});

/** What was saved; the state becomes the engine's own. */
export const toWorld = ({ bornAt, tracks, episodes, ledger, suppressed, digest }: EngineState, owner: string): World => ({
  bornAt, owner,
  tracks: new Map(tracks.map((track) => [trackKey(track.subject, track.class), track])),
  episodes: new Map(episodes.map((episode) => [episode.key, episode])),
  ledger: new Map(ledger),
  suppressed: new Map(suppressed),
  digest: { ...digest, apps: new Map(digest.apps) },
});

/** Counts something that is not told. */
export function suppress(world: World, cause: SuppressionCause, count = 1): void {
  world.suppressed.set(cause, (world.suppressed.get(cause) ?? 0) + count);
}
