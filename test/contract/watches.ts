import { describe, expect, test } from "vitest";
import type { WatchEvent } from "../../src/ports.ts";
import { servedKind } from "../support/widget-crd.ts";
import { configMap, manager, refOf, status, type Suite } from "./suite.ts";

/** Lists and watches. */
export function describeWatches(suite: Suite): void {
  describe("list", () => {
    test("gives typed items of the namespace: suite.namespace and selection asked for", async () => {
      const [here, there] = [await suite.newNamespace(), await suite.newNamespace()];
      await suite.client.create(configMap(here, "red", {}, { colour: "red" }));
      await suite.client.create(configMap(here, "blue", {}, { colour: "blue" }));
      await suite.client.create(configMap(there, "red", {}, { colour: "red", from: here }));
      const names = async (options: object): Promise<string[]> =>
        (await suite.client.list(suite.configMaps, options)).items.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`);
      expect(await names({ namespace: here, labelSelector: "colour=red" })).toEqual([`v1 ConfigMap ${here}/red`]);
      expect(await names({ labelSelector: `from=${here}` })).toEqual([`v1 ConfigMap ${there}/red`]);
      expect(await names({ namespace: here, name: "blue" })).toEqual([`v1 ConfigMap ${here}/blue`]);
      expect(await names({ namespace: here, name: "blue,metadata.namespace=x" }).catch(() => [])).toEqual([]);
    });

    test("of metadata only carries managed fields and no content", async () => {
      const here = await suite.newNamespace();
      await suite.client.apply(configMap(here, "a", { secret: "value" }), manager);
      const { items } = await suite.client.list(suite.configMaps, { namespace: here, labelSelector: "!absent", metadataOnly: true });
      const own = items.find((item) => item.metadata.name === "a");
      expect(own).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", metadata: { managedFields: [{ manager: "contract" }] } });
      expect(own).not.toHaveProperty("data");
    });

    test("of more objects than a page holds is complete, each object once", async () => {
      const here = await suite.newNamespace();
      const names = Array.from({ length: 620 }, (_, index) => `page-${String(index).padStart(4, "0")}`);
      await Promise.all(names.map((object) => suite.client.apply(configMap(here, object, {}, { paged: "yes" }), manager)));
      const { items } = await suite.client.list(suite.configMaps, { namespace: here, labelSelector: "paged=yes", metadataOnly: true });
      expect(items.map((item) => item.metadata.name)).toEqual(names);
    });
  });

  describe("watch", () => {
    test("tells what happened after the list, typed and in order", async () => {
      const here = await suite.newNamespace();
      const { resourceVersion } = await suite.client.list(suite.configMaps, { namespace: here });
      const object = configMap(here, "a", { a: "1" });
      const events = until(suite.client.watch(suite.configMaps, { namespace: here, resourceVersion, timeoutSeconds: 20 }), (event) => event.type === "DELETED");
      await suite.client.create(object);
      await suite.client.patch(refOf(object), { data: { a: "2" } }, { type: "merge" });
      await suite.client.delete(refOf(object), { propagationPolicy: "Background" });
      const own = (await events).filter((event) => event.object.metadata.name === "a");
      expect(own.map((event) => event.type)).toEqual(["ADDED", "MODIFIED", "DELETED"]);
      expect(own[1]?.object).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", data: { a: "2" } });
    });

    test("of one name tells of no other object", async () => {
      const here = await suite.newNamespace();
      const { resourceVersion } = await suite.client.list(suite.configMaps, { namespace: here, name: "a" });
      const events = until(suite.client.watch(suite.configMaps, { namespace: here, name: "a", metadataOnly: true, resourceVersion, timeoutSeconds: 20 }), (event) => event.type === "ADDED");
      await suite.client.create(configMap(here, "b", {}));
      await suite.client.create(configMap(here, "a", { a: "1" }));
      expect((await events).filter(({ type }) => type === "ADDED").map(({ object }) => object.metadata.name)).toEqual(["a"]);
    });

    test("by label shows an object that lost it as deleted, with the content it had", async () => {
      const here = await suite.newNamespace();
      const object = configMap(here, "a", {}, { keep: "yes" });
      await suite.client.create(object);
      const { resourceVersion } = await suite.client.list(suite.configMaps, { namespace: here });
      const options = { namespace: here, labelSelector: "keep=yes", resourceVersion, timeoutSeconds: 20 };
      const events = until(suite.client.watch(suite.configMaps, options), (event) => event.type === "DELETED");
      await suite.client.patch(refOf(object), { metadata: { labels: { keep: null } } }, { type: "merge" });
      expect(await events).toMatchObject([{ type: "DELETED", object: { metadata: { name: "a", labels: { keep: "yes" } } } }]);
    });

    test("of metadata only carries managed fields, and no content", async () => {
      const here = await suite.newNamespace();
      const { resourceVersion } = await suite.client.list(suite.configMaps, { namespace: here });
      const options = { namespace: here, metadataOnly: true, labelSelector: "mine=yes", resourceVersion, timeoutSeconds: 20 };
      const events = until(suite.client.watch(suite.configMaps, options), (event) => event.type === "ADDED");
      await suite.client.apply(configMap(here, "a", { secret: "value" }, { mine: "yes" }), manager);
      const [event] = await events;
      expect(event?.object).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", metadata: { managedFields: [{ manager: "contract", operation: "Apply" }] } });
      expect(event?.object).not.toHaveProperty("data");
    });

    test("ends by itself when its time is over", async () => {
      const { resourceVersion } = await suite.client.list(suite.configMaps, { namespace: suite.namespace });
      const events = await until(suite.client.watch(suite.configMaps, { namespace: suite.namespace, labelSelector: "no=thing", resourceVersion, timeoutSeconds: 1 }), () => false);
      expect(events).toEqual([]);
    });

    test("from a version that is too old fails with 410", async () => {
      // Older than the CRD itself: no server can still know what happened to its objects since.
      const widgets = await servedKind(suite.client, `${suite.group}/v1`, "Widget");
      const events = until(suite.client.watch(widgets, { namespace: suite.namespace, resourceVersion: "1", timeoutSeconds: 5 }), () => false);
      await expect(events).rejects.toEqual(status(410));
    });

    test("ends with the reason of its signal", async () => {
      const { resourceVersion } = await suite.client.list(suite.configMaps, { namespace: suite.namespace });
      const abort = new AbortController();
      const reason = new Error("enough");
      const options = { namespace: suite.namespace, labelSelector: "no=thing", resourceVersion, timeoutSeconds: 30, signal: abort.signal };
      const events = until(suite.client.watch(suite.configMaps, options), () => false);
      abort.abort(reason);
      await expect(events).rejects.toBe(reason);
    });
  });
}

/** The events of a watch up to and including the one that ends it. */
async function until(events: AsyncIterable<WatchEvent>, isLast: (event: WatchEvent) => boolean): Promise<WatchEvent[]> {
  const seen: WatchEvent[] = [];
  for await (const event of events) {
    if (event.type !== "BOOKMARK") seen.push(event);
    if (isLast(event)) break;
  }
  return seen;
}
