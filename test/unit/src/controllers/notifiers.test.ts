import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { NotifiersRig } from "../../../support/notify/notifiers-rig.ts";

const SLACK = { slack: { channel: "C1", tokenSecretRef: { name: "slack", key: "token" } } };
const WELL = ["Ready True ReconciliationSucceeded", "Synced True Applied", "Healthy True Healthy", "Drifted False NoDrift"];
const BROKEN = ["Ready False BuildFailed", "Synced False BuildFailed kustomization.yaml:3: no such file"];

const token = { apiVersion: "v1", kind: "Secret", metadata: { name: "slack", namespace: "shop" }, stringData: { token: "xoxb-1" } };

const packed = (value: unknown): string => gzipSync(JSON.stringify(value)).toString("base64");

/** A Notifier that tells a build that fails. */
async function telling(spec = {}): Promise<NotifiersRig> {
  const rig = new NotifiersRig();
  rig.create(token);
  rig.app("web", ...WELL);
  rig.declare({ ...SLACK, ...spec });
  await rig.begin();
  await rig.until("it delivers", () => rig.ready()?.reason === "Delivering");
  rig.app("web", ...BROKEN);
  await rig.until("it is told", () => rig.titles().length > 0);
  return rig;
}

describe("a Notifier at work", () => {
  test("tells nothing anew after a restart when nothing has changed, and what has changed meanwhile in place", async () => {
    const rig = await telling();
    await rig.end();
    const before = rig.destination("C1").requests.length;
    await rig.begin();
    await rig.pass(60_000);
    expect(rig.destination("C1").requests).toHaveLength(before);
    await rig.end();
    rig.app("web", ...WELL);
    await rig.begin();
    await rig.until("the end is told", () => /left/.test(rig.titles()[0] ?? ""));
    expect(rig.titles()).toHaveLength(1);
  });

  test("in another channel everything that is open is told anew", async () => {
    const rig = await telling();
    rig.declare({ slack: { ...SLACK.slack, channel: "C2" } });
    await rig.until("it is told there", () => rig.titles("C2").length > 0);
    expect([rig.titles("C1").length, rig.titles("C2")]).toEqual([1, rig.titles("C1")]);
  });

  test("reads another spec though the answer to a write of ours was the first to show it", async () => {
    const rig = await telling();
    rig.faults = ({ verb, kind }) => (verb === "watch" && kind === "Notifier" ? { kind: "Lag", ms: 60_000 } : undefined);
    rig.cluster.closeWatches();
    await rig.pass(10_000);
    rig.declare({ slack: { ...SLACK.slack, channel: "C2" } });
    rig.app("api", "Ready Unknown AwaitingApproval", "Synced False AwaitingApproval 1 change"); // its episode is counted in the status
    await rig.until("both are told there", () => rig.titles("C2").length === 2);
  });

  test("begins anew where somebody has spoilt or deleted what it remembers", async () => {
    for (const binaryData of [{ state: "bm9uZSBvZiBvdXJz" }, { state: packed({ version: 1, engine: {}, delivery: {} }) }, {}]) {
      const rig = await telling();
      await rig.end();
      const [outbox] = rig.outboxes();
      if (outbox === undefined) throw new Error("nothing is remembered");
      rig.cluster.server.apply({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: outbox.metadata.name, namespace: outbox.metadata.namespace ?? "" }, binaryData }, { manager: "somebody", force: true });
      await rig.begin();
      rig.app("api", ...BROKEN);
      await rig.until("it is told", () => rig.titles().some((title) => title.includes("api") || title.includes("2 Applications")));
    }
  });

  test("takes what is remembered of Notifiers along that were deleted while nobody looked", async () => {
    const rig = await telling();
    await rig.end();
    rig.cluster.server.delete({ apiVersion: "driftless.dev/v1alpha1", kind: "Notifier", namespace: "shop", name: "team" }, { propagationPolicy: "Background" });
    rig.declare(SLACK);
    await rig.begin();
    await rig.until("one is left", () => rig.outboxes().length === 1 && rig.outboxes()[0]?.metadata.labels?.["driftless.dev/outbox"] === rig.notifier()?.metadata.uid);
  });

  test("keeps what it has while it cannot be used, and goes on when it can", async () => {
    const rig = await telling();
    rig.cluster.server.delete({ apiVersion: "v1", kind: "Secret", namespace: "shop", name: "slack" }, { propagationPolicy: "Background" });
    await rig.until("it is told", () => rig.ready()?.reason === "DestinationRefused");
    rig.app("web", ...WELL);
    await rig.pass(30_000);
    expect(rig.titles()).toEqual([expect.stringContaining("Deployment failed")]);
    rig.create(token);
    await rig.until("the end is told", () => /left/.test(rig.titles()[0] ?? ""));
    expect(rig.ready()?.reason).toBe("Delivering");
  });

  test("a template that cannot be read stops it before anything is sent, and one that is mended lets it go on", async () => {
    const rig = await telling();
    rig.declare({ ...SLACK, template: { title: "{{ .episode.title" } });
    await rig.until("it is told", () => rig.ready()?.reason === "SpecInvalid");
    expect(rig.notifier()?.status?.observedGeneration).toBe(2);
    rig.app("web", ...WELL);
    await rig.pass(30_000);
    expect(rig.titles()).toEqual([expect.stringContaining("Deployment failed")]);
    rig.declare({ ...SLACK, template: { title: "mine: {{ .episode.title }}" } });
    await rig.until("the end is told", () => /mine: .*left/.test(rig.titles()[0] ?? ""));
  });

  test("nothing is sent while its state cannot be stored, and the condition says so", async () => {
    const rig = await telling();
    rig.faults = ({ kind, verb }) => (kind === "ConfigMap" && verb !== "get" ? { kind: "Refuse", status: 403 } : undefined);
    rig.app("api", "Ready True ReconciliationSucceeded", "Synced False AwaitingApproval 1 change");
    await rig.until("it is told", () => rig.ready()?.status === "False");
    await rig.pass(60_000);
    expect([rig.titles().length, rig.ready()?.reason, rig.ready()?.message]).toEqual([1, "StateNotStored", expect.stringContaining("ConfigMap")]);
    rig.faults = () => undefined;
    await rig.until("it goes on", () => rig.titles().length === 2 && rig.ready()?.status === "True");
  });

  test("one commit that breaks 300 Applications is one message", async () => {
    const rig = await telling();
    for (let index = 0; index < 300; index++) rig.app(`app-${index}`, ...BROKEN);
    await rig.until("all are in it", () => /301 Applications/.test(rig.titles()[0] ?? ""));
    await rig.pass(60_000);
    expect(rig.titles()).toHaveLength(1);
  });

  test("two Notifiers of one channel keep apart what each has told", async () => {
    const rig = await telling();
    rig.declare(SLACK, "other");
    await rig.until("both have told", () => rig.titles().length === 2);
    rig.app("web", ...WELL);
    await rig.until("both tell the end", () => rig.titles().every((title) => title.includes("left")));
  });

  test("two Notifiers that tell the same in the same moment name it differently", async () => {
    const rig = new NotifiersRig();
    rig.create(token);
    rig.app("web", ...WELL);
    for (const name of ["one", "two"]) rig.declare(SLACK, name);
    await rig.begin();
    await rig.until("both deliver", () => rig.ready("one")?.reason === "Delivering" && rig.ready("two")?.reason === "Delivering");
    rig.app("web", ...BROKEN);
    await rig.until("both have told", () => rig.titles().length === 2);
    expect(new Set(rig.seen().map(({ key }) => key.episode)).size).toBe(2);
  });

  test("lets a message arrive that is on its way while the spec changes", async () => {
    const rig = await telling();
    rig.destination("C1").fault = "Hang";
    const before = rig.destination("C1").requests.length;
    rig.app("api", "Ready Unknown AwaitingApproval", "Synced False AwaitingApproval 1 change");
    await rig.until("it is on its way", () => rig.destination("C1").requests.length > before);
    rig.declare({ ...SLACK, reminders: { off: true } });
    await rig.until("the spec is read", () => rig.notifier()?.status?.observedGeneration === 2);
    rig.destination("C1").fault = undefined;
    await rig.until("it is told", () => rig.titles().length === 2);
    await rig.pass(30_000);
    expect([rig.opened, rig.closedBusy, rig.titles().length]).toEqual([2, 0, 2]);
  });

  test("reads its Secret anew when that changes, and not when its watch begins anew", async () => {
    const rig = await telling();
    rig.cluster.compact();
    rig.cluster.closeWatches();
    await rig.pass(60_000);
    expect(rig.opened).toBe(1);
    rig.cluster.server.apply({ ...token, stringData: { token: "xoxb-2" } }, { manager: "test", force: true });
    await rig.until("it is read", () => rig.opened === 2);
  });

  test("what is not routed any more, deleted or suspended ends with what is true", async () => {
    const rig = await telling();
    rig.app("cart", "Ready False HealthCheckFailed", "Synced True Applied", "Healthy False HealthCheckFailed 0 of 1");
    rig.app("pay", "Ready False HealthCheckFailed", "Synced True Applied", "Healthy False HealthCheckFailed 0 of 1");
    rig.source("shop", "Ready False GitUnauthorized access denied");
    rig.app("stock", "Ready Unknown AwaitingApproval", "Synced False AwaitingApproval 1 change");
    await rig.until("all is told", () => rig.titles().length === 4);
    rig.dropApp("cart");
    rig.app("pay", "Ready Unknown Suspended");
    rig.app("web", "Ready Unknown Suspended");
    rig.source("shop", "Ready Unknown Suspended");
    rig.declare({ ...SLACK, routes: [{ classes: ["Drift"] }] });
    await rig.pass(90_000);
    expect(rig.titles().sort()).toEqual([
      "Failed Deployment failed and was left: shop/web",
      "Resolved 2 Applications: not healthy (over)",
      "Resolved Source shop/shop: cannot be fetched (suspended meanwhile)",
      "Resolved shop/stock: waits for approval (not told here any more)",
    ]);
    expect(rig.seen().find(({ content }) => content.class === "Health")?.content.lines).toEqual(["shop/cart: deleted", "shop/pay: suspended", expect.stringMatching(/^over after/)]);
    expect(rig.seen().map(({ content: { outcome } }) => outcome === "Left")).toEqual([false, true, true, true]);
  });

  test("a source that fails is told, and not what follows from it", async () => {
    const rig = await telling();
    rig.app("web", ...WELL);
    await rig.pass(30_000);
    rig.source("shop", "Ready False GitUnauthorized access denied");
    for (const name of ["a", "b"]) rig.app(name, "Ready False SourceNotReady", "Synced False SourceNotReady waits for its source");
    await rig.until("it is told", () => rig.titles().length === 2);
    await rig.pass(120_000);
    expect(rig.seen().at(-1)?.content).toMatchObject({ title: "Source shop/shop: cannot be fetched", lines: ["access denied", "2 messages about what follows from it are held back while it lasts"] });
    rig.source("shop", "Ready True ArtifactStored");
    for (const name of ["a", "b"]) rig.app(name, ...WELL);
    await rig.pass(120_000);
    expect([rig.titles().length, rig.titles().at(-1)]).toEqual([2, "Resolved Source shop/shop: fetched again"]);
  });

  test("a Notifier that is made anew tells everything that is open", async () => {
    const rig = await telling();
    rig.cluster.server.delete({ apiVersion: "driftless.dev/v1alpha1", kind: "Notifier", namespace: "shop", name: "team" }, { propagationPolicy: "Background" });
    rig.declare(SLACK);
    await rig.until("it is told", () => rig.titles().length === 2);
    await rig.until("one outbox is left", () => rig.outboxes().length === 1);
    expect(rig.titles()).toEqual(["Failed Deployment failed: shop/web", "Failed Deployment failed: shop/web"]);
  });
});
