import { setTimeout as sleep } from "node:timers/promises";
import { API_VERSION } from "../../../src/api/group.ts";
import { DEFAULT_NAMESPACE } from "../../../src/cli/install/names.ts";
import { SlackPeer } from "../../support/notify/slack-peer.ts";
import { editByHand } from "../edited-app.ts";
import { allReady, commitFleet, declareFolder, declareSource, appNames, objectNames, OBJECTS_PER_APP, watchFleet } from "../fleet.ts";
import { startRig } from "../rig.ts";
import type { Rig } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { measured } from "../row.ts";

const NAMESPACE = "bench-storm";
const APPS = appNames(50);
/** Every object is edited twice: the second time to yet another value. */
const EDITS = 1_000;
const SECONDS = 60;
/** By then everything has to be told: 50 messages at one a second, twice. */
const TOLD_MS = 240_000;
const CHANNEL = "C0123456789";

const what = `${EDITS} findings in ${SECONDS} s over ${APPS.length} Applications that only report drift, told to a server with the shape of Slack's`;
const bars = {
  parents: { bar: "drift.5a", what: `${what}: parent messages of one episode, most`, unit: "messages", limit: "<=1" },
  rate: { bar: "drift.5b", what: "the same: requests within any second, counted by the server", unit: "requests", limit: "<=1" },
  truth: { bar: "drift.5c", what: "the same: Applications whose message does not say in the end how many differences there are", unit: "applications", limit: "<=0" },
} as const satisfies Readonly<Record<string, Bar>>;

/** Every bar about a storm of findings. */
export const stormBars: readonly Bar[] = Object.values(bars);

/** Everything drifts at once, and the channel stays readable. */
export async function measureStorm(say: (text: string) => void): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack();
  const rig = await startRig([NAMESPACE], say, stack);
  const peer = await new SlackPeer().start();
  stack.defer(() => peer.close());
  await openFleet(rig);
  await declareNotifier(rig, peer);
  await storm(rig);
  const untold = await told(peer, rig);
  const parents = Math.max(...APPS.map((app) => messagesOf(peer, app).length));
  say(`${peer.requests.length} requests, ${peer.parents().length} messages for ${APPS.length} Applications; not true: ${untold.join(", ") || "none"}`);
  return [measured(bars.parents, parents, APPS.length), measured(bars.rate, peer.mostWithin(950), peer.requests.length), measured(bars.truth, untold.length, APPS.length)];
}

async function openFleet(rig: Rig): Promise<void> {
  await commitFleet(rig, NAMESPACE, APPS, "start");
  await watchFleet(rig, NAMESPACE);
  await declareSource(rig, NAMESPACE);
  for (const app of APPS) await declareFolder(rig, NAMESPACE, app, { drift: { mode: "Report" } });
  await allReady(rig, APPS);
}

async function declareNotifier(rig: Rig, peer: SlackPeer): Promise<void> {
  const { client } = rig.cluster;
  await client.apply({ apiVersion: "v1", kind: "Secret", metadata: { name: "slack", namespace: DEFAULT_NAMESPACE }, stringData: { token: "xoxb-canary-token" } }, { fieldManager: "driftless-bench" });
  const spec = { slack: { channel: CHANNEL, tokenSecretRef: { name: "slack", key: "token" }, apiUrl: peer.apiUrl }, routes: [{ namespaces: [NAMESPACE], classes: ["Drift"] }] };
  await client.apply({ apiVersion: API_VERSION, kind: "Notifier", metadata: { name: "storm", namespace: DEFAULT_NAMESPACE }, spec }, { fieldManager: "driftless-bench" });
}

async function storm(rig: Rig): Promise<void> {
  const names = objectNames(APPS);
  const began = performance.now();
  const running: Promise<unknown>[] = [];
  for (let index = 0; index < EDITS; index++) {
    await sleep(Math.max(0, began + (index * SECONDS * 1000) / EDITS - performance.now()));
    running.push(editByHand(rig, { namespace: NAMESPACE, name: names[(index * 7) % names.length] ?? "", value: `storm ${index}`, manager: "kubectl-edit" }));
  }
  await Promise.all(running);
}

/** Waits until every message is true; the Applications whose is not when time is over. */
async function told(peer: SlackPeer, { signal }: Rig): Promise<readonly string[]> {
  const ended = performance.now() + TOLD_MS;
  const isTrue = (app: string): boolean => messagesOf(peer, app).some((text) => text.includes(`${OBJECTS_PER_APP} differences`));
  while (!signal.aborted && performance.now() < ended && !APPS.every(isTrue)) await sleep(500);
  return APPS.filter((app) => !isTrue(app));
}

/** Parent messages that name an Application. */
const messagesOf = (peer: SlackPeer, app: string): readonly string[] => peer.parents(CHANNEL).map((message) => JSON.stringify(message)).filter((text) => text.includes(`${NAMESPACE}/${app}`));
