import type { DriftFinding } from "../api/drift-report.ts";
import type { EpisodeClass, Severity } from "../api/notifier.ts";

/** What an episode can be about: an Application, or a source. */
export interface Subject {
  readonly kind: "Application" | "GitSource";
  readonly namespace: string;
  readonly name: string;
}

/**
 * What is true now about one class of one subject, read off the statuses of our own objects. Told again whenever it changes, and
 * anew after a restart: whoever takes it in compares, and never counts on seeing each step.
 */
export interface Observation {
  readonly subject: Subject;
  readonly class: EpisodeClass;
  /** Quiet: nothing to tell. Active: something is wrong or waits. Running: a deployment is under way. */
  readonly state: "Quiet" | "Active" | "Running";
  readonly severity: Severity;
  /** Structural: kinds, ids, reason codes, digests. Never free text, durations or times: equal stories have equal keys. */
  readonly story: string;
  /** Reason code of the condition behind it. */
  readonly reason: string;
  /** When it became so, as far as the status tells; RFC 3339. */
  readonly since: string;
  /** Everything that became so by one commit: `namespace/source@revision`; undefined: no commit stands behind it. */
  readonly group: string | undefined;
  /** The source behind an Application, as `namespace/name`: its failures explain what is stale here. */
  readonly source: string | undefined;
  /** Decides what somebody may do: never left to a digest. */
  readonly security: boolean;
  readonly facts: Facts;
  /** Drift that was corrected by itself so far, newest last, each with a number that only grows; for digests and threads. */
  readonly corrected?: Corrected | undefined;
}

/**
 * What the classes mean (src/notify/observe):
 * - Deploy: Running while a Release is being carried out; Active when it, or building its content, has failed; Quiet after
 *   a success, with `facts.release` the Release that succeeded and `since` its end. A fast deployment is never seen Running: the
 *   end of each Release is told once, by remembering the last one per subject; the Release that is found at the very first sight
 *   of a subject is not news.
 * - Health: Active while objects are broken (not while they are on their way).
 * - Drift: Active while differences are live that are not about to be corrected; `corrected` counts the others.
 * - Policy: Active while a person is waited for (approval, held deletes), a window is closed, or a fight goes on.
 * - Source: Active while a source cannot be fetched. An Application of that source has `source` set.
 */

/** For the text. Names and messages are raw: a channel escapes them. Secret values are already masked. */
export interface Facts {
  /** One sentence on what is so. */
  readonly summary: string;
  readonly revision?: string | undefined;
  readonly commit?: { readonly sha: string; readonly author?: string | undefined; readonly message?: string | undefined } | undefined;
  /** Name of the Release. */
  readonly release?: string | undefined;
  readonly findings?: readonly DriftFinding[] | undefined;
  /** Of `findings`, that are not listed. */
  readonly moreFindings?: number | undefined;
  readonly actors?: readonly string[] | undefined;
  /** Labels of the subject, for routes. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Corrections since the report began. */
export interface Corrected {
  readonly total: number;
  /** The newest, oldest first; at most 50. */
  readonly newest: readonly DriftFinding[];
}

/** `Application shop/web`. */
export const subjectText = ({ kind, namespace, name }: Subject): string => `${kind} ${namespace}/${name}`;
/** Key of a subject in maps and stores. */
export const subjectKey = ({ kind, namespace, name }: Subject): string => `${kind}/${namespace}/${name}`;
