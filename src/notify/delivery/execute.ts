import type { Clock } from "../../ports.ts";
import type { Channel } from "../channels/channel.ts";
import { DeliveryError } from "../channels/channel.ts";
import type { Operation, Result } from "./operation.ts";

/** A request that takes longer is given up; it may have arrived. */
const TIMEOUT_MS = 15_000;

/** Makes one request. Throws what the channel throws, and a DeliveryError "Unavailable" after 15 s or when `signal` ends it. */
export async function execute(channel: Channel, operation: Operation, clock: Clock, signal: AbortSignal): Promise<Result> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const cancel = clock.after(TIMEOUT_MS, end);
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([request(channel, operation, ending.signal), givenUp(ending.signal)]);
  } finally {
    cancel();
    signal.removeEventListener("abort", end);
  }
}

/** A channel that does not heed its signal must not hold up the others' state for ever. */
function givenUp(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new DeliveryError("Unavailable", `no answer within ${TIMEOUT_MS / 1000}s`)), { once: true });
  });
}

async function request(channel: Channel, operation: Operation, signal: AbortSignal): Promise<Result> {
  const { key } = operation;
  switch (operation.kind) {
    case "Post":
      return { kind: "Done", ref: await channel.post({ key, content: operation.message.content, repeated: operation.repeated }, signal) };
    case "Update":
      await channel.update(operation.ref, { key, content: operation.message.content, repeated: operation.repeated }, signal);
      return { kind: "Done", ref: operation.ref };
    case "Reply":
      await channel.reply(operation.ref, key, operation.step, operation.repeated, signal);
      return { kind: "Done", ref: operation.ref };
    case "Find": {
      const found = await channel.find(key, operation.parent, new Date(operation.since), signal);
      return found.kind === "Found" ? { kind: "Done", ref: found.ref } : found;
    }
  }
}
