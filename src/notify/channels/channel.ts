import type { MessageContent, MessageStep } from "../message.ts";

/** What identifies one delivery: carried along with it where the destination has a place for it, so that it can be found again. */
export interface DeliveryKey {
  /** Key of the episode. */
  readonly episode: string;
  /** 0 for the parent message, else the number of the step. */
  readonly step: number;
}

/** Where a delivered message is, in the destination's own words: a channel and a timestamp, an alert's fingerprint, "" where there is no such thing. */
export type MessageRef = string;

/** A message as it goes out. */
export interface Outgoing {
  readonly key: DeliveryKey;
  readonly content: MessageContent;
  /** It may have been sent before: say so. */
  readonly repeated: boolean;
}

/** What a destination can do. */
export interface Abilities {
  /** A message that was posted can be changed: else one is posted at the opening and one at the end. */
  readonly update: boolean;
  readonly thread: boolean;
  /** An earlier delivery can be looked up by its key, so that a crash repeats nothing. */
  readonly find: boolean;
  /** Sending the same again changes nothing at the destination (Alertmanager, commit statuses): after a crash it is simply sent again. */
  readonly idempotent: boolean;
  /** While an episode is open, its message is sent again (`update`) at least this often, in milliseconds, even if nothing changed: else the destination takes it for over. Absent: never. */
  readonly refreshMs?: number | undefined;
}

/**
 * One kind of destination. Every method contacts it once, without retries of its own, and throws a DeliveryError for anything but
 * success; an abort signal ends it. The next channel is one file with this interface, its secret, and a row in `channels/open.ts`.
 */
export interface Channel {
  readonly abilities: Abilities;
  post(message: Outgoing, signal: AbortSignal): Promise<MessageRef>;
  /** Only with `abilities.update`. */
  update(ref: MessageRef, message: Outgoing, signal: AbortSignal): Promise<void>;
  /** Only with `abilities.thread`. */
  reply(ref: MessageRef, key: DeliveryKey, step: MessageStep, repeated: boolean, signal: AbortSignal): Promise<void>;
  /** Only with `abilities.find`: the newest delivery with that key since `since`; "Unknown" where the history may not be read (a missing scope). For a step, `parent` is the message of its thread. */
  find(key: DeliveryKey, parent: MessageRef | undefined, since: Date, signal: AbortSignal): Promise<{ readonly kind: "Found"; readonly ref: MessageRef } | { readonly kind: "Absent" | "Unknown" }>;
  /** Ends connections. */
  close(): Promise<void>;
}

/**
 * Why nothing was delivered. Limited: too much was sent; `retryAfterMs` is the destination's own word. Unavailable: it may or may not
 * have arrived (a timeout, a 5xx, an answer that is none). Refused: it did not arrive and will not, before somebody changes something
 * (a revoked token, an unknown channel, a forbidden address). Gone: the message to update or reply to does not exist any more.
 */
export type DeliveryFailure = "Limited" | "Unavailable" | "Refused" | "Gone";

/** Thrown by channels. The message never holds a token or the path of an incoming webhook. */
export class DeliveryError extends Error {
  readonly failure: DeliveryFailure;
  readonly retryAfterMs: number | undefined;
  /** False: it surely did not arrive, for instance because no connection came about; what is sent later is no repetition. */
  readonly mayHaveArrived: boolean;

  constructor(failure: DeliveryFailure, message: string, retryAfterMs?: number, mayHaveArrived = failure === "Unavailable") {
    super(message);
    this.name = "DeliveryError";
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
    this.mayHaveArrived = mayHaveArrived;
  }
}
