import type { EpisodeClass, Severity } from "../api/notifier.ts";

/** What a destination is to show of one episode: desired state, which delivery brings about. */
export interface EpisodeMessage {
  /** Stable from the opening of the episode to its end, and never used again. */
  readonly key: string;
  /** Grows whenever the content does not say the same any more. */
  readonly version: number;
  readonly content: MessageContent;
  /** Told in the thread, in this order; numbers only grow, and what was delivered long ago may be missing. */
  readonly steps: readonly MessageStep[];
  /** The end of the episode: the last content there will be. */
  readonly closed: boolean;
}

/** Where an episode stands, as a person is told. */
export type MessageState = "Open" | "Progress" | "Reminder" | "Flapping" | "Digest" | "Resolved" | "Failed";

/** One message as data; a channel makes its own form of it. Texts are raw, single lines and short; a channel escapes and cuts them. */
export interface MessageContent {
  readonly state: MessageState;
  /**
   * How it ended. Left: another deployment took its place, or its subject was deleted, suspended, or is not told any more; nothing is known of
   * how it would have ended. Default: what the state says.
   */
  readonly outcome?: "Succeeded" | "Failed" | "Left" | undefined;
  readonly class: EpisodeClass;
  readonly severity: Severity;
  /** `Drift in shop/web: 3 fields`. */
  readonly title: string;
  /** Sentences or table lines below the title. */
  readonly lines: readonly string[];
  /** Name and value pairs: revision, author, since, duration. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** `namespace/name` of the subjects, the first ones of a group. */
  readonly subjects: readonly string[];
  /** Full SHA of the commit that is spoken of, for links and commit statuses. */
  readonly commit?: string | undefined;
  /** What was left out with a reason: `17 similar`, `3 while quiet hours lasted`. */
  readonly suppressed: number;
  /** RFC 3339. */
  readonly openedAt: string;
  readonly updatedAt: string;
}

/** One line of a thread. */
export interface MessageStep {
  readonly number: number;
  readonly text: string;
  /** RFC 3339. */
  readonly at: string;
}
