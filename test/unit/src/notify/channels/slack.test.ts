import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Channel, DeliveryError, DeliveryKey, Outgoing } from "../../../../../src/notify/channels/channel.ts";
import type { MessageContent } from "../../../../../src/notify/message.ts";
import { openTo } from "../../../../support/notify/channel-cases.ts";
import { SlackPeer } from "../../../../support/notify/slack-peer.ts";
import { typicalMessages } from "../../../../support/notify/typical.ts";

const content = Object.values(typicalMessages)[3] as MessageContent; // there are more than four
const key: DeliveryKey = { episode: "shop/api/Health/7", step: 0 };
const stepKey: DeliveryKey = { ...key, step: 1 };
const message: Outgoing = { key, content, repeated: false };
const step = { number: 1, text: "Deployment shop/api: 2 of 3 replicas are ready", at: "2026-11-22T22:32:00Z" };
const { signal } = new AbortController();
const epoch = new Date(0);

let peer: SlackPeer;
let channel: Channel;
const open = (installation = "here"): Promise<Channel> =>
  openTo({ spec: { slack: { channel: "C0123456789", tokenSecretRef: { name: "slack", key: "token" }, apiUrl: peer.apiUrl } }, secrets: {} }, { installation });
const failure = async (promise: Promise<unknown>): Promise<DeliveryError> => promise.then(() => expect.unreachable("it went well"), (error: unknown) => error as DeliveryError); // the contract suite checks the class

beforeEach(async () => {
  peer = await new SlackPeer().start();
  channel = await open();
});
afterEach(async () => {
  await channel.close();
  await peer.close();
});

describe("a message", () => {
  test("carries its key as metadata, with the operator that sent it, at the opening and after each change", async () => {
    const ref = await channel.post(message, signal);
    const metadata = { event_type: "driftless_episode", event_payload: { episode: key.episode, step: 0, installation: "here" } };
    expect(peer.parents()).toMatchObject([{ metadata, edits: 0 }]);
    await channel.update(ref, message, signal);
    expect(peer.parents()).toMatchObject([{ metadata, edits: 1 }]);
  });

  test("has its steps in its thread, with keys of their own", async () => {
    const ref = await channel.post(message, signal);
    await channel.reply(ref, stepKey, step, true, signal);
    const [parent] = peer.parents();
    expect(parent === undefined ? [] : peer.replies(parent)).toMatchObject([{ text: step.text, metadata: { event_payload: { step: 1 } } }]);
    expect(JSON.stringify(peer.messages.at(-1)?.blocks)).toContain("Sent again");
  });

  test("unfolds no links", async () => {
    await channel.post(message, signal);
    const form = new URLSearchParams(peer.requests[0]?.body);
    expect([form.get("unfurl_links"), form.get("unfurl_media")]).toEqual(["false", "false"]);
  });

  test("whose form is refused goes out as text alone", async () => {
    peer.refusals.push("invalid_blocks");
    await channel.post(message, signal);
    expect(peer.parents()).toMatchObject([{ blocks: [], text: expect.stringContaining(content.title) as string }]); // vitest types its matchers any
  });

  test("that is gone is told as such", async () => {
    const ref = await channel.post(message, signal);
    peer.messages.length = 0;
    expect((await failure(channel.update(ref, message, signal))).failure).toBe("Gone");
    expect((await failure(channel.reply(ref, stepKey, step, false, signal))).failure).toBe("Gone");
    expect((await failure(channel.update("of another kind", message, signal))).failure).toBe("Gone");
    expect(await channel.find(stepKey, ref, epoch, signal)).toEqual({ kind: "Absent" });
  });
});

describe("finding an earlier delivery", () => {
  test("gives the newest message with the key, and no other's", async () => {
    await channel.post(message, signal);
    const newest = await channel.post(message, signal);
    await channel.post({ ...message, key: { ...key, episode: "another" } }, signal);
    const other = await open("elsewhere");
    await other.post(message, signal);
    await other.close();
    for (const metadata of [{ event_type: "task_created", event_payload: { episode: key.episode, step: 0, installation: "here" } }, { event_type: "driftless_episode" }, { event_type: "driftless_episode", event_payload: null }, "text"]) peer.addForeign("C0123456789", "x", metadata);
    expect(await channel.find(key, undefined, epoch, signal)).toEqual({ kind: "Found", ref: newest });
  });

  test("gives the reply of a thread, on whichever page it is", async () => {
    peer.pageSize = 2;
    const ref = await channel.post(message, signal);
    for (let number = 1; number <= 5; number++) await channel.reply(ref, { ...key, step: number }, { ...step, number }, false, signal);
    const wanted = peer.messages.find(({ text, metadata }) => text === step.text && JSON.stringify(metadata).includes('"step":5'));
    expect(await channel.find({ ...key, step: 5 }, ref, epoch, signal)).toEqual({ kind: "Found", ref: `C0123456789/${wanted?.ts}` });
    expect(await channel.find({ ...key, step: 6 }, ref, epoch, signal)).toEqual({ kind: "Absent" });
    expect(await channel.find(stepKey, undefined, epoch, signal)).toEqual({ kind: "Unknown" });
    await channel.reply(ref, stepKey, step, true, signal);
    expect(await channel.find(stepKey, ref, epoch, signal)).toEqual({ kind: "Found", ref: `C0123456789/${peer.messages.at(-1)?.ts}` });
  });

  test("looks no further back than it is told, give or take two minutes", async () => {
    const ref = await channel.post(message, signal);
    const posted = Number(peer.parents()[0]?.ts) * 1000;
    expect(await channel.find(key, undefined, new Date(posted + 60_000), signal)).toEqual({ kind: "Found", ref });
    expect(await channel.find(key, undefined, new Date(posted + 180_000), signal)).toEqual({ kind: "Absent" });
  });

  test("gives up after five pages, and says so", async () => {
    peer.pageSize = 2;
    await channel.post(message, signal);
    for (let count = 0; count < 12; count++) peer.addForeign("C0123456789", "chatter");
    const before = peer.requests.length;
    expect(await channel.find(key, undefined, epoch, signal)).toEqual({ kind: "Unknown" });
    expect(peer.requests.length - before).toBe(5);
  });

  test("says that it does not know where the token may not read", async () => {
    peer.scopes.delete("channels:history");
    expect(await channel.find(key, undefined, epoch, signal)).toEqual({ kind: "Unknown" });
  });

  test("fails where Slack fails: nothing is known then, but may be later", async () => {
    peer.refusals.push("internal_error");
    expect((await failure(channel.find(key, undefined, epoch, signal))).failure).toBe("Unavailable");
    peer.tokens.clear();
    expect((await failure(channel.find(key, undefined, epoch, signal))).failure).toBe("Refused");
  });
});

describe("an answer of Slack", () => {
  test.each([
    ["ratelimited", "Limited"],
    ["rate_limited", "Limited"],
    ["message_limit_exceeded", "Limited"],
    ["fatal_error", "Unavailable"],
    ["internal_error", "Unavailable"],
    ["service_unavailable", "Unavailable"],
    ["request_timeout", "Unavailable"],
    ["invalid_auth", "Refused"],
    ["token_revoked", "Refused"],
    ["token_expired", "Refused"],
    ["account_inactive", "Refused"],
    ["not_in_channel", "Refused"],
    ["channel_not_found", "Refused"],
    ["is_archived", "Refused"],
    ["missing_scope", "Refused"],
    ["restricted_action", "Refused"],
    ["a_word_of_next_year", "Refused"],
    ["constructor", "Refused"],
    ["message_not_found", "Gone"],
    ["cant_update_message", "Gone"],
    ["thread_not_found", "Gone"],
    ["<script>", "Unavailable"],
  ])("with the word %s is %s", async (word, expected) => {
    peer.refusals.push(word);
    const error = await failure(channel.post(message, signal));
    expect(error.failure).toBe(expected);
    expect(error.message).toMatch(/^Slack: /);
    expect(error.message).not.toMatch(/<|\[object|undefined/);
    expect(peer.requests).toHaveLength(1);
  });

  test("for a token that was revoked in the middle says which Secret to change", async () => {
    const ref = await channel.post(message, signal);
    peer.tokens.clear();
    const { failure: kind, message: told } = await failure(channel.update(ref, message, signal));
    expect(kind).toBe("Refused");
    expect(told).toContain("Secret slack, key token");
    expect(told).not.toContain("canary");
  });

  test("for a missing scope names the scope", async () => {
    peer.scopes.clear();
    expect((await failure(channel.post(message, signal))).message).toContain("channels:history,groups:history");
  });

  test("with a wait in its header is waited for", async () => {
    peer.faults.push({ status: 200, headers: { "retry-after": "30" }, body: '{"ok":false,"error":"ratelimited"}' });
    expect(await failure(channel.post(message, signal))).toMatchObject({ failure: "Limited", retryAfterMs: 30_000 });
  });

  test.each(["<html><body>Sign in</body></html>", "", "null", "[]", "ok", '{"message":"hello"}', '{"ok":"yes"}', '{"ok":true}', '{"ok":true,"ts":17,"channel":"C1"}', '{"ok":true,"ts":"1.2"}', '{"ok":true,"ts":"1.2","channel":{}}', "\u0000", `{"ok":true,"ts":"${"1".repeat(99)}.1","channel":"C1"}`])("that is none, such as %j, leaves open whether the message arrived", async (body) => {
    peer.faults.push({ status: 200, body });
    expect(await failure(channel.post(message, signal))).toMatchObject({ failure: "Unavailable", mayHaveArrived: true });
  });

  test("without end is not read to its end", async () => {
    peer.faults.push({ status: 200, body: `{"ok":true,"ts":"1.2","channel":"C1","x":"${"y".repeat(5 << 20)}"}` });
    expect((await failure(channel.post(message, signal))).failure).toBe("Unavailable");
  });
});
