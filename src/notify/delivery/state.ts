/** What is known of what a destination shows: plain JSON, saved before and after each request. Times are milliseconds since 1970. */
import type { MessageRef } from "../channels/channel.ts";
import type { BudgetState } from "./budget.ts";

/** What was delivered of one episode. */
export interface DeliveryRecord {
  readonly key: string;
  /** Its message is there, as far as is known. */
  posted: boolean;
  ref: MessageRef;
  /** Version and calls that the message shows; 0: not known. */
  version: number;
  calls: number;
  /** Thread lines up to this number are told. */
  step: number;
  /** Messages that were begun for it. */
  posts: number;
  /** The next one may be there already: it says so. */
  repeat?: boolean | undefined;
  /** The message says so, as long as it stands: an earlier one may be there that nobody changes any more. */
  marked?: boolean | undefined;
  /** The same of this thread line. */
  repeatStep?: number | undefined;
  /** When it was sent the last time. */
  sentAt: number;
  /** The destination refused it; others go first. */
  heldUntil?: number | undefined;
  refusals?: number | undefined;
}

/** A request that was begun and whose result is not known. */
export interface Sending {
  readonly kind: "Post" | "Update" | "Reply";
  readonly key: string;
  /** Of a reply its number; of a message the number of the last line that it makes needless. */
  readonly step: number;
  /** Which message of the episode it is, from 1. */
  readonly post: number;
  readonly version: number;
  readonly calls: number;
  readonly since: number;
}

/** Why nothing goes out before somebody changes something. */
export interface Blocked {
  readonly since: number;
  readonly message: string;
  /** Refusals in a row. */
  readonly refusals: number;
  /** When it is tried again. */
  readonly retryAt: number;
}

/** All that is saved. */
export interface DeliveryState {
  readonly records: readonly DeliveryRecord[];
  readonly sending?: Sending | undefined;
  readonly budget: BudgetState;
  /** Nothing is sent before: the destination's own word, or a growing distance. */
  readonly notBefore: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly blocked?: Blocked | undefined;
  readonly delivered: number;
  readonly lastDeliveredAt?: number | undefined;
}
