import { afterEach, describe, expect, test } from "vitest";
import { compileChecks } from "../../../../reconciler/health/checks.ts";
import { memberOf as liveMember } from "../../../../reconciler/member.ts";
import { identityOf, originOf } from "../../../../reconciler/identity.ts";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../../src/api/group.ts";
import { MemberStore } from "../../../../src/controllers/member-store.ts";
import { Watches } from "../../../../src/controllers/watches.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ListOptions, ObjectList, ResourceKind } from "../../../../src/ports.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { ScriptedWatch } from "../../../support/scripted-watch.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

const v1: ResourceKind = { group: "example.com", version: "v1", kind: "Widget", plural: "widgets", namespaced: true, verbs: [], subresources: [] };
const v2: ResourceKind = { ...v1, version: "v2" };
const WIDGETS = "Widget.example.com";
const [one, two] = ["one", "two"].map((name) => identityOf("inst-1", { namespace: "shop", name })) as [ReturnType<typeof identityOf>, ReturnType<typeof identityOf>];

function memberOf(identity: typeof one, name: string, resourceVersion: string): KubeObject {
  const id = { group: "example.com", kind: "Widget", namespace: "shop", name };
  const metadata = { labels: { [PART_OF_LABEL]: identity.setId }, annotations: { [ORIGIN_ANNOTATION]: originOf(identity, id) } };
  return { apiVersion: "example.com/v1", kind: "Widget", metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion, ...metadata } };
}

/** A cluster whose served version a test decides, and the time at which the list of one set is answered. */
class ScriptedCluster extends ScriptedWatch {
  served: ResourceKind | undefined | Error = v1;
  lookUps = 0;
  /** What lists of one set are refused with. */
  refuseSets: KubeApiError | undefined;
  readonly watched: string[] = [];
  /** Lists of one set, not answered yet. */
  readonly waiting: { readonly setId: string; readonly answer: (items: readonly KubeObject[]) => void }[] = [];

  preferredKind(): Promise<ResourceKind | undefined> {
    this.lookUps += 1;
    return this.served instanceof Error ? Promise.reject(this.served) : Promise.resolve(this.served);
  }

  override list(kind: ResourceKind, options: ListOptions = {}): Promise<ObjectList> {
    const [, setId] = options.labelSelector?.split("=") ?? [];
    if (setId !== undefined && this.refuseSets !== undefined) return Promise.reject(this.refuseSets);
    if (setId !== undefined) return new Promise((resolve) => this.waiting.push({ setId, answer: (items) => resolve({ items, resourceVersion: "500" }) }));
    this.watched.push(kind.version);
    return super.list(kind, options);
  }
}

let running: Watches | undefined;
afterEach(() => running?.stop());

function setUp() {
  const [cluster, clock] = [new ScriptedCluster(), new VirtualClock()];
  const changes: string[][] = [];
  const store = new MemberStore(() => undefined, () => clock.now());
  for (const identity of [one, two]) store.register(identity);
  const watches = new Watches({ cluster, store, clock, logger: new MemoryLogger(), random: () => 0, onInterrupted: () => undefined, onStateChange: (setIds) => void changes.push([...setIds]) });
  running = watches;
  const want = async (identity: typeof one): Promise<void> => {
    watches.want(identity.setId, new Set([WIDGETS]));
    await settle();
  };
  const membersOf = (identity: typeof one): string[] => [...store.membersOf(identity.setId).values()].map(({ id }) => id.name).sort();
  const reach = (identity: typeof one) => watches.reach(identity.setId, [WIDGETS]);
  const answer = async (...items: KubeObject[]): Promise<void> => {
    cluster.waiting.shift()?.answer(items);
    await settle();
  };
  return { cluster, clock, watches, store, changes, want, membersOf, reach, answer };
}

const refused = (): KubeApiError => new KubeApiError(403, "Forbidden", "no");
const notServed = (): KubeApiError => new KubeApiError(404, "KindNotServed", "no such kind");

describe("an Application that comes to a kind that is watched already", () => {
  test("gets its members by a list of its own, and is not ready before", async () => {
    const { cluster, want, reach, answer, membersOf } = setUp();
    const known = memberOf(two, "known", "7");
    await want(one);
    cluster.current.send("ADDED", known);
    await want(two);
    expect(reach(two)).toEqual({ synced: false, unwatched: [], unlisted: [] });
    await answer(known);
    expect(reach(two)).toEqual({ synced: true, unwatched: [], unlisted: [] });
    expect(membersOf(two)).toEqual(["known"]);
  });

  test("does not get what was deleted or taken over while the list was under way", async () => {
    const { cluster, want, answer, membersOf } = setUp();
    const [deleted, taken] = [memberOf(two, "deleted", "7"), memberOf(two, "taken", "8")];
    await want(one);
    await want(two);
    for (const object of [deleted, taken]) cluster.current.send("ADDED", object);
    cluster.current.send("DELETED", deleted);
    cluster.current.send("MODIFIED", memberOf(one, "taken", "9"));
    await settle();
    await answer(deleted, taken);
    expect([membersOf(one), membersOf(two)]).toEqual([["taken"], []]);
  });

  test("is not taken for ready by the answer to a list from before it went and came back", async () => {
    const { cluster, want, watches, store, reach, answer, membersOf } = setUp();
    await want(one);
    await want(two);
    watches.want(two.setId, new Set());
    store.forget(two.setId);
    const unseen = memberOf(two, "unseen", "7");
    cluster.current.send("ADDED", unseen);
    await settle();
    store.register(two);
    await want(two);
    await answer();
    expect(reach(two).synced).toBe(false);
    await answer(unseen);
    expect([reach(two).synced, membersOf(two)]).toEqual([true, ["unseen"]]);
  });
});

/** Listed, then refused to watch. */
async function forbidden() {
  const parts = setUp();
  await parts.want(one);
  parts.cluster.current.send("ADDED", memberOf(two, "early", "7"));
  await settle();
  parts.cluster.objects = [memberOf(two, "early", "7")];
  parts.cluster.watchFailures = Array.from({ length: 100 }, refused);
  parts.cluster.current.fail(refused());
  await parts.clock.advance(10_000);
  return parts;
}

describe("a kind that may not be watched", () => {
  test("is not said to be watched and not to be, again and again", async () => {
    const { clock, changes, reach } = await forbidden();
    expect(reach(one)).toEqual({ synced: true, unwatched: [`${WIDGETS} (the operator lacks the verb watch)`], unlisted: [] });
    changes.length = 0;
    await clock.advance(10 * 60_000);
    expect(changes).toEqual([]);
  });

  test("is watched again when a watch has given a sign of life, and who came meanwhile gets its members", async () => {
    const { cluster, clock, want, reach, answer, membersOf } = await forbidden();
    await want(two);
    cluster.watchFailures = [];
    await clock.advance(70_000);
    expect(reach(two).unwatched).toHaveLength(1);
    cluster.current.send("BOOKMARK", { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "", resourceVersion: "200" } });
    await settle();
    expect([reach(one), reach(two)]).toEqual([{ synced: true, unwatched: [], unlisted: [] }, { synced: false, unwatched: [], unlisted: [] }]);
    await answer(memberOf(two, "early", "7"));
    expect([reach(two).synced, membersOf(two)]).toEqual([true, ["early"]]);
  });
});

const broken = (): KubeApiError => new KubeApiError(500, "InternalError", "the conversion webhook failed");

describe("a kind that cannot be listed", () => {
  test("is waited for ten seconds, then told with the cause, and again when it delivers", async () => {
    const { cluster, clock, changes, want, reach, watches, store } = setUp();
    cluster.listFailures = Array.from({ length: 100 }, broken);
    await want(one);
    await clock.advance(9_000);
    expect([reach(one).synced, changes]).toEqual([false, []]);
    await clock.advance(1_000);
    const text = `${WIDGETS} (it cannot be listed: the conversion webhook failed)`;
    expect([reach(one), changes, watches.isComplete(one.setId, WIDGETS)]).toEqual([{ synced: true, unwatched: [text], unlisted: [text] }, [[one.setId]], false]);
    expect(watches.blindTo(one.setId)).toEqual([v1]);
    store.note(one, liveMember(memberOf(one, "a", "1"), clock.now()));
    expect(watches.watchedOnly(one.setId, store.membersOf(one.setId)).size).toBe(0);
    cluster.listFailures = [];
    await clock.advance(30_000);
    expect([reach(one), changes.length]).toEqual([{ synced: true, unwatched: [], unlisted: [] }, 2]);
  });

  test("is told with the cause also where the server cannot even say whether it serves it", async () => {
    const { cluster, clock, want, reach } = setUp();
    cluster.served = new Error("no answer");
    await want(one);
    await clock.advance(10_000);
    expect(reach(one).unlisted).toEqual([`${WIDGETS} (it cannot be listed: no answer)`]);
  });

  test("does not hold up an Application that comes later, nor is its state another one's", async () => {
    const { cluster, clock, changes, want, reach, watches } = setUp();
    await want(one);
    changes.length = 0;
    cluster.refuseSets = broken();
    await want(two);
    expect([reach(two).unlisted.length, changes, reach(one).unlisted.length]).toEqual([1, [[two.setId]], 0]);
    expect([watches.isComplete(one.setId, WIDGETS), watches.isComplete(two.setId, WIDGETS)]).toEqual([true, false]);
    cluster.refuseSets = undefined;
    await clock.advance(30_000);
    expect(cluster.waiting).toHaveLength(1);
  });
});

/** With two members, and a way to have the server deny their kind. */
async function withMember() {
  const parts = setUp();
  parts.cluster.objects = [memberOf(one, "a", "1"), memberOf(one, "b", "2")];
  await parts.want(one);
  const deny = async (): Promise<void> => {
    parts.cluster.listFailures = [notServed()];
    parts.cluster.current.fail(new KubeApiError(410, "Expired", "too old"));
    await settle();
  };
  return { ...parts, deny };
}

describe("a kind that the server denies to serve", () => {
  test("is watched at once in the version that is served instead, and what vanished meanwhile is told", async () => {
    const { cluster, deny, watches, membersOf } = await withMember();
    cluster.served = v2;
    cluster.objects = [memberOf(one, "a", "1")];
    await deny();
    expect(cluster.watched).toEqual(["v1", "v1", "v2"]);
    expect([watches.isComplete(one.setId, WIDGETS), membersOf(one)]).toEqual([true, ["a"]]);
  });

  test("is gone when a lookup proves it", async () => {
    const { cluster, clock, deny, watches, reach } = await withMember();
    cluster.served = undefined;
    await deny();
    expect([watches.isComplete(one.setId, WIDGETS), reach(one).synced]).toEqual([true, true]);
    cluster.served = v1;
    await clock.advance(30_000);
    expect(cluster.watched).toEqual(["v1", "v1", "v1"]);
  });

  test.each([
    ["the lookup fails", new Error("no answer")],
    ["the lookup says that it is served all the same", v1],
  ])("stays known when %s, and is looked up again later", async (_case, served) => {
    const { cluster, clock, deny, membersOf } = await withMember();
    cluster.served = served;
    await deny();
    const before = cluster.lookUps;
    await clock.advance(29_000);
    expect([cluster.lookUps, membersOf(one)]).toEqual([before, ["a", "b"]]);
    cluster.served = v2;
    await clock.advance(1_000);
    expect(cluster.watched.at(-1)).toBe("v2");
  });
});

test("a kind that nobody uses any more is not looked up again", async () => {
  const { cluster, clock, want, watches } = setUp();
  cluster.served = new Error("no answer");
  await want(one);
  watches.want(one.setId, new Set());
  await clock.advance(60_000);
  const before = cluster.lookUps;
  await clock.advance(10 * 60_000);
  expect([cluster.lookUps, clock.pending]).toEqual([before, 0]);
});

function withPhase(phase: string, version: string): KubeObject {
  const status = { status: { phase } };
  return { ...memberOf(one, "a", version), ...status };
}

async function checksFor(phase: string) {
  const { checks } = await compileChecks([{ apiVersion: "example.com/v1", kind: "Widget", current: `status.phase == '${phase}'` }]);
  return checks;
}

async function withChecks() {
  const parts = setUp();
  parts.store.register(one, await checksFor("Up"));
  parts.cluster.objects = [withPhase("Up", "1")];
  await parts.want(one);
  const health = (): string | undefined => [...parts.store.membersOf(one.setId).values()][0]?.health.status;
  return { ...parts, health };
}

describe("an Application whose health checks change", () => {
  test("has its members judged by them, and told of once more when they change", async () => {
    const { store, watches, health, reach, answer } = await withChecks();
    expect(health()).toBe("Current");
    const kinds = store.register(one, await checksFor("Down"));
    expect(kinds).toEqual([WIDGETS]);
    watches.tellAgain(one.setId, kinds);
    expect(reach(one).synced).toBe(false);
    await answer(withPhase("Up", "1"));
    expect([reach(one).synced, health()]).toEqual([true, "InProgress"]);
  });

  test("has nobody told again where they are the same, or no member is of such a kind", async () => {
    const { store } = await withChecks();
    expect(store.register(one, await checksFor("Up"))).toEqual([]);
    expect(store.register(two, await checksFor("Up"))).toEqual([]);
  });

  test("still does not believe an older version", async () => {
    const { store, cluster, health } = await withChecks();
    cluster.current.send("MODIFIED", withPhase("Down", "3"));
    await settle();
    store.register(one, await checksFor("Down"));
    store.upsert(withPhase("Up", "2"));
    store.upsert(withPhase("Down", "3"));
    expect(health()).toBe("Current");
  });
});
