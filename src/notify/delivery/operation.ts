import type { Abilities, DeliveryKey, MessageRef } from "../channels/channel.ts";
import type { WantedMessage } from "../episode/wanted.ts";
import type { MessageStep } from "../message.ts";

/** One request to a destination. */
export type Operation =
  | { readonly kind: "Post"; readonly key: DeliveryKey; readonly message: WantedMessage; readonly repeated: boolean }
  | { readonly kind: "Update"; readonly key: DeliveryKey; readonly ref: MessageRef; readonly message: WantedMessage; readonly repeated: boolean }
  | { readonly kind: "Reply"; readonly key: DeliveryKey; readonly ref: MessageRef; readonly message: WantedMessage; readonly step: MessageStep; readonly repeated: boolean }
  | { readonly kind: "Find"; readonly key: DeliveryKey; readonly parent: MessageRef | undefined; readonly since: number };

/** What a request came to; of an update and a reply nothing is to be known. */
export type Result = { readonly kind: "Done"; readonly ref: MessageRef } | { readonly kind: "Absent" | "Unknown" };

/**
 * What a delivery is found again by. Where a second message of an episode is posted because the first cannot be changed, its key
 * says which one it is: else the first would be taken for it.
 */
export function deliveryKey(episode: string, step: number, post: number, { update, find, idempotent }: Abilities): DeliveryKey {
  const single = update || !find || idempotent || post <= 1;
  return { episode: single ? episode : `${episode}.${post}`, step };
}
