import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseAllowed } from "../../src/notify/channels/destination.ts";
import { DeliveryError } from "../../src/notify/channels/channel.ts";
import type { Channel, DeliveryKey, Outgoing } from "../../src/notify/channels/channel.ts";
import type { MessageContent } from "../../src/notify/message.ts";
import { channelCases, openTo } from "../support/notify/channel-cases.ts";
import type { Destination } from "../support/notify/channel-cases.ts";
import { COMMON_FAULTS } from "../support/notify/http-peer.ts";
import { HOSTILE } from "../support/notify/typical.ts";

const key: DeliveryKey = { episode: "episode-1", step: 0 };
const out = (content: MessageContent, repeated = false): Outgoing => ({ key, content, repeated });
const signal = new AbortController().signal;

/** What a promise fails with; DeliveryError is all that a channel may throw. */
async function failure(promise: Promise<unknown>): Promise<DeliveryError> {
  const error = await promise.then((value) => new Error(`went well: ${JSON.stringify(value)}`), (error: unknown) => error);
  expect(error).toBeInstanceOf(DeliveryError);
  expect((error as DeliveryError).message).not.toContain("canary"); // just checked
  return error as DeliveryError; // just checked
}

describe.each(channelCases)("a channel: $name", (kind) => {
  const { opening, later } = kind;
  let destination: Destination;
  let channel: Channel;
  beforeEach(async () => {
    destination = await kind.start();
    channel = await openTo(destination);
  });
  afterEach(async () => {
    await channel.close();
    await destination.peer.close();
  });

  test("shows a message after one request", async () => {
    await channel.post(out(opening), signal);
    expect(destination.visible()).toEqual([expect.stringContaining(opening.title)]);
    expect(destination.peer.requests).toHaveLength(1);
  });

  test("changes a message in place after one request, or says that it cannot", async () => {
    const ref = await channel.post(out(opening), signal);
    if (!channel.abilities.update) {
      expect((await failure(channel.update(ref, out(later), signal))).failure).toBe("Refused");
      return;
    }
    await channel.update(ref, out(later), signal);
    expect(destination.visible()).toEqual([expect.stringContaining(later.title)]);
    expect(destination.peer.requests).toHaveLength(2);
  });

  test("tells a step in one request, or says that it cannot", async () => {
    const ref = await channel.post(out(opening), signal);
    const step = { number: 1, text: "Deployment shop/api: 2 of 3 replicas are ready", at: "2026-11-22T22:32:00Z" };
    const reply = channel.reply(ref, { ...key, step: 1 }, step, false, signal);
    if (!channel.abilities.thread) {
      expect((await failure(reply)).failure).toBe("Refused");
      return;
    }
    await reply;
    expect(destination.peer.requests.at(-1)?.body).toContain("2");
    expect(destination.peer.requests).toHaveLength(2);
    expect(destination.visible()).toHaveLength(1);
  });

  test("finds what it delivered, or says that it does not know", async () => {
    const since = new Date(0);
    const before = await channel.find(key, undefined, since, signal);
    expect(before.kind).toBe(channel.abilities.find ? "Absent" : "Unknown");
    const ref = await channel.post(out(opening), signal);
    expect(await channel.find(key, undefined, since, signal)).toEqual(channel.abilities.find ? { kind: "Found", ref } : { kind: "Unknown" });
  });

  test("what arrived without an answer shows once when it is sent again, if the channel calls itself idempotent", async () => {
    destination.peer.faults.push("DeliverThenReset");
    expect(await failure(channel.post(out(opening), signal))).toMatchObject({ failure: "Unavailable", mayHaveArrived: true });
    expect(destination.visible()).toHaveLength(1);
    await channel.post(out(opening, true), signal);
    expect(destination.visible()).toHaveLength(channel.abilities.idempotent ? 1 : 2);
  });

  test.each(Object.entries(COMMON_FAULTS).filter(([, { fault }]) => fault !== "Hang"))("%s is told as what it is, after one request", async (_name, { fault, failure: expected, retryAfterMs }) => {
    destination.peer.faults.push(fault);
    const error = await failure(channel.post(out(opening), signal));
    expect({ failure: error.failure, retryAfterMs: error.retryAfterMs }).toEqual({ failure: expected, retryAfterMs });
    expect(destination.peer.requests).toHaveLength(1);
    await channel.post(out(opening), signal);
    expect(destination.visible().length).toBeGreaterThan(0);
  });

  test("silence ends after the time allowed", async () => {
    const hasty = await openTo(destination, { timeoutMs: 50 });
    destination.peer.faults.push("Hang");
    expect((await failure(hasty.post(out(opening), signal))).message).toContain("no complete answer within 0.05 s");
    await hasty.close();
  });

  test("an abort ends the request", async () => {
    destination.peer.faults.push("DeliverThenHang");
    const controller = new AbortController();
    const posted = failure(channel.post(out(opening), controller.signal));
    await expect.poll(() => destination.peer.requests.length).toBe(1);
    controller.abort();
    expect((await posted).message).toContain("ended before there was an answer");
  });

  test("an address on this machine is refused unless the operator allows it, before anything is sent", async () => {
    const error = await failure(openTo(destination, { allowed: parseAllowed([]) }).then((guarded) => guarded.post(out(opening), signal)));
    expect(error.failure).toBe("Refused");
    expect(error.message).toContain("127.0.0.1");
    expect(destination.peer.requests).toHaveLength(0);
  });

  test("a secret that the destination echoes is not in the error", async () => {
    const echo = destination.peer.requests;
    await channel.post(out(opening), signal);
    const seen = JSON.stringify([echo[0]?.headers, echo[0]?.path]);
    for (const body of [seen, JSON.stringify({ ok: false, error: seen, message: seen }), `<html>${seen}</html>`]) {
      for (const status of [200, 400, 403, 404, 422, 500]) {
        destination.peer.faults.push({ status, body });
        await channel.post(out(opening), signal).catch((error: unknown) => expect(String(error)).not.toContain("canary"));
      }
    }
    expect(destination.peer.requests.length).toBeGreaterThan(18);
  });

  test("takes whatever text there is", async () => {
    for (const [index, text] of HOSTILE.entries()) {
      const subjects = opening.class === "Deploy" ? opening.subjects : [text, text];
      const content: MessageContent = { ...opening, title: text, lines: [text, text], fields: Array.from({ length: 20 }, () => ({ name: text, value: text })), subjects };
      await channel.post({ key: { episode: `hostile-${index}`, step: 0 }, content, repeated: true }, signal);
    }
    expect(destination.visible().length).toBeGreaterThan(0);
    expect(destination.peer.requests).toHaveLength(HOSTILE.length);
  });
});
