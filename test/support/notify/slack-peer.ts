import { HttpPeer, jsonAnswer } from "./http-peer.ts";
import type { PeerAnswer, PeerRequest } from "./http-peer.ts";
import { slackProblems } from "./slack-limits.ts";

/** A message as Slack keeps it. */
export interface SlackPeerMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string | undefined;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly metadata?: unknown;
  /** How often it was changed. */
  readonly edits: number;
}

type Args = Readonly<Record<string, unknown>>;

/**
 * A server with the shape of Slack's Web API (chat.postMessage, chat.update, conversations.history, conversations.replies) and of
 * incoming webhooks (under /services/). Refuses what is beyond the published limits, keeps threads and metadata, notes the time of each request.
 */
export class SlackPeer extends HttpPeer {
  readonly messages: SlackPeerMessage[] = [];
  readonly tokens = new Set(["xoxb-canary-token"]);
  readonly scopes = new Set(["chat:write", "channels:history"]);
  /** Channels that the bot is in. */
  readonly channels = new Set(["C0123456789"]);
  readonly archived = new Set<string>();
  /** Webhook paths, with the channel that each posts to. */
  readonly webhooks = new Map([["/services/T0/B0/canary-path", "C0123456789"]]);
  /** Answers `ok: false` with these words next, one for each request. */
  readonly refusals: string[] = [];
  /** Messages on a page; Slack gives fewer than asked for when it likes. */
  pageSize = 100;
  #count = 0;

  /** Address of the Web API. */
  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  /** Posts that somebody else made. */
  addForeign(channel: string, text: string, metadata?: unknown): SlackPeerMessage {
    return this.#keep({ channel, text, blocks: [], metadata, edits: 0 });
  }

  /** Parent messages of a channel. */
  parents(channel = "C0123456789"): SlackPeerMessage[] {
    return this.messages.filter((message) => message.channel === channel && message.thread_ts === undefined);
  }

  /** Replies in a thread. */
  replies(parent: SlackPeerMessage): SlackPeerMessage[] {
    return this.messages.filter(({ thread_ts }) => thread_ts === parent.ts);
  }

  /** As if the message had been deleted by somebody. */
  delete(ts: string): void {
    this.messages.splice(this.messages.findIndex((message) => message.ts === ts), 1);
  }

  /** Most requests that arrived within any span of `windowMs`. */
  mostWithin(windowMs: number): number {
    const times = this.requests.map(({ at }) => at);
    return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + windowMs).length));
  }

  protected override answer({ method, path, headers, body }: PeerRequest): PeerAnswer {
    if (method !== "POST") return { status: 405 };
    if (path.startsWith("/services/")) return this.#webhook(path, body);
    const name = path.replace(/^\/api\//, "");
    const args = argsOf(body);
    const refusal = this.refusals.shift() ?? this.#refusal(name, String(headers.authorization), args);
    return refusal === undefined ? jsonAnswer({ ok: true, ...this.#call(name, args) }) : jsonAnswer({ ok: false, error: refusal, ...(refusal === "missing_scope" ? { needed: "channels:history,groups:history", provided: [...this.scopes].join(",") } : {}) });
  }

  #webhook(path: string, body: string): PeerAnswer {
    const channel = this.webhooks.get(path);
    if (channel === undefined) return plain(404, "no_service");
    if (this.archived.has(channel)) return plain(410, "channel_is_archived");
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return plain(400, refusal);
    const message = JSON.parse(body) as Args; // what a test sends
    if (slackProblems(message).length > 0) return plain(400, "invalid_blocks");
    this.#keep({ channel, text: String(message["text"]), blocks: listOf(message["blocks"]), edits: 0 });
    return plain(200, "ok");
  }

  #refusal(method: string, authorization: string, args: Args): string | undefined {
    if (!this.tokens.has(authorization.replace(/^Bearer /, ""))) return "invalid_auth";
    const scope = method.startsWith("chat.") ? "chat:write" : "channels:history";
    if (!this.scopes.has(scope)) return "missing_scope";
    const channel = String(args["channel"]);
    if (!this.channels.has(channel)) return "channel_not_found";
    if (this.archived.has(channel) && scope === "chat:write") return "is_archived";
    if (scope === "chat:write" && slackProblems(args).length > 0) return slackProblems(args).includes("msg_blocks_too_long") ? "msg_blocks_too_long" : "invalid_blocks";
    if (method === "chat.update" && !this.messages.some(({ ts }) => ts === args["ts"])) return "message_not_found";
    const thread = args["thread_ts"] ?? (method === "conversations.replies" ? args["ts"] : undefined);
    return thread === undefined || this.messages.some(({ ts }) => ts === thread) ? undefined : "thread_not_found";
  }

  #call(method: string, args: Args): object {
    switch (method) {
      case "chat.postMessage":
        return this.#posted(this.#keep({ channel: String(args["channel"]), text: String(args["text"]), blocks: listOf(args["blocks"]), metadata: args["metadata"], thread_ts: textOf(args["thread_ts"]), edits: 0 }));
      case "chat.update":
        return this.#posted(this.#change(args));
      case "conversations.history":
        return this.#page(this.parents(String(args["channel"])).filter(({ ts }) => Number(ts) >= Number(args["oldest"] ?? 0)).toReversed(), args);
      case "conversations.replies":
        return this.#page(this.messages.filter(({ ts, thread_ts }) => ts === args["ts"] || thread_ts === args["ts"]), args);
      default:
        return { warning: "unknown method" };
    }
  }

  #posted = (message: SlackPeerMessage): object => ({ channel: message.channel, ts: message.ts, message });

  #keep(message: Omit<SlackPeerMessage, "ts">): SlackPeerMessage {
    const kept = { ...message, ts: `${Math.floor(Date.now() / 1000)}.${String(++this.#count).padStart(6, "0")}` };
    this.messages.push(kept);
    return kept;
  }

  #change(args: Args): SlackPeerMessage {
    const index = this.messages.findIndex(({ ts }) => ts === args["ts"]);
    const before = this.messages[index];
    if (before === undefined) throw new Error("it was there a moment ago");
    const after = { ...before, text: String(args["text"]), blocks: listOf(args["blocks"]), metadata: args["metadata"] ?? before.metadata, edits: before.edits + 1 };
    this.messages[index] = after;
    return after;
  }

  #page(messages: readonly SlackPeerMessage[], args: Args): object {
    const start = Number(args["cursor"] ?? 0);
    const end = start + Math.min(Number(args["limit"] ?? 100), this.pageSize);
    const shown = messages.slice(start, end).map(({ metadata, ...message }) => ({ type: "message", ...message, ...(String(args["include_all_metadata"]) === "true" && metadata !== undefined ? { metadata } : {}) }));
    return { messages: shown, has_more: end < messages.length, response_metadata: { next_cursor: end < messages.length ? String(end) : "" } };
  }
}

const plain = (status: number, text: string): PeerAnswer => ({ status, headers: { "content-type": "text/html" }, body: text });

/** The client sends forms whose structured members are JSON. */
function argsOf(body: string): Args {
  return Object.fromEntries([...new URLSearchParams(body)].map(([name, value]): [string, unknown] => [name, /^[[{]/.test(value) && ["blocks", "metadata"].includes(name) ? JSON.parse(value) : value]));
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []); // of anything
