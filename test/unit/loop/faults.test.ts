/** The whole loop beside what does not work: kinds that cannot be listed or watched, slow servers, records that were lost. */
import { describe, expect, test } from "vitest";
import type { Faults } from "../../support/memory-cluster/faults.ts";
import { AppWorld, configMapYaml, deploymentYaml } from "../../support/loop/app-world.ts";

const account = (name = "s"): string => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}}\n`;
const secret = (name: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\nstringData: {a: b}\n`;
const requestsOf = (world: AppWorld, kind: string): string[] => world.requests.filter((request) => request.split(" ")[1] === kind);

const accountsBroken: Faults = ({ kind, verb }) => (kind === "ServiceAccount" && verb === "list" ? { kind: "Refuse", status: 500 } : undefined);

/** Applied; then another process of the operator, to which one kind cannot be listed. */
async function withBrokenKind() {
  const world = new AppWorld();
  world.app("a");
  await world.settled({ "a/x.yaml": configMapYaml("x"), "a/old.yaml": configMapYaml("old"), "a/s.yaml": account() });
  world.kill();
  world.faults = accountsBroken;
  world.start();
  await world.advance(60_000);
  return world;
}

describe("a kind that cannot be listed", () => {
  test("holds up nothing but deletes, and is named with the cause", async () => {
    const world = await withBrokenKind();
    world.patch("ConfigMap", "x", { data: { v: "evil" } }, { apiVersion: "v1", manager: "kubectl-edit" });
    await world.advance(10_000);
    expect(world.value("x")).toBe("1");
    world.commit({ "a/x.yaml": configMapYaml("x", "2"), "a/s.yaml": account(), "a/t.yaml": account("t") });
    await world.advance(60_000);
    expect([world.value("x"), world.names("ConfigMap"), world.names("ServiceAccount")]).toEqual(["2", ["old", "x"], ["s", "t"]]);
    expect(world.condition("a", "DriftWatch")).toContain("False WatchFailed: checked at the resync interval only: ServiceAccount (it cannot be listed: the server answered 500");
    expect(world.condition("a", "Synced")).toContain("ConfigMap apps/old: waits until all kinds can be listed: ServiceAccount");
  });

  test("is as any other when it can be", async () => {
    const world = await withBrokenKind();
    world.commit({ "a/x.yaml": configMapYaml("x") });
    await world.advance(60_000);
    world.faults = () => undefined;
    await world.advance(120_000);
    expect([world.names("ConfigMap"), world.names("ServiceAccount"), world.condition("a", "DriftWatch")]).toEqual([["x"], [], undefined]);
    expect(world.condition("a", "Ready")).toContain("True ReconciliationSucceeded");
  });

  test("whose objects cannot be read either fails for these alone", async () => {
    const world = new AppWorld();
    world.app("a");
    world.faults = ({ kind, verb }) => (kind === "ServiceAccount" && ["list", "get"].includes(verb) ? { kind: "Refuse", status: 500 } : undefined);
    await world.settled({ "a/x.yaml": configMapYaml("x"), "a/s.yaml": account() });
    expect([world.value("x"), world.names("ServiceAccount")]).toEqual(["1", []]);
    expect(world.condition("a", "Synced")).toContain("1 of 2 objects");
  });
});

/** The operator may neither list nor watch Secrets; the account may list those of its namespace. */
const secretsForbidden: Faults = ({ kind, verb, as }) => (kind === "Secret" && as === undefined && ["list", "watch"].includes(verb) ? { kind: "Refuse", status: 403 } : undefined);
const thirty = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a/s${index}.yaml`, secret(`s${index}`)]));
const ours = (world: AppWorld): string[] => world.names("Secret").filter((name) => /^s\d+$/.test(name));

async function withForbiddenKind(faults = secretsForbidden) {
  const world = new AppWorld();
  world.app("a");
  world.faults = faults;
  await world.settled({ "a/d.yaml": deploymentYaml("web"), ...thirty });
  await world.advance(60_000);
  return world;
}

describe("a kind that may not be watched", () => {
  test("costs nothing when something else happens", async () => {
    const world = await withForbiddenKind();
    expect(ours(world)).toHaveLength(30);
    world.paused = true;
    world.requests.length = world.reconciles.length = 0;
    for (let ready = 0; ready < 10; ready += 1) {
      world.replicasReady("web", ready);
      await world.advance(100);
    }
    expect([world.reconciles.length, requestsOf(world, "Secret")]).toEqual([10, []]);
  });

  test("has what was done to its objects undone at the next look at everything, by one list and no body that is as it was", async () => {
    const world = await withForbiddenKind();
    world.patch("Secret", "s3", { stringData: { a: "evil" } }, { apiVersion: "v1", manager: "kubectl-edit" });
    world.requests.length = 0;
    await world.advance(2 * 3_600_000);
    expect(requestsOf(world, "Secret").filter((request) => request.startsWith("apply"))).toEqual(["apply Secret s3"]);
    expect(new Set(requestsOf(world, "Secret").filter((request) => request.startsWith("get")))).toEqual(new Set(["get Secret s3"]));
  });

  test("is pruned like any other, also by a process that has not applied it", async () => {
    const world = await withForbiddenKind();
    const { "a/s0.yaml": _first, ...less } = thirty;
    world.commit({ "a/d.yaml": deploymentYaml("web"), ...less });
    await world.advance(60_000);
    expect(ours(world)).toHaveLength(29);
    world.kill();
    const { "a/s1.yaml": _second, ...fewer } = less;
    world.commit({ "a/d.yaml": deploymentYaml("web"), ...fewer });
    world.start();
    await world.advance(60_000);
    expect([ours(world).length, ours(world).includes("s1")]).toEqual([28, false]);
    expect(world.condition("a", "Synced")).toContain("True Applied: 29 objects");
  });

  test("that the account may not list either has what is stale told", async () => {
    const world = await withForbiddenKind(({ kind, verb }) => (kind === "Secret" && ["list", "watch"].includes(verb) ? { kind: "Refuse", status: 403 } : undefined));
    const { "a/s0.yaml": _first, ...less } = thirty;
    world.commit({ "a/d.yaml": deploymentYaml("web"), ...less });
    await world.advance(60_000);
    expect(ours(world)).toHaveLength(30);
    expect(world.condition("a", "Synced")).toContain("no longer desired, but kept: Secret apps/s0: its kind can be neither watched nor listed");
  });
});

/** A Deployment, and eight ConfigMaps of the wave after it. */
function news(image: string): Record<string, string> {
  const items = Array.from({ length: 8 }, (_, index) => [`a/c${index}.yaml`, configMapYaml(`c${index}`, "1", ', annotations: {driftless.dev/wave: "1"}')]);
  return { "a/d.yaml": deploymentYaml("web", image), ...Object.fromEntries(items) };
}

/** The gate is closed, or an earlier wave is on its way. */
async function waiting(spec: Parameters<AppWorld["app"]>[1], image: string) {
  const world = new AppWorld();
  world.app("a");
  await world.settled({ "a/d.yaml": deploymentYaml("web") });
  world.patch("Application", "a", { spec: spec ?? {} });
  await world.advance(2_000);
  world.paused = true;
  world.commit(news(image));
  await world.advance(20_000);
  return world;
}

describe("what waits", () => {
  test.each([["at a closed gate", { sync: { approval: "Manual" } }, "web:1", 1], ["for an earlier wave", {}, "web:2", 2]])("%s is not looked up again with every event", async (_case, spec, image, generation) => {
    const world = await waiting(spec, image);
    world.requests.length = world.reconciles.length = 0;
    for (let ready = 0; ready < 10; ready += 1) {
      world.replicasReady("web", ready, generation);
      await world.advance(100);
    }
    expect([world.reconciles.length, requestsOf(world, "ConfigMap")]).toEqual([10, []]);
  });

  test("is looked up before it is written: what somebody made meanwhile is not taken over unseen", async () => {
    const world = await waiting({}, "web:2");
    world.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c0", namespace: "apps", labels: { "kustomize.toolkit.fluxcd.io/name": "flux", "kustomize.toolkit.fluxcd.io/namespace": "flux" } }, data: { v: "theirs" } });
    world.replicasReady("web", 20, 2);
    await world.advance(5_000);
    expect([world.value("c0"), world.value("c1")]).toEqual(["theirs", "1"]);
    expect(world.condition("a", "Synced")).toContain("Flux Kustomization flux/flux");
  });
});

/** Ten Applications with 70 objects each whose every write takes ten seconds, and a good one. */
async function besideSlowOnes(concurrency?: number) {
  const world = new AppWorld(concurrency === undefined ? {} : { concurrency });
  const slow = Array.from({ length: 10 }, (_, index) => `s${index}`);
  for (const name of [...slow, "zgood"]) world.app(name);
  const files = (value: string): Record<string, string> => ({
    "zgood/x.yaml": configMapYaml("good", value),
    ...Object.fromEntries(slow.flatMap((name) => Array.from({ length: 70 }, (_, index) => [`${name}/c${index}.yaml`, configMapYaml(`${name}-${index}`, value)]))),
  });
  await world.settled(files("1"));
  world.faults = ({ verb, name, kind }) => (verb === "apply" && kind === "ConfigMap" && name !== "good" ? { kind: "Delay", beforeMs: 10_000 } : undefined);
  world.commit(files("2"));
  return world;
}

describe("a good Application beside ten whose writes take ten seconds each", () => {
  test.each([undefined, 4])("does not notice them, with %s workers", async (workers) => {
    const world = await besideSlowOnes(workers);
    expect(await world.secondsUntil(() => world.value("good") === "2", 60)).toBeLessThanOrEqual(2);
  }, 20_000);

  test("has its turn where there are many more of them than workers, and they get done", async () => {
    const world = await besideSlowOnes(2);
    expect(await world.secondsUntil(() => world.value("good") === "2", 300)).toBeLessThanOrEqual(90);
    expect(world.condition("s0", "Synced")).toMatch(/^(False Progressing: .*is applied with the next turn|True Applied)/s);
    await world.advance(600_000);
    expect(world.condition("s9", "Synced")).toContain("True Applied: 70 objects");
  }, 20_000);
});

const uidOf = (world: AppWorld): string | undefined => world.cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "apps", name: "x" })?.metadata.uid;

describe("an object that one commit moves", () => {
  const child = "apiVersion: driftless.dev/v1alpha1\nkind: Application\nmetadata: {name: b}\nspec: {sourceRef: {kind: GitSource, name: source}, path: b}\n";

  test.each([0, 1, 50, 700])("into an Application that comes with it is handed over, where the watch tells of that one %d ms late", async (ms) => {
    const world = new AppWorld();
    world.app("p");
    world.app("a");
    world.faults = ({ verb, kind }) => (ms > 0 && verb === "watch" && kind === "Application" ? { kind: "Lag", ms } : undefined);
    await world.settled({ "p/k.yaml": configMapYaml("k"), "a/x.yaml": configMapYaml("x"), "a/z.yaml": configMapYaml("z") });
    const uid = uidOf(world);
    world.commit({ "p/k.yaml": configMapYaml("k"), "p/b.yaml": child, "a/z.yaml": configMapYaml("z"), "b/x.yaml": configMapYaml("x") });
    await world.advance(120_000);
    expect([uidOf(world), world.condition("b", "Ready")?.slice(0, 4)]).toEqual([uid, "True"]);
  });

  test("into an Application that somebody makes during a long reconcile of the first one is handed over", async () => {
    const world = new AppWorld();
    world.app("a");
    await world.settled({ "a/x.yaml": configMapYaml("x"), "a/z.yaml": configMapYaml("z"), "b/x.yaml": configMapYaml("x") });
    const uid = uidOf(world);
    world.faults = ({ verb, name, as }) => {
      if (verb === "apply" && name === "slow") return { kind: "Delay", beforeMs: 5_000 };
      return name === "x" && (verb === "get" || (verb === "apply" && as !== undefined)) ? { kind: "Delay", beforeMs: 8_000 } : undefined;
    };
    world.commit({ "a/z.yaml": configMapYaml("z"), "a/slow.yaml": configMapYaml("slow"), "b/x.yaml": configMapYaml("x") });
    await world.advance(2_000);
    world.app("b");
    await world.advance(120_000);
    expect(uidOf(world)).toBe(uid);
  });
});

describe("an Application", () => {
  const one = { "a/x.yaml": configMapYaml("x") };

  test.each([["the finalizer", { finalizers: null }], ["the label", { labels: null }]])("gets back %s that a replace took", async (_what, metadata) => {
    const world = new AppWorld();
    world.app("a");
    await world.settled(one);
    const before = world.application("a")?.metadata;
    world.patch("Application", "a", { metadata });
    await world.advance(5_000);
    expect(world.application("a")?.metadata).toMatchObject({ finalizers: before?.["finalizers"], labels: before?.["labels"] });
    world.delete("a");
    await world.advance(60_000);
    expect(world.names("ConfigMap")).toEqual([]);
  });

  /** Nothing says any more where its members are; then it is deleted. */
  async function withoutRecord(faults: Faults) {
    const world = new AppWorld();
    world.app("a");
    await world.settled(one);
    world.kill();
    world.patch("Application", "a", { metadata: { annotations: null } });
    world.patch("Application", "a", { status: { membership: null } }, { subresource: "status" });
    world.delete("a");
    world.faults = faults;
    world.start();
    await world.advance(60_000);
    return world;
  }

  test("whose record of its members is lost finds them when it is deleted", async () => {
    const world = await withoutRecord(() => undefined);
    expect([world.application("a"), world.names("ConfigMap")]).toEqual([undefined, []]);
  });

  test("is not let go of while a kind cannot be looked through, and then is", async () => {
    const world = await withoutRecord(accountsBroken);
    expect(world.condition("a", "Ready")).toContain("ServiceAccount (the server answered 500");
    expect(world.names("ConfigMap")).toEqual(["x"]);
    world.faults = () => undefined;
    await world.advance(600_000);
    expect([world.application("a"), world.names("ConfigMap")]).toEqual([undefined, []]);
  });
});

describe("a refused write of something of our own", () => {
  test.each(["Release", "DriftReport"])("is told as that: %s", async (kind) => {
    const world = new AppWorld();
    world.app("a");
    await world.settled({ "a/x.yaml": configMapYaml("x") });
    world.faults = (call) => (call.verb === "create" && call.kind === kind ? { kind: "Refuse", status: 403 } : undefined);
    if (kind === "Release") world.commit({ "a/x.yaml": configMapYaml("x", "2") });
    else world.patch("ConfigMap", "x", { data: { v: "evil" } }, { apiVersion: "v1", manager: "kubectl-edit" });
    await world.advance(60_000);
    expect(world.condition("a", "Ready")).toMatch(new RegExp(`^False RecordFailed: (a )?${kind} .*apps/a could not be written: `));
    world.faults = () => undefined;
    await world.advance(60_000);
    expect([world.value("x"), world.condition("a", "Ready")?.slice(0, 4)]).toEqual([kind === "Release" ? "2" : "1", "True"]);
  });

  test("is repeated at once where somebody else wrote in between", async () => {
    const world = new AppWorld();
    let edits = 0;
    world.faults = ({ verb, kind, subresource }) => {
      if (verb === "patch" && kind === "Application" && subresource === undefined && edits++ === 0) world.patch("Application", "a", { metadata: { annotations: { hello: "x" } } });
      return undefined;
    };
    world.app("a");
    await world.settled({ "a/x.yaml": configMapYaml("x") });
    const warnings = world.cluster.objects().filter(({ kind, type }) => kind === "Event" && type === "Warning");
    expect([edits > 1, world.value("x"), warnings]).toEqual([true, "1", []]);
  });
});
