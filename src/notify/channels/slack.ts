import type { WebClient } from "@slack/web-api";
import type { MessageStep } from "../message.ts";
import { DeliveryError } from "./channel.ts";
import type { Abilities, Channel, DeliveryKey, MessageRef, Outgoing } from "./channel.ts";
import { SlackApi, SlackRefusal } from "./slack-api.ts";
import type { SlackAccess } from "./slack-api.ts";
import { slackMessage, slackStep } from "./slack-blocks.ts";
import type { SlackMessage } from "./slack-blocks.ts";
import { MAY_NOT_READ, PAYLOAD_REFUSED } from "./slack-errors.ts";

const EVENT_TYPE = "driftless_episode";
/** Of history that is looked through for an earlier delivery: five pages are five requests. */
const MAX_PAGES = 5;
const PAGE = 100;
/** Slack's clock is not ours. */
const CLOCK_TOLERANCE_MS = 120_000;

/** A Slack channel by bot token (scope `chat:write`; with `channels:history` or `groups:history` a crash repeats nothing). */
export class SlackChannel implements Channel {
  readonly abilities: Abilities = { update: true, thread: true, find: true, idempotent: false };
  readonly #api: SlackApi;
  readonly #installation: string | undefined;

  /** `installation` tells the messages of several operators in one channel apart. */
  constructor(access: SlackAccess, installation: string | undefined) {
    this.#api = new SlackApi(access);
    this.#installation = installation;
  }

  async post({ key, content, repeated }: Outgoing, signal: AbortSignal): Promise<MessageRef> {
    return this.#post(slackMessage(content, repeated), key, undefined, signal);
  }

  async update(ref: MessageRef, { key, content, repeated }: Outgoing, signal: AbortSignal): Promise<void> {
    const { channel, ts } = parseRef(ref);
    await this.#sendFitting(slackMessage(content, repeated), signal, (client, message) => client.chat.update({ channel, ts, ...message, metadata: this.#metadata(key) }));
  }

  async reply(ref: MessageRef, key: DeliveryKey, step: MessageStep, repeated: boolean, signal: AbortSignal): Promise<void> {
    await this.#post(slackStep(step, repeated), key, parseRef(ref).ts, signal);
  }

  async find(key: DeliveryKey, parent: MessageRef | undefined, since: Date, signal: AbortSignal): ReturnType<Channel["find"]> {
    try {
      return key.step === 0 ? await this.#findParent(key, since, signal) : parent === undefined ? { kind: "Unknown" } : await this.#findReply(key, parseRef(parent), signal);
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      if (MAY_NOT_READ.has(error.word)) return { kind: "Unknown" };
      if (error.failure.failure === "Gone") return { kind: "Absent" };
      throw error.failure;
    }
  }

  async close(): Promise<void> {
    await this.#api.close();
  }

  async #post(message: SlackMessage, key: DeliveryKey, thread: string | undefined, signal: AbortSignal): Promise<MessageRef> {
    const posted = await this.#sendFitting(message, signal, (client, message) =>
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's method of that name, not a window's
      client.chat.postMessage({ channel: this.#api.place.channel, ...message, ...(thread === undefined ? {} : { thread_ts: thread }), metadata: this.#metadata(key), unfurl_links: false, unfurl_media: false }),
    );
    return refOf(posted.channel, posted.ts);
  }

  /** A payload that Slack refuses for its form goes out as text alone: better plain than not at all. Such a one was not delivered, so that this repeats nothing. */
  async #sendFitting<T>(message: SlackMessage, signal: AbortSignal, send: (client: WebClient, message: SlackMessage) => Promise<T>): Promise<T> {
    const attempt = (message: SlackMessage): Promise<T> => this.#api.call(signal, (client) => send(client, message));
    try {
      return await attempt(message).catch((error: unknown) => (error instanceof SlackRefusal && PAYLOAD_REFUSED.has(error.word) ? attempt({ text: message.text, blocks: [] }) : Promise.reject(error)));
    } catch (error) {
      throw error instanceof SlackRefusal ? error.failure : error;
    }
  }

  async #findParent(key: DeliveryKey, since: Date, signal: AbortSignal): ReturnType<Channel["find"]> {
    const channel = this.#api.place.channel;
    const oldest = ((since.getTime() - CLOCK_TOLERANCE_MS) / 1000).toFixed(6);
    return this.#search(key, channel, signal, (client, cursor) => client.conversations.history({ channel, oldest, limit: PAGE, include_all_metadata: true, ...cursor }));
  }

  async #findReply(key: DeliveryKey, { channel, ts }: { channel: string; ts: string }, signal: AbortSignal): ReturnType<Channel["find"]> {
    return this.#search(key, channel, signal, (client, cursor) => client.conversations.replies({ channel, ts, limit: PAGE, include_all_metadata: true, ...cursor }));
  }

  /** The newest message with the key on up to MAX_PAGES pages; Unknown where there would be more. */
  async #search(key: DeliveryKey, channel: string, signal: AbortSignal, page: (client: WebClient, cursor: { cursor?: string }) => Promise<Page>): ReturnType<Channel["find"]> {
    let cursor: string | undefined;
    let newest = "";
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const { messages, has_more, response_metadata } = await this.#api.call(signal, (client) => page(client, cursor === undefined ? {} : { cursor }));
      for (const { ts, metadata } of Array.isArray(messages) ? messages : []) if (ts !== undefined && this.#carries(metadata, key) && Number(ts) > Number(newest)) newest = ts;
      cursor = response_metadata?.next_cursor;
      const last = has_more !== true || cursor === undefined || cursor === "";
      if (newest !== "" && (last || key.step === 0)) return { kind: "Found", ref: refOf(channel, newest) }; // the history is read from its end
      if (last) return { kind: "Absent" };
    }
    return newest === "" ? { kind: "Unknown" } : { kind: "Found", ref: refOf(channel, newest) };
  }

  #metadata({ episode, step }: DeliveryKey): { event_type: string; event_payload: Record<string, string | number> } {
    return { event_type: EVENT_TYPE, event_payload: { episode, step, ...(this.#installation === undefined ? {} : { installation: this.#installation }) } };
  }

  #carries(metadata: Metadata | undefined, { episode, step }: DeliveryKey): boolean {
    const payload = metadata?.event_type === EVENT_TYPE ? metadata.event_payload : undefined;
    return payload !== undefined && payload !== null && payload["episode"] === episode && Number(payload["step"]) === step && payload["installation"] === this.#installation;
  }
}

interface Metadata {
  readonly event_type?: string;
  readonly event_payload?: object & { readonly [name: string]: unknown };
}

/** What we read of an answer of conversations.history and conversations.replies. */
interface Page {
  readonly messages?: readonly { readonly ts?: string; readonly metadata?: Metadata }[];
  readonly has_more?: boolean;
  readonly response_metadata?: { readonly next_cursor?: string };
}

const REF = /^([A-Z0-9]{2,32})\/(\d{1,12}\.\d{1,9})$/;

/** Both come from the answer: for a person's id the channel is another one than was named. */
function refOf(channel: string | undefined, ts: string | undefined): MessageRef {
  if (channel === undefined || ts === undefined || !REF.test(`${channel}/${ts}`)) throw new DeliveryError("Unavailable", "Slack: the answer does not say where the message is");
  return `${channel}/${ts}`;
}

function parseRef(ref: MessageRef): { channel: string; ts: string } {
  const [, channel, ts] = REF.exec(ref) ?? [];
  if (channel === undefined || ts === undefined) throw new DeliveryError("Gone", "the message was not posted by a bot in Slack; it cannot be changed there");
  return { channel, ts };
}
