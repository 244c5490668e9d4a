import { afterEach, describe, expect, test } from "vitest";
import { KubeApiError } from "../../../../src/errors.ts";
import { KnownObjects } from "../../../../src/kube/known-objects.ts";
import { Reflector } from "../../../../src/kube/reflector.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ResourceKind } from "../../../../src/ports.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { ScriptedWatch } from "../../../support/scripted-watch.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

const kind: ResourceKind = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [], subresources: [] };
const object = (name: string, resourceVersion: string, uid = `uid-${name}`): KubeObject => ({
  apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shop", uid, resourceVersion },
});
const bookmark = (resourceVersion: string): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "", resourceVersion } });

let running: Reflector | undefined;
afterEach(() => running?.stop());

function setUp(cluster = new ScriptedWatch()): { cluster: ScriptedWatch; clock: VirtualClock; told: string[]; logger: MemoryLogger; reflector: Reflector } {
  const clock = new VirtualClock();
  const logger = new MemoryLogger();
  const told: string[] = [];
  const handler = {
    onUpsert: ({ metadata }: KubeObject) => void told.push(`+${metadata.name}@${metadata.resourceVersion}`),
    onDelete: ({ metadata }: KubeObject) => void told.push(`-${metadata.name}@${metadata.resourceVersion}`),
    onSynced: () => void told.push("synced"),
    onForbidden: (_error: KubeApiError, verb: string) => void told.push(`forbidden ${verb}`),
    onGone: () => void told.push("gone"),
  };
  running = new Reflector({ client: cluster, kind, handler, clock, logger, random: () => 0, labelSelector: "a=b", name: "a", metadataOnly: true });
  running.start();
  return { cluster, clock, told, logger, reflector: running };
}

describe("a reflector", () => {
  test("lists, then watches from the list's version with bookmarks and a server timeout", async () => {
    const cluster = new ScriptedWatch();
    cluster.objects = [object("a", "1"), object("b", "2")];
    const { told, reflector } = setUp(cluster);
    expect(await reflector.synced).toBe(true);
    await settle();
    expect(told).toEqual(["+a@1", "+b@2", "synced"]);
    expect(cluster.lists).toMatchObject([{ labelSelector: "a=b", name: "a", metadataOnly: true }]);
    expect(cluster.current.options).toMatchObject({ resourceVersion: "100", timeoutSeconds: 300, labelSelector: "a=b", name: "a", metadataOnly: true });
  });

  test("tells of each event in order", async () => {
    const { cluster, told } = setUp();
    await settle();
    cluster.current.send("ADDED", object("a", "101"));
    cluster.current.send("MODIFIED", object("a", "102"));
    cluster.current.send("DELETED", object("a", "103"));
    cluster.current.send("ADDED", object("b", "104"));
    await settle();
    expect(told).toEqual(["synced", "+a@101", "+a@102", "-a@103", "+b@104"]);
  });

  test("resumes from the last bookmark when the server ends the watch, without a list", async () => {
    const { cluster, told } = setUp();
    await settle();
    cluster.current.send("ADDED", object("a", "101"));
    cluster.current.send("BOOKMARK", bookmark("150"));
    cluster.current.close();
    await settle();
    expect(cluster.watches.map((watch) => watch.options.resourceVersion)).toEqual(["100", "150"]);
    expect(cluster.lists).toHaveLength(1);
    expect(told).toEqual(["synced", "+a@101"]);
  });

  test("lists again after 410 and tells only what changed meanwhile, deletions included", async () => {
    const cluster = new ScriptedWatch();
    cluster.objects = [object("same", "1"), object("changed", "2"), object("gone", "3"), object("replaced", "4", "first")];
    const { told } = setUp(cluster);
    await settle();
    told.length = 0;
    cluster.objects = [object("same", "1"), object("changed", "9"), object("replaced", "8", "second"), object("new", "7")];
    cluster.version = "200";
    cluster.current.fail(new KubeApiError(410, "Expired", "too old"));
    await settle();
    expect(told).toEqual(["-gone@3", "-replaced@4", "+changed@9", "+replaced@8", "+new@7", "synced"]);
    expect(cluster.current.options.resourceVersion).toBe("200");
  });

  test("backs off, longer each time, while the watch fails, and starts over after one that endured", async () => {
    const cluster = new ScriptedWatch();
    cluster.watchFailures = [new Error("reset"), new Error("reset"), new Error("reset")];
    const { clock } = setUp(cluster);
    const waits: (number | undefined)[] = [];
    for (let index = 0; index < 3; index += 1) {
      await settle();
      waits.push(clock.nextIn);
      await clock.advance(clock.nextIn ?? 0);
    }
    expect(waits).toEqual([125, 250, 500]);
    await clock.advance(10_000);
    cluster.current.fail(new Error("reset"));
    await settle();
    expect(clock.nextIn).toBe(125);
  });

  test("does not spin when the server ends each watch at once", async () => {
    const { cluster, clock } = setUp();
    await settle();
    cluster.current.close();
    await settle();
    expect(cluster.watches).toHaveLength(1);
    await clock.advance(125);
    expect(cluster.watches).toHaveLength(2);
  });

  test("opens a watch anew that has been silent for too long", async () => {
    const { cluster, clock } = setUp();
    await settle();
    await clock.advance(170_000);
    cluster.current.send("BOOKMARK", bookmark("120"));
    await clock.advance(170_000);
    expect(cluster.watches).toHaveLength(1);
    await clock.advance(10_000);
    expect(cluster.watches.map((watch) => [watch.options.resourceVersion, watch.options.signal?.aborted])).toEqual([["100", true], ["120", false]]);
    expect(cluster.lists).toHaveLength(1);
  });

  test("names the verb that is forbidden, waits, and says synced when it is granted", async () => {
    const cluster = new ScriptedWatch();
    cluster.listFailures = Array.from({ length: 5 }, () => new KubeApiError(403, "Forbidden", "no list"));
    cluster.watchFailures = [new KubeApiError(403, "Forbidden", "no watch")];
    const { clock, told } = setUp(cluster);
    await clock.advance(1_500);
    expect(told).toEqual([]);
    await clock.advance(1_500);
    expect(told).toEqual(["forbidden list"]);
    await clock.advance(30_000);
    expect(told).toEqual(["forbidden list", "synced", "forbidden watch"]);
    await clock.advance(30_000);
    expect(told).toEqual(["forbidden list", "synced", "forbidden watch", "synced"]);
  });

  test("is not misled by an API server that refuses everybody while it starts", async () => {
    const { cluster, clock, told } = setUp();
    await settle();
    cluster.watchFailures = Array.from({ length: 4 }, () => new KubeApiError(403, "Forbidden", "no roles yet"));
    cluster.current.send("ADDED", object("a", "101"));
    cluster.current.fail(new Error("connection reset"));
    await clock.advance(4_000);
    cluster.current.send("ADDED", object("b", "102"));
    await settle();
    expect(told).toEqual(["synced", "+a@101", "+b@102"]);
  });

  test("tells that the kind went, and on its return what is missing since", async () => {
    const cluster = new ScriptedWatch();
    cluster.objects = [object("a", "1")];
    const { clock, told } = setUp(cluster);
    await settle();
    cluster.listFailures = [new KubeApiError(404, "KindNotServed", "gone")];
    cluster.objects = [];
    cluster.current.fail(new KubeApiError(410, "Expired", "too old"));
    await settle();
    expect(told).toEqual(["+a@1", "synced", "gone"]);
    await clock.advance(30_000);
    expect(told).toEqual(["+a@1", "synced", "gone", "-a@1", "synced"]);
  });

  test("takes over what an earlier one has told, and tells what changed since", async () => {
    const [cluster, known, told] = [new ScriptedWatch(), new KnownObjects(), [] as string[]];
    const handler = { onUpsert: ({ metadata }: KubeObject) => void told.push(`+${metadata.name}`), onDelete: ({ metadata }: KubeObject) => void told.push(`-${metadata.name}`) };
    const start = () => new Reflector({ client: cluster, kind, handler, clock: new VirtualClock(), logger: new MemoryLogger(), random: () => 0, known });
    cluster.objects = [object("same", "1"), object("changed", "2"), object("gone", "3")];
    running = start();
    running.start();
    await running.synced;
    await running.stop();
    told.length = 0;
    cluster.objects = [object("same", "1"), object("changed", "9")];
    running = start();
    running.start();
    await running.synced;
    expect(told).toEqual(["-gone", "+changed"]);
    expect([object("same", "1"), object("same", "0"), object("same", "1", "another"), object("gone", "3")].map((each) => known.has(each))).toEqual([true, false, false, false]);
  });

  test("tells of the first sign of life of each watch", async () => {
    let signs = 0;
    const cluster = new ScriptedWatch();
    running = new Reflector({ client: cluster, kind, handler: { onUpsert: () => undefined, onDelete: () => undefined, onWatching: () => void (signs += 1) }, clock: new VirtualClock(), logger: new MemoryLogger(), random: () => 0 });
    running.start();
    await settle();
    const seen = [signs];
    for (let times = 0; times < 2; times += 1) {
      cluster.current.send("BOOKMARK", bookmark("150"));
      cluster.current.send("BOOKMARK", bookmark("151"));
      await settle();
      seen.push(signs);
      cluster.current.close();
      await settle();
    }
    expect(seen).toEqual([0, 1, 2]);
  });

  test("goes on when its handler throws", async () => {
    const cluster = new ScriptedWatch();
    cluster.objects = [object("a", "1")];
    const seen: string[] = [];
    const handler = {
      onUpsert: ({ metadata }: KubeObject) => {
        seen.push(metadata.name);
        throw new Error("handler");
      },
      onDelete: () => undefined,
    };
    const logger = new MemoryLogger();
    running = new Reflector({ client: cluster, kind, handler, clock: new VirtualClock(), logger, random: () => 0 });
    running.start();
    await settle();
    cluster.current.send("ADDED", object("b", "2"));
    await settle();
    expect(seen).toEqual(["a", "b"]);
    expect(logger.lines.filter((line) => line.level === "error")).toHaveLength(2);
  });

  test("stops: the watch is aborted, no timer stays, nothing more is told", async () => {
    const { cluster, clock, told, reflector } = setUp();
    await settle();
    const { current } = cluster;
    current.send("ADDED", object("late", "1"));
    await reflector.stop();
    expect(current.options.signal?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
    expect(told).toEqual(["synced"]);
  });

  test("says that it never synced when it is stopped before", async () => {
    const cluster = new ScriptedWatch();
    cluster.listFailures = [new Error("down")];
    const { reflector } = setUp(cluster);
    await settle();
    await reflector.stop();
    expect(await reflector.synced).toBe(false);
  });
});
