import { checkStatus, retryAfterMs } from "./answer.ts";
import { DeliveryError } from "./channel.ts";
import type { Abilities, Channel, MessageRef, Outgoing } from "./channel.ts";
import type { HttpAnswer, HttpClient } from "./http.ts";
import { slackMessage } from "./slack-blocks.ts";
import type { SlackMessage } from "./slack-blocks.ts";
import { errorWord, PAYLOAD_REFUSED } from "./slack-errors.ts";

/** What an incoming webhook is spoken to with. */
export interface SlackWebhookAccess {
  readonly http: HttpClient;
  /** Whoever has it can post: nothing but its host is ever shown. Has passed checkUrl. */
  readonly url: URL;
  /** `Secret slack, key url`. */
  readonly urlFrom: string;
  readonly now: () => Date;
}

/** What to do about the words that an incoming webhook answers with (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */
const FIXES: Readonly<Record<string, string>> = {
  no_service: "the webhook was taken away; create a new one",
  no_service_id: "the webhook was taken away; create a new one",
  no_team: "the workspace of the webhook does not exist any more",
  team_disabled: "the workspace of the webhook is switched off",
  invalid_token: "the webhook is not accepted; create a new one",
  no_active_hooks: "the webhook is switched off",
  action_prohibited: "a setting of the workspace does not let the webhook post; ask an administrator of it",
  posting_to_general_channel_denied: "a setting of the workspace does not let the webhook post in #general",
  channel_not_found: "the channel of the webhook does not exist any more; create a new webhook",
  channel_is_archived: "the channel of the webhook is archived",
  user_not_found: "the user of the webhook does not exist any more; create a new webhook",
};

/** A Slack channel by incoming webhook: it can only post, and what is posted can be neither changed nor found again. */
export class SlackWebhookChannel implements Channel {
  readonly abilities: Abilities = { update: false, thread: false, find: false, idempotent: false };
  readonly #access: SlackWebhookAccess;

  constructor(access: SlackWebhookAccess) {
    this.#access = access;
  }

  async post({ content, repeated }: Outgoing, signal: AbortSignal): Promise<MessageRef> {
    const message = slackMessage(content, repeated);
    const answer = await this.#send(message, signal);
    const again = answer.status === 400 && PAYLOAD_REFUSED.has(wordOf(answer) ?? "") ? await this.#send({ text: message.text, blocks: [] }, signal) : answer;
    this.#check(again);
    return "";
  }

  update(): Promise<never> {
    return Promise.reject(cannot("change messages"));
  }

  reply(): Promise<never> {
    return Promise.reject(cannot("reply in threads"));
  }

  find(): ReturnType<Channel["find"]> {
    return Promise.resolve({ kind: "Unknown" });
  }

  async close(): Promise<void> {
    await this.#access.http.close();
  }

  #send({ text, blocks }: SlackMessage, signal: AbortSignal): Promise<HttpAnswer> {
    const body = JSON.stringify({ text, ...(blocks.length === 0 ? {} : { blocks }), unfurl_links: false, unfurl_media: false });
    return this.#access.http.send({ method: "POST", url: this.#access.url, headers: { "content-type": "application/json; charset=utf-8" }, body }, signal);
  }

  #check(answer: HttpAnswer): void {
    const { url, urlFrom, now } = this.#access;
    const word = wordOf(answer);
    if (word === "rate_limited" || word === "ratelimited") throw new DeliveryError("Limited", `${url.host}: too many messages (${word})`, retryAfterMs(answer.headers.get("retry-after"), now()));
    const fix = word !== undefined && Object.hasOwn(FIXES, word) ? FIXES[word] : undefined;
    checkStatus(answer, { host: url.host, now: now(), explain: (status) => `${fix ?? `the webhook refused the message; is the right address in ${urlFrom}?`} (${word ?? `HTTP ${status}`}${fix === undefined ? "" : `; the address comes from ${urlFrom}`})` });
    if (word !== "ok") throw new DeliveryError("Unavailable", `${url.host}: the answer is none of Slack's; a proxy or a login page may be in the way, or the address in ${urlFrom} is wrong`);
  }
}

/** `ok`, or a word for the error; as text, or in JSON where the address is one of Slack's newer ones. */
function wordOf({ body }: HttpAnswer): string | undefined {
  const text = body.trim();
  const [, member] = /^\{\s*"ok"\s*:\s*(?:true|false\s*,\s*"error"\s*:\s*"([a-z0-9_]+)")/.exec(text) ?? [undefined, undefined];
  return /^\{\s*"ok"\s*:\s*true/.test(text) ? "ok" : errorWord(member ?? text);
}

const cannot = (what: string): DeliveryError => new DeliveryError("Refused", `an incoming webhook of Slack cannot ${what}`);
