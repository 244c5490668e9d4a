import { gunzipSync } from "node:zlib";
import { expect, onTestFinished } from "vitest";
import type { Notifier, NotifierSpec } from "../../../src/api/notifier.ts";
import { findCondition } from "../../../src/api/conditions.ts";
import { API_VERSION } from "../../../src/api/group.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { DEFAULT_NAMESPACE } from "../../../src/cli/install/names.ts";
import { OUTBOX_LABEL } from "../../../src/controllers/outbox-store.ts";
import { configMap, secret } from "../../support/manifests.ts";
import { SlackPeer } from "../../support/notify/slack-peer.ts";
import type { SlackPeerMessage } from "../../support/notify/slack-peer.ts";
import { test } from "../../support/operator.ts";
import { CANARY, leaks } from "../../support/status-linter.ts";
import type { Tenant } from "../../support/tenant.ts";

const WATCH = { watch: [{ apiVersion: API_VERSION, kind: "Notifier" }] };
const CHANNEL = "C0123456789";
const DEADLINE_MS = 60_000;
/** A group of Applications is waited for before anything is told. */
const TEST_MS = 120_000;

async function slack(): Promise<SlackPeer> {
  const peer = await new SlackPeer().start();
  onTestFinished(() => peer.close());
  return peer;
}

async function declare(tenant: Tenant, spec: NotifierSpec): Promise<void> {
  await tenant.apply({ apiVersion: API_VERSION, kind: "Notifier", metadata: { name: "team", namespace: tenant.namespace }, spec });
}

const token = (tenant: Tenant, value: string): Promise<unknown> => tenant.apply({ apiVersion: "v1", kind: "Secret", metadata: { name: "slack", namespace: tenant.namespace }, stringData: { token: value } });

const slackSpec = (peer: SlackPeer): NotifierSpec => ({ slack: { channel: CHANNEL, tokenSecretRef: { name: "slack", key: "token" }, apiUrl: peer.apiUrl } });

const notifier = (tenant: Tenant): Notifier | undefined => tenant.view.get("Notifier", "team") as Notifier | undefined; // the API server has validated it

async function stands(tenant: Tenant, status: string, reason: string): Promise<string> {
  const ready = () => findCondition(notifier(tenant)?.status?.conditions, "Ready");
  await tenant.until(`the Notifier is ${status} ${reason}`, () => ready()?.status === status && ready()?.reason === reason);
  return ready()?.message ?? "";
}

/** The one message in the channel whose text matches. */
async function message(peer: SlackPeer, pattern: RegExp): Promise<SlackPeerMessage> {
  const find = () => peer.parents().find((parent) => pattern.test(JSON.stringify(parent)));
  await pollUntil({ what: `a message like ${pattern}`, deadlineMs: DEADLINE_MS, probe: () => Promise.resolve(find() !== undefined) }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${JSON.stringify(peer.messages, undefined, 1)}`, { cause: error });
  });
  const found = find();
  if (found === undefined) throw new Error("the message is gone again");
  return found;
}

test("a deployment that fails is told in one message, which is brought up to date when another one takes its place", async ({ tenant }) => {
  const peer = await slack();
  const shop = await tenant({ "a.yaml": configMap("a") }, WATCH);
  await shop.ready();
  await token(shop, "xoxb-canary-token");
  await declare(shop, slackSpec(peer));
  await stands(shop, "True", "Delivering");
  await shop.commit({ "bad.yaml": configMap("bad", { "no/key": "1" }) }, { message: "a <!channel> key" });
  const failed = await message(peer, /bad\.yaml/);
  expect(JSON.stringify(failed)).not.toContain("<!channel>");
  await shop.ready(await shop.commit({ "bad.yaml": configMap("bad") }));
  await message(peer, /Deployed/);
  await message(peer, /Deployment failed and was left/);
  expect(peer.parents()).toHaveLength(2);
  expect(peer.parents()[0]?.edits).toBeGreaterThan(0);
  await shop.until("it is counted", () => (notifier(shop)?.status?.delivered ?? 0) >= 3 && notifier(shop)?.status?.openEpisodes === 0);
}, TEST_MS);

test("a token that is missing, wrong, and right at last", async ({ tenant }) => {
  const peer = await slack();
  const shop = await tenant({ "a.yaml": configMap("a") }, WATCH);
  await shop.ready();
  await declare(shop, slackSpec(peer));
  expect(await stands(shop, "False", "DestinationRefused")).toContain("Secret slack, key token");
  await token(shop, "xoxb-wrong");
  await stands(shop, "True", "Delivering");
  await shop.commit({ "bad.yaml": configMap("bad", { "no/key": "1" }) });
  expect(await stands(shop, "False", "DestinationRefused")).not.toContain("xoxb-wrong");
  await token(shop, "xoxb-canary-token");
  await message(peer, /bad\.yaml/);
  await stands(shop, "True", "Delivering");
}, TEST_MS);

test("what is wrong with a Notifier is told in its status, all at once", async ({ tenant }) => {
  const shop = await tenant({ "a.yaml": configMap("a") }, WATCH);
  await declare(shop, { webhook: { url: "https://example.com/hook" }, routes: [{ namespaces: ["kube-system"] }, { when: "episode.severity ==" }], template: { title: "{{ .episode.title" }, digest: { schedule: "never" } });
  const told = await stands(shop, "False", "SpecInvalid");
  for (const place of ["spec.routes[0].namespaces", "spec.routes[1].when", "spec.template.title", "spec.digest.schedule"]) expect(told).toContain(place);
  await declare(shop, { webhook: { url: "http://169.254.169.254/latest/meta-data/" } });
  expect(await stands(shop, "False", "DestinationRefused")).toContain("169.254.169.254");
}, TEST_MS);

test("drift of a Secret is told at once although it was reverted, and neither its value nor the token is", async ({ tenant }) => {
  const peer = await slack();
  const shop = await tenant({ "login.yaml": secret("login") }, WATCH);
  await shop.ready();
  await token(shop, "xoxb-canary-token");
  await declare(shop, slackSpec(peer));
  await stands(shop, "True", "Delivering");
  await shop.kubectl("patch", "secret/login", "--type=merge", "-p", JSON.stringify({ stringData: { password: `${CANARY}-by-hand` } }));
  const told = await message(peer, /Secret [^ ]*login/);
  expect(JSON.stringify(told)).toMatch(/kubectl-patch/);
  expect(leaks(peer.requests.map(({ body }) => body).join("\n"))).toBe(false);
  const outboxes = await shop.cluster.kubectl("-n", DEFAULT_NAMESPACE, "get", "configmaps", "-l", OUTBOX_LABEL, "-o", "json");
  for (const { binaryData } of (JSON.parse(outboxes) as { readonly items: readonly { readonly binaryData: { readonly state: string } }[] }).items) { // v1 ConfigMaps
    const text = gunzipSync(Buffer.from(binaryData.state, "base64")).toString("utf8");
    expect(leaks(text) || text.includes("xoxb")).toBe(false);
  }
}, TEST_MS);

test("a Notifier that is deleted takes its outbox along", async ({ tenant }) => {
  const peer = await slack();
  const shop = await tenant({ "a.yaml": configMap("a") }, WATCH);
  await shop.ready();
  await token(shop, "xoxb-canary-token");
  await declare(shop, slackSpec(peer));
  await stands(shop, "True", "Delivering");
  const selector = ["-n", DEFAULT_NAMESPACE, "get", "configmaps", "-l", `${OUTBOX_LABEL}=${notifier(shop)?.metadata.uid ?? ""}`, "-o", "name"];
  await pollUntil({ what: "an outbox", deadlineMs: DEADLINE_MS, probe: async () => (await shop.cluster.kubectl(...selector)) !== "" });
  await shop.kubectl("delete", "notifiers.driftless.dev", "team");
  await pollUntil({ what: "no outbox", deadlineMs: DEADLINE_MS, probe: async () => (await shop.cluster.kubectl(...selector)) === "" });
}, TEST_MS);
