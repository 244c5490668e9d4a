import type { EpisodeMessage } from "../message.ts";

/** A message as it should be visible, with what a destination needs to know that can only post. */
export interface WantedMessage extends EpisodeMessage {
  /** Grows when somebody should look again: the opening, a higher severity, a reminder, the end. Between these a change is silent. */
  readonly calls: number;
}
