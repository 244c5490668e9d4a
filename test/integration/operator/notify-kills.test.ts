import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Notifier } from "../../../src/api/notifier.ts";
import { API_VERSION } from "../../../src/api/group.ts";
import { DEFAULT_NAMESPACE } from "../../../src/cli/install/names.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { configMap, secret } from "../../support/manifests.ts";
import type { PeerAnswer, PeerRequest } from "../../support/notify/http-peer.ts";
import { SlackPeer } from "../../support/notify/slack-peer.ts";
import type { SlackPeerMessage } from "../../support/notify/slack-peer.ts";
import type { OperatorChild } from "../../support/operator-child.ts";
import { startOwnPlane } from "../../support/own-plane.ts";
import type { OwnPlane } from "../../support/own-plane.ts";
import type { Tenant } from "../../support/tenant.ts";

/** These tests kill the operator: that is not for the one that all tests share. */
const stack = new AsyncDisposableStack();
let plane: OwnPlane;

beforeAll(async () => {
  plane = await startOwnPlane(stack);
});
afterAll(() => stack.disposeAsync());

/** When the operator is killed, by the number of the message, change or reply that it sends: before it arrives, or after that, and before its answer. */
type Plan = Readonly<Record<number, "Before" | "After">>;

/** Slack, at which the operator dies. */
class DeadlySlack extends SlackPeer {
  #plan: Plan = {};
  #kill: () => void = () => undefined;
  #count = 0;

  arm(plan: Plan, kill: () => void): void {
    this.#plan = plan;
    this.#kill = kill;
  }

  protected override answer(request: PeerRequest): PeerAnswer {
    const moment = request.path.includes("/chat.") ? this.#plan[++this.#count] : undefined;
    if (moment === "Before") {
      this.#kill();
      return { status: 503 }; // nobody reads it
    }
    const answer = super.answer(request);
    if (moment === "After") this.#kill();
    return answer;
  }
}

async function slack(): Promise<DeadlySlack> {
  const peer = await new DeadlySlack().start();
  onTestFinished(() => peer.close());
  return peer;
}

/** An operator that somebody starts again whenever it was killed. */
class Phoenix {
  kills = 0;
  #child: OperatorChild | undefined;
  #life: Promise<void> = Promise.resolve();

  async begin(): Promise<void> {
    this.#child = await plane.operator();
  }

  kill = (): void => {
    this.kills += 1;
    const child = this.#child;
    child?.process.kill("SIGKILL");
    this.#life = this.#life.then(async () => {
      await child?.ended;
      await this.begin();
    });
  };

  async settled(): Promise<void> {
    await this.#life;
  }
}

/** Tells all namespaces in a channel of `peer`. */
async function declare(name: string, peer: SlackPeer): Promise<void> {
  const metadata = { name, namespace: DEFAULT_NAMESPACE };
  await plane.cluster.client.apply({ apiVersion: "v1", kind: "Secret", metadata, stringData: { token: "xoxb-canary-token" } }, { fieldManager: "test" });
  const spec = { slack: { channel: "C0123456789", tokenSecretRef: { name, key: "token" }, apiUrl: peer.apiUrl }, routes: [{ namespaces: ["*"] }] } satisfies Notifier["spec"];
  await plane.cluster.client.apply({ apiVersion: API_VERSION, kind: "Notifier", metadata, spec }, { fieldManager: "test" });
}

const notifier = async (name: string): Promise<Notifier | undefined> => (await plane.cluster.client.get({ apiVersion: API_VERSION, kind: "Notifier", namespace: DEFAULT_NAMESPACE, name })) as Notifier | undefined; // the API server has validated it

async function delivers(name: string): Promise<void> {
  await pollUntil({ what: `Notifier ${name} is ready`, deadlineMs: 40_000, probe: async () => (await notifier(name))?.status?.conditions?.[0]?.status === "True" });
}

/** What the channel shows: the newest message of each episode. */
function shown(peer: SlackPeer): SlackPeerMessage[] {
  return [...new Map(peer.parents().map((message) => [episodeOf(message), message])).values()];
}

const episodeOf = ({ metadata }: SlackPeerMessage): string => (metadata as { readonly event_payload: { readonly episode: string } }).event_payload.episode; // every message of ours has it
const isRepeated = (message: SlackPeerMessage): boolean => JSON.stringify(message).includes("Sent again after an interruption");

/** Waits until the channel shows a message like each of these. */
async function shows(peer: SlackPeer, patterns: readonly RegExp[]): Promise<void> {
  const missing = (): RegExp[] => patterns.filter((pattern) => !shown(peer).some((message) => pattern.test(JSON.stringify(message))));
  await pollUntil({ what: "the channel shows it all", deadlineMs: 150_000, probe: () => Promise.resolve(missing().length === 0) }).catch((error: unknown) => {
    throw new Error(`${String(error)}\nmissing ${missing().join(" ")}\n${peer.messages.map(({ text, edits }) => `${edits}: ${text}`).join("\n")}`, { cause: error });
  });
}

async function approve(shop: Tenant): Promise<void> {
  const release = shop.releases.at(-1);
  await shop.cluster.client.patch({ apiVersion: API_VERSION, kind: "Release", namespace: shop.namespace, name: release?.metadata.name ?? "" }, { spec: { approval: { planDigest: release?.spec.plan.digest ?? "" } } }, { type: "merge" });
}

test("an operator that is killed at any moment of a delivery tells each episode once where it can look, at most once more for each kill where it cannot, and its end always", async () => {
  const [readable, unreadable] = [await slack(), await slack()];
  unreadable.scopes.delete("channels:history");
  const operator = new Phoenix();
  await operator.begin();
  const [failing, waiting, sealed] = await Promise.all([plane.shop({ "a.yaml": configMap("a") }), plane.shop({ "a.yaml": configMap("a") }), plane.shop({ "login.yaml": secret("login") })]);
  await Promise.all([failing.ready(), waiting.ready(), sealed.ready()]);
  await waiting.respec("Application", { sync: { approval: "Manual" } });
  await declare("readable", readable);
  await declare("unreadable", unreadable);
  await Promise.all([delivers("readable"), delivers("unreadable")]);
  readable.arm({ 1: "After", 4: "Before", 6: "After" }, operator.kill);
  unreadable.arm({ 2: "After", 5: "After" }, operator.kill);

  await failing.commit({ "bad.yaml": configMap("bad", { "no/key": "1" }) });
  await waiting.commit({ "b.yaml": configMap("b") });
  await sealed.kubectl("patch", "secret/login", "--type=merge", "-p", JSON.stringify({ stringData: { password: "by-hand" } }));
  for (const peer of [readable, unreadable]) await shows(peer, [/Deployment failed[^"]*: shop/, /[Aa]pproval/, /Drift in/]);

  const fixed = await failing.commit({ "bad.yaml": configMap("bad") });
  await waiting.until("it asks", () => waiting.releases.at(-1)?.spec.plan.digest !== undefined);
  await approve(waiting);
  for (const peer of [readable, unreadable]) await shows(peer, [new RegExp(`Deployed ${failing.namespace}/app`), /Deployment failed and was left/, new RegExp(`Deployed ${waiting.namespace}/app`), /[Aa]pproval/, /Drift in/]);
  await operator.settled();
  await Promise.all([failing.ready(fixed), waiting.ready()]);

  expect(operator.kills).toBe(5);
  const told = shown(readable).map(({ text }) => text);
  expect(told).toHaveLength(5);
  expect(readable.parents().map(episodeOf)).toHaveLength(new Set(readable.parents().map(episodeOf)).size);
  expect(readable.messages.filter(isRepeated)).toEqual([]);
  expect(shown(unreadable)).toHaveLength(5);
  const more = unreadable.parents().length - shown(unreadable).length;
  expect(more).toBeLessThanOrEqual(operator.kills);
  expect(unreadable.parents().filter(isRepeated).length).toBeGreaterThanOrEqual(more);
}, 400_000);
