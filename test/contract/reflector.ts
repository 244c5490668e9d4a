/** A Reflector over any ClusterClient sees every object of its selection, whatever happens to its watches. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/controllers/clock.ts";
import { Reflector } from "../../src/kube/reflector.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ClusterClient, ResourceKind, WatchEvent, WatchOptions } from "../../src/ports.ts";
import { uniqueName } from "../support/control-plane.ts";
import { MemoryLogger } from "../support/memory-logger.ts";
import { installWidgetCrd, servedKind, widgetCrd } from "../support/widget-crd.ts";

type Source = Pick<ClusterClient, "list" | "watch">;

/** Keeps what a handler is told, as a reader of the cluster would. */
class Mirror {
  readonly told: string[] = [];
  readonly objects = new Map<string, KubeObject>();

  onUpsert(object: KubeObject): void {
    this.told.push(`+${object.metadata.name}`);
    this.objects.set(object.metadata.name, object);
  }

  onDelete(object: KubeObject): void {
    this.told.push(`-${object.metadata.name}`);
    this.objects.delete(object.metadata.name);
  }

  onSynced(): void {
    this.told.push("synced");
  }

  onForbidden(_error: unknown, verb: string): void {
    this.told.push(`forbidden ${verb}`);
  }

  onGone(): void {
    this.told.push("gone");
  }
}

/** Runs the contract; `open` gives a client with all rights, `close` ends it. */
export function reflectorContract(name: string, open: () => Promise<ClusterClient>, close: (client: ClusterClient) => Promise<void>): void {
  describe(`a reflector over ${name}`, () => {
    let client: ClusterClient;
    let configMaps: ResourceKind;
    let namespace: string;
    let mirror: Mirror;
    const running: Reflector[] = [];

    beforeAll(async () => {
      client = await open();
      configMaps = await servedKind(client, "v1", "ConfigMap");
    });
    afterEach(() => Promise.all(running.splice(0).map((reflector) => reflector.stop())));
    afterAll(() => close(client));

    const write = (object: string, value: string): Promise<unknown> =>
      client.apply(
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: object, namespace, labels: { mirrored: "yes" } }, data: { value } },
        { fieldManager: "contract" },
      );
    const remove = (object: string): Promise<unknown> =>
      client.delete({ apiVersion: "v1", kind: "ConfigMap", namespace, name: object }, { propagationPolicy: "Background" });
    const start = (source: Source, kind = configMaps): Reflector => {
      mirror = new Mirror();
      const options = { client: source, kind, namespace, clock: systemClock, logger: new MemoryLogger(), random: Math.random };
      const reflector = new Reflector({ ...options, labelSelector: kind === configMaps ? "mirrored=yes" : undefined, handler: mirror });
      running.push(reflector);
      reflector.start();
      return reflector;
    };
    const freshNamespace = async (): Promise<void> => {
      namespace = uniqueName("reflector");
      await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    };

    test("sees what was there and what comes, changes and goes", async () => {
      await freshNamespace();
      await write("before", "1");
      const reflector = start(client);
      await reflector.synced;
      expect(mirror.told).toEqual(["+before", "synced"]);
      await write("after", "1");
      await write("before", "2");
      await remove("after");
      await expect.poll(() => mirror.told, { timeout: 20_000 }).toEqual(["+before", "synced", "+after", "+before", "-after"]);
      expect(mirror.objects.get("before")?.["data"]).toEqual({ value: "2" });
    });

    test("lists again when its version is too old, and tells of what vanished in the gap", async () => {
      await freshNamespace();
      const group = `${uniqueName("reflector")}.driftless.test`;
      await installWidgetCrd(client, group);
      const widgets = await servedKind(client, `${group}/v1`, "Widget");
      const write = (object: string, value: string): Promise<unknown> =>
        client.apply({ apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: object, namespace }, spec: { value } }, { fieldManager: "contract" });
      const remove = (object: string): Promise<unknown> =>
        client.delete({ apiVersion: `${group}/v1`, kind: "Widget", namespace, name: object }, { propagationPolicy: "Background" });
      await Promise.all(["stays", "changes", "vanishes"].map((object) => write(object, "1")));
      let watches = 0;
      async function* outdatedFirst(kind: ResourceKind, options: WatchOptions): AsyncGenerator<WatchEvent> {
        watches += 1;
        if (watches > 1) return yield* client.watch(kind, options);
        await Promise.all([remove("vanishes"), write("changes", "2"), write("appears", "1")]);
        // Older than the CRD itself: no server can still know what happened to its objects since.
        return yield* client.watch(kind, { ...options, resourceVersion: "1" });
      }
      start({ list: client.list.bind(client), watch: outdatedFirst }, widgets);
      await expect.poll(() => mirror.told.filter((line) => line === "synced"), { timeout: 20_000 }).toHaveLength(2);
      const gap = mirror.told.slice(mirror.told.indexOf("synced") + 1);
      expect(gap.toSorted()).toEqual(["+appears", "+changes", "-vanishes", "synced"]);
      await write("later", "1");
      await expect.poll(() => [...mirror.objects.keys()].toSorted(), { timeout: 20_000 }).toEqual(["appears", "changes", "later", "stays"]);
    });

    test("goes on without a gap or a list when the server ends the watch", async () => {
      await freshNamespace();
      let watches = 0;
      const watch = (kind: ResourceKind, options: WatchOptions): AsyncIterable<WatchEvent> => {
        watches += 1;
        return client.watch(kind, watches === 1 ? { ...options, timeoutSeconds: 1 } : options);
      };
      const reflector = start({ list: client.list.bind(client), watch });
      await reflector.synced;
      await write("early", "1");
      await expect.poll(() => watches, { timeout: 20_000 }).toBe(2);
      await write("late", "1");
      await expect.poll(() => mirror.told, { timeout: 20_000 }).toEqual(["synced", "+early", "+late"]);
    });

    test("names the verb that its account lacks", async () => {
      await freshNamespace();
      const as = { namespace, name: "nobody" };
      start({ list: (kind, options) => client.list(kind, { ...options, as }), watch: (kind, options) => client.watch(kind, { ...options, as }) });
      await expect.poll(() => mirror.told, { timeout: 20_000 }).toEqual(["forbidden list"]);
    });

    test("says that its kind is gone when the CRD is deleted", async () => {
      await freshNamespace();
      const group = `${uniqueName("reflector")}.driftless.test`;
      await installWidgetCrd(client, group);
      const widgets = await servedKind(client, `${group}/v1`, "Widget");
      await client.create({ apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "w", namespace }, spec: {} });
      await start(client, widgets).synced;
      const { apiVersion, kind, metadata } = widgetCrd(group);
      await client.delete({ apiVersion, kind, name: metadata.name }, { propagationPolicy: "Background" });
      await expect.poll(() => mirror.told.at(-1), { timeout: 20_000 }).toBe("gone");
      expect(mirror.told).toContain("-w");
    });
  });
}
