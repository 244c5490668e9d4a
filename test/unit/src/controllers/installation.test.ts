import { describe, expect, test } from "vitest";
import { openInstallation } from "../../../../src/controllers/installation.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ClusterClient, ObjectRef } from "../../../../src/ports.ts";

const { signal } = new AbortController();

/** Stores objects by kind; `rival`: somebody who is faster with each of them. */
function storage(rival?: (object: KubeObject) => KubeObject) {
  const stored = new Map<string, KubeObject>();
  const cluster: Partial<ClusterClient> = {
    get: async ({ kind }: ObjectRef) => stored.get(kind),
    create: async (object) => {
      if (rival !== undefined) stored.set(object.kind, rival(object));
      if (stored.has(object.kind)) throw new KubeApiError(409, "AlreadyExists", "it already exists");
      stored.set(object.kind, object);
      return object;
    },
  };
  return { stored, open: (given?: string) => openInstallation(cluster as ClusterClient, "driftless-system", given, signal) }; // of the client only this is used
}

const theirs = (object: KubeObject): KubeObject => ({ ...object, data: object.kind === "Secret" ? { key: Buffer.alloc(32, 1).toString("base64") } : { id: "theirs-1" } });

describe("an installation", () => {
  test("is made once and found again", async () => {
    const { open, stored } = storage();
    const first = await open();
    expect(first.id).toMatch(/^[0-9a-f]{8}$/);
    expect(first.key).toHaveLength(32);
    expect(await open()).toEqual(first);
    expect(stored.get("Secret")).toMatchObject({ metadata: { name: "driftless-installation", namespace: "driftless-system" }, type: "driftless.dev/installation-key", immutable: true });
  });

  test("has a key of its own each time", async () => {
    const [one, two] = [await storage().open(), await storage().open()];
    expect(one.key.equals(two.key)).toBe(false);
  });

  test("takes an id from outside, but keeps its key", async () => {
    const { open, stored } = storage();
    expect((await open("blue")).id).toBe("blue");
    expect([...stored.keys()]).toEqual(["Secret"]);
  });

  test("is what a faster process made", async () => {
    expect(await storage(theirs).open()).toEqual({ id: "theirs-1", key: Buffer.alloc(32, 1) });
  });

  test.each([
    ["ConfigMap", { id: "" }, 'ConfigMap driftless-system/driftless-installation exists but its key "id" is empty; delete the ConfigMap or fill the key'],
    ["Secret", { key: "c2hvcnQ=" }, 'Secret driftless-system/driftless-installation does not hold 32 bytes under the key "key"; delete the Secret, and plans that wait for approval have to be approved anew; what charts made at random changes'],
  ])("whose %s is damaged says what to do, without the value", async (kind, data, message) => {
    const { open, stored } = storage();
    await open();
    stored.set(kind, { apiVersion: "v1", kind, metadata: { name: "driftless-installation", namespace: "driftless-system" }, data });
    await expect(open()).rejects.toThrow(new Error(message));
  });
});
