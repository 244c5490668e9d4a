import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AlertmanagerChannel } from "../../../../../src/notify/channels/alertmanager.ts";
import { retryAfterMs } from "../../../../../src/notify/channels/answer.ts";
import type { Channel, DeliveryError, Outgoing } from "../../../../../src/notify/channels/channel.ts";
import { parseAllowed } from "../../../../../src/notify/channels/destination.ts";
import type { Lookup } from "../../../../../src/notify/channels/destination.ts";
import { HttpClient } from "../../../../../src/notify/channels/http.ts";
import { openChannel } from "../../../../../src/notify/channels/open.ts";
import type { MessageContent } from "../../../../../src/notify/message.ts";
import type { NotifierSpec } from "../../../../../src/api/notifier.ts";
import { AlertmanagerPeer } from "../../../../support/notify/alertmanager-peer.ts";
import { openTo } from "../../../../support/notify/channel-cases.ts";
import { GitHostPeer } from "../../../../support/notify/git-host-peer.ts";
import { SlackPeer } from "../../../../support/notify/slack-peer.ts";
import { typicalMessages } from "../../../../support/notify/typical.ts";
import { WebhookPeer } from "../../../../support/notify/webhook-peer.ts";

const { signal } = new AbortController();
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const health = { ...typicalMessages["something is not healthy"] } as MessageContent; // it is there
const deploy: MessageContent = { ...health, class: "Deploy", state: "Progress", commit: COMMIT };
const out = (content: MessageContent, episode = "e"): Outgoing => ({ key: { episode, step: 0 }, content, repeated: false });
const failure = async (promise: Promise<unknown>): Promise<DeliveryError> => promise.then(() => expect.unreachable("it went well"), (error: unknown) => error as DeliveryError); // the contract suite checks the class

test.each([
  ["7", 7000],
  ["0.5", 500],
  [" 3 ", 3000],
  ["Sun, 22 Nov 2026 22:31:20 GMT", 20_000],
  ["Sun, 22 Nov 2026 22:00:00 GMT", 0],
  ["999999999999", 3_600_000],
  ["-5", undefined],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
])("Retry-After %j is %j ms", (value, expected) => {
  expect(retryAfterMs(value, new Date("2026-11-22T22:31:00Z"))).toBe(expected);
});

describe("an incoming webhook of Slack", () => {
  let peer: SlackPeer;
  let channel: Channel;
  beforeEach(async () => {
    peer = await new SlackPeer().start();
    channel = await openTo({ spec: { slack: { webhookSecretRef: { name: "hooks", key: "url" } } }, secrets: { url: `${peer.url}/services/T0/B0/canary-path\n` } });
  });
  afterEach(async () => {
    await channel.close();
    await peer.close();
  });

  test.each([
    [404, "no_service", "Refused", "create a new one"],
    [403, "action_prohibited", "Refused", "ask an administrator"],
    [410, "channel_is_archived", "Refused", "archived"],
    [403, "invalid_token", "Refused", "create a new one"],
    [400, "constructor", "Refused", "Secret hooks, key url"],
    [500, "rollup_error", "Unavailable", "tried again"],
    [200, "rate_limited", "Limited", "too many"],
    [404, '{"ok":false,"error":"no_service"}', "Refused", "create a new one"],
    [200, "<html>Sign in</html>", "Unavailable", "none of Slack's"],
    [200, "", "Unavailable", "none of Slack's"],
  ])("answers %i %s: %s", async (status, body, kind, hint) => {
    peer.faults.push({ status, body });
    const error = await failure(channel.post(out(health), signal));
    expect([error.failure, error.message]).toEqual([kind, expect.stringContaining(hint)]);
    expect(error.message).toContain(new URL(peer.url).host);
  });

  test("gets text alone when it refuses the form", async () => {
    peer.refusals.push("invalid_blocks");
    await channel.post(out(health), signal);
    expect(peer.parents()).toMatchObject([{ blocks: [] }]);
    expect(peer.requests).toHaveLength(2);
  });

  test("answers with JSON where it is one of the newer ones", async () => {
    peer.faults.push({ status: 200, body: '{"ok":true}' });
    expect(await channel.post(out(health), signal)).toBe("");
  });
});

describe("a generic webhook", () => {
  let peer: WebhookPeer;
  const spec: NotifierSpec = { webhook: { urlSecretRef: { name: "hooks", key: "url" }, hmacSecretRef: { name: "hooks", key: "hmac" } } };
  const open = (secrets: Readonly<Record<string, string>> = {}, now = new Date()): Promise<Channel> => openTo({ spec, secrets: { url: `${peer.url}/hook`, ...secrets } }, { now: () => now });
  beforeEach(async () => {
    peer = await new WebhookPeer().start();
  });
  afterEach(() => peer.close());

  test("proves who sends it: another secret, and an old document played again, are refused by the receiver", async () => {
    for (const channel of [await open({ hmac: "another" }), await open({}, new Date("2026-01-01T00:00:00Z"))]) {
      expect((await failure(channel.post(out(health), signal))).message).toContain("HMAC");
      await channel.close();
    }
    expect(peer.documents.size).toBe(0);
  });

  test("does not follow a redirect", async () => {
    peer.faults.push({ status: 307, headers: { location: `${peer.url}/elsewhere` } });
    const channel = await open();
    expect((await failure(channel.post(out(health), signal))).message).toContain("answered with a redirect (HTTP 307)");
    expect(peer.requests).toHaveLength(1);
    await channel.close();
  });

  test("sends states and steps as documents of one episode, each with an id of its own", async () => {
    const channel = await open();
    const ref = await channel.post(out(health), signal);
    await channel.reply(ref, { episode: "e", step: 1 }, { number: 1, text: "*2* of 3", at: "2026-11-22T22:32:00Z" }, false, signal);
    await channel.update(ref, out({ ...health, state: "Resolved" }), signal);
    await channel.close();
    expect([...peer.documents.values()].map(({ type, episode, installation, message, step }) => [type, episode, installation, message?.state ?? step?.text])).toEqual([
      ["Message", "e", "test", "Open"],
      ["Step", "e", "test", "*2* of 3"],
      ["Message", "e", "test", "Resolved"],
    ]);
  });
});

describe("an Alertmanager", () => {
  let peer: AlertmanagerPeer;
  let now = new Date("2026-11-22T22:31:17Z");
  let http: HttpClient;
  const open = (): AlertmanagerChannel => new AlertmanagerChannel({ http, url: new URL(`${peer.url}/am/`), installation: "here", now: () => now });
  const firing = (): object[] => peer.firing(now).map(({ labels: { severity }, annotations: { summary } }) => ({ severity, summary }));
  beforeEach(async () => {
    now = new Date("2026-11-22T22:31:17Z");
    peer = await new AlertmanagerPeer().start();
    http = new HttpClient({ allowed: parseAllowed(["127.0.0.1"]) });
  });
  afterEach(async () => {
    await http.close();
    await peer.close();
  });
  /** Served under a prefix, as behind a proxy. */
  const open2 = (): AlertmanagerChannel => new AlertmanagerChannel({ http, url: new URL(peer.url), installation: "here", now: () => now });

  test("under a prefix is asked under that prefix", async () => {
    await failure(open().post(out(health), signal));
    expect(peer.requests[0]?.path).toBe("/am/api/v2/alerts");
  });

  test("gets structural labels, and a text that it shows", async () => {
    await open2().post(out(health), signal);
    expect(peer.firing(now)).toEqual([
      {
        labels: { alertname: "DriftlessHealth", class: "Health", severity: "Warning", namespace: "shop", application: "api", installation: "here" },
        annotations: { summary: "shop/api: not healthy", description: expect.stringContaining("OOMKilled") as string, commit: health.commit }, // vitest types its matchers any
        startsAt: "2026-11-22T22:31:07.000Z",
        endsAt: "2026-11-22T22:46:17.000Z",
      },
    ]);
  });

  test.each([
    ["Source", ["shop/repo"], { namespace: "shop", source: "repo" }],
    ["Health", ["shop/api", "shop/web"], { episode: "e" }],
    ["Health", ["{}\"\u0000/<!channel>"], { namespace: '{}"', application: "<!channel>" }],
    ["Health", ["no name"], { episode: "e" }],
    ["Health", [], { episode: "e" }],
  ] as const)("of class %s about %j has the labels %j", async (about, subjects, labels) => {
    await open2().post(out({ ...health, class: about, subjects }), signal);
    expect(peer.firing(now).map(({ labels }) => labels)).toEqual([{ alertname: `Driftless${about}`, class: about, severity: "Warning", installation: "here", ...labels }]);
  });

  test("keeps an alert while it is told again, and lets go of one that is not", async () => {
    const channel = open2();
    const ref = await channel.post(out(health), signal);
    for (let round = 0; round < 10; round++) {
      now = new Date(now.getTime() + (channel.abilities.refreshMs ?? Number.NaN));
      await channel.update(ref, out(health), signal);
      expect(firing()).toHaveLength(1);
    }
    now = new Date(now.getTime() + 16 * 60_000);
    expect(firing()).toEqual([]);
  });

  test("ends the alert of the earlier severity, also after a restart", async () => {
    const channel = open2();
    const ref = await channel.post(out(health), signal);
    await channel.update(ref, out({ ...health, severity: "Info" }), signal);
    await channel.update(ref, out({ ...health, severity: "Critical" }), signal);
    expect(firing()).toEqual([{ severity: "Critical", summary: health.title }]);
    await open2().update(ref, out({ ...health, severity: "Critical", title: "worse" }), signal);
    expect(firing()).toEqual([{ severity: "Critical", summary: "worse" }]);
    await channel.update(ref, out({ ...health, severity: "Info", state: "Resolved" }), signal);
    expect(firing()).toEqual([]);
  });

  test("ends the alert of the opening for an operator that has restarted since", async () => {
    const raised = await open2().post(out(health), signal);
    await open2().update(raised, out({ ...health, severity: "Critical" }), signal);
    expect(firing()).toEqual([{ severity: "Critical", summary: health.title }]);
    const over = await open2().post(out(health, "another"), signal);
    await open2().update(over, out({ ...health, severity: "Info", state: "Resolved" }, "another"), signal);
    expect(firing()).toEqual([{ severity: "Critical", summary: health.title }]);
  });

  test("keeps its labels when a group grows", async () => {
    const channel = open2();
    const ref = await channel.post(out(health), signal);
    await channel.update(ref, out({ ...health, subjects: ["shop/api", "shop/web"] }), signal);
    expect(firing()).toHaveLength(1);
  });

  test.each(["Progress", "Resolved", "Digest"] as const)("hears nothing of a deployment in the state %s", async (state) => {
    await open2().post(out({ ...deploy, state }), signal);
    expect(peer.requests).toHaveLength(0);
  });

  test("hears of a deployment that failed", async () => {
    await open2().post(out({ ...deploy, state: "Failed" }), signal);
    expect(firing()).toHaveLength(1);
  });

  test("that cannot take an alert says why", async () => {
    peer.faults.push({ status: 400, body: '"start time must be before end time"' });
    expect((await failure(open2().post(out(health), signal))).message).toContain("start time must be before end time");
    expect((await failure(open2().update("of another kind", out(health), signal))).failure).toBe("Gone");
  });
});

describe.each(["GitHub", "GitLab", "Gitea"] as const)("commit statuses on %s", (provider) => {
  let peer: GitHostPeer;
  let channel: Channel;
  const gitStatus = { provider, repository: "acme/shop", tokenSecretRef: { name: "host", key: "git" } };
  beforeEach(async () => {
    peer = await new GitHostPeer(provider).start();
    channel = await openTo({ spec: { gitStatus: { ...gitStatus, url: peer.url } }, secrets: {} });
  });
  afterEach(async () => {
    await channel.close();
    await peer.close();
  });

  test("go from running to their end under the context of the opening", async () => {
    const ref = await channel.post(out(deploy), signal);
    await channel.update(ref, out(deploy), signal);
    await channel.update(ref, out({ ...deploy, state: "Failed", subjects: ["a/b", "c/d"] }), signal);
    await channel.update(ref, out({ ...deploy, state: "Resolved" }), signal);
    const words = { GitHub: ["pending", "pending", "failure", "success"], GitLab: ["running", "failed", "success"], Gitea: ["pending", "pending", "failure", "success"] };
    expect(peer.statuses.map(({ state }) => state)).toEqual(words[provider]);
    expect(new Set(peer.statuses.map(({ context }) => context))).toEqual(new Set(["driftless/shop/api"]));
  });

  test("of a group have one context", async () => {
    expect(await channel.post(out({ ...deploy, subjects: ["a/b", "c/d"] }), signal)).toBe("driftless");
  });

  test("have descriptions of at most 140 characters", async () => {
    await channel.post(out({ ...deploy, title: "🚀 ".repeat(200) }), signal);
    expect(peer.statuses[0]?.description.length).toBeLessThanOrEqual(140);
  });

  test.each([["another class", { ...deploy, class: "Drift" }], ["no commit", { ...deploy, commit: undefined }], ["a commit that is none", { ...deploy, commit: "../../hooks" }], ["a digest", { ...deploy, state: "Digest" }]] as const)("say nothing of %s", async (_name, content) => {
    await channel.post(out(content), signal);
    expect(peer.requests).toHaveLength(0);
  });

  test("say which repository, commit or token is wrong", async () => {
    const unknown = await failure(channel.post(out({ ...deploy, commit: "f".repeat(40) }), signal));
    expect([unknown.failure, unknown.message]).toEqual(["Refused", expect.stringContaining("ffffffffffff")]);
    const other = await openTo({ spec: { gitStatus: { ...gitStatus, url: peer.url, repository: "acme/other" } }, secrets: {} });
    expect((await failure(other.post(out(deploy), signal))).message).toContain("acme/other");
    await other.close();
    const stranger = await openTo({ spec: { gitStatus: { ...gitStatus, url: peer.url } }, secrets: { git: "wrong" } });
    expect((await failure(stranger.post(out(deploy), signal))).message).toContain("Secret host, key git");
    await stranger.close();
  });

  test("wait as long as the host says, in its way", async () => {
    const reset = Math.floor(Date.now() / 1000) + 1200;
    peer.faults.push({ status: 403, headers: { "retry-after": "60" } }, { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) } });
    expect(await failure(channel.post(out(deploy), signal))).toMatchObject({ failure: "Limited", retryAfterMs: 60_000 });
    const later = await failure(channel.post(out(deploy), signal));
    expect(later.failure).toBe("Limited");
    expect(Math.abs((later.retryAfterMs ?? 0) - 1_200_000)).toBeLessThan(30_000);
  });
});

const opened = (spec: NotifierSpec, value: () => Promise<string | undefined>): Promise<DeliveryError> => failure(openChannel(spec, { readSecret: value, allowed: parseAllowed([]), now: () => new Date() }));

describe("opening a channel", () => {
  const secret = { name: "slack", key: "token" };
  const spec: NotifierSpec = { slack: { channel: "C0123456789", tokenSecretRef: secret } };

  test.each([
    [undefined, "Refused", /^Secret slack, key token: there is no such Secret/],
    ["", "Refused", /^Secret slack, key token: the value is empty/],
    [" \n", "Refused", /empty/],
    ["canary\r\nX-Evil: 1", "Refused", /blanks, line breaks/],
    ["canary–token", "Refused", /other characters/],
    ["canary".repeat(2000), "Refused", /too long/],
  ] as const)("with the value %j is %s", async (value, kind, told) => {
    const error = await opened(spec, () => Promise.resolve(value));
    expect([error.failure, error.message]).toEqual([kind, expect.stringMatching(told)]);
    expect(error.message).not.toContain("canary");
  });

  test("whose Secret cannot be read now is tried again", async () => {
    expect(await opened(spec, () => Promise.reject(new Error("timeout")))).toMatchObject({ failure: "Unavailable", message: "Secret slack, key token cannot be read: timeout", mayHaveArrived: false });
  });

  test.each([
    [{}, /no destination/],
    [{ slack: { channel: "C1" } }, /give channel and tokenSecretRef/],
    [{ webhook: {} }, /one of url and urlSecretRef/],
    [{ webhook: { url: "https://a.example", urlSecretRef: secret } }, /one of url and urlSecretRef/],
    [{ webhook: { url: "http://10.0.0.1/" } }, /private network/],
    [{ alertmanager: { url: "http://[fd00::1]:9093" } }, /private network/],
    [{ slack: { channel: "C1", tokenSecretRef: secret, apiUrl: "http://169.254.169.254/" } }, /private network/],
    [{ gitStatus: { provider: "GitHub", repository: "a/b", url: "http://127.0.0.1/", tokenSecretRef: secret } }, /private network/],
  ] as const)("of %j is refused", async (spec, told) => {
    const error = await opened(spec, () => Promise.resolve("value"));
    expect([error.failure, error.message]).toEqual(["Refused", expect.stringMatching(told)]);
  });

  test("trims the line break that an editor leaves", async () => {
    const channel = await openChannel(spec, { readSecret: () => Promise.resolve("xoxb-token\n"), allowed: parseAllowed([]), now: () => new Date() });
    expect(channel.abilities.thread).toBe(true);
    await channel.close();
  });
});

const lookup = (address: string): Lookup => (_host, callback) => callback(null, [{ address, family: 4 }]);

describe("the way out", () => {
  test("refuses a name that stands for this machine when the connection is made, and goes where the operator allows", async () => {
    const peer = await new WebhookPeer().start();
    const url = new URL(peer.url.replace("127.0.0.1", "rebinding.example"));
    const guarded = new HttpClient({ allowed: parseAllowed([]), lookup: lookup("127.0.0.1") });
    const error = await failure(guarded.send({ method: "POST", url, headers: {} }, signal));
    expect([error.failure, error.message]).toEqual(["Refused", expect.stringContaining("rebinding.example (127.0.0.1)")]);
    expect(peer.requests).toHaveLength(0);
    const allowed = new HttpClient({ allowed: parseAllowed(["rebinding.example"]), lookup: lookup("127.0.0.1") });
    expect((await allowed.send({ method: "POST", url, headers: {} }, signal)).status).toBe(415);
    for (const client of [guarded, allowed]) await client.close();
    await peer.close();
  });

  test("refuses an address in digits, for which no look-up happens", async () => {
    const peer = await new WebhookPeer().start();
    const client = new HttpClient({ allowed: parseAllowed([]) });
    expect((await failure(client.send({ method: "POST", url: new URL(peer.url), headers: {} }, signal))).failure).toBe("Refused");
    expect(peer.requests).toHaveLength(0);
    await client.close();
    await peer.close();
  });

  test("knows what surely did not arrive", async () => {
    const client = new HttpClient({ allowed: parseAllowed(["127.0.0.1"]) });
    const peer = await new WebhookPeer().start();
    const { url } = peer;
    await peer.close();
    expect(await failure(client.send({ method: "POST", url: new URL(url), headers: {} }, signal))).toMatchObject({ failure: "Unavailable", mayHaveArrived: false, message: expect.stringContaining("nothing listens there") as string });
    const nowhere = new HttpClient({ allowed: parseAllowed([]), lookup: (_host, callback) => callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }), []) });
    expect(await failure(nowhere.send({ method: "GET", url: new URL("http://nowhere.example"), headers: {} }, signal))).toMatchObject({ failure: "Unavailable", mayHaveArrived: false });
    for (const each of [client, nowhere]) await each.close();
  });

  test("sends nothing once it was told to end", async () => {
    const peer = await new WebhookPeer().start();
    const client = new HttpClient({ allowed: parseAllowed(["127.0.0.0/8"]) });
    expect(await failure(client.send({ method: "GET", url: new URL(peer.url), headers: {} }, AbortSignal.abort()))).toMatchObject({ failure: "Unavailable", mayHaveArrived: false });
    expect(peer.requests).toHaveLength(0);
    await client.close();
    await peer.close();
  });

  test("keeps no more of an answer than it may", async () => {
    const peer = await new WebhookPeer().start();
    peer.faults.push("Endless", { status: 200, body: "short" });
    const client = new HttpClient({ allowed: parseAllowed(["127.0.0.0/8"]) });
    const get = { method: "GET" as const, url: new URL(peer.url), headers: {} };
    expect((await client.send(get, signal)).body).toBe("x".repeat(64 * 1024));
    expect((await client.send(get, signal)).body).toBe("short");
    await client.close();
    await peer.close();
  });
});
