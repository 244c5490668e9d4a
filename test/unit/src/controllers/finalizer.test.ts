import { describe, expect, test } from "vitest";
import { FINALIZER } from "../../../../src/api/group.ts";
import { isHeld, patchAndHold, takeFinalizerOff } from "../../../../src/controllers/finalizer.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import type { JsonObject } from "../../../../src/object/json.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ClusterClient, PatchOptions } from "../../../../src/ports.ts";

const OTHER = "example.com/keep";
const ref = { apiVersion: "driftless.dev/v1alpha1", kind: "Application", namespace: "shop", name: "shop" };
const options = { fieldManager: "tester", signal: new AbortController().signal };

function application(finalizers: readonly string[], uid = "u1", resourceVersion = "7", extra: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return { apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: "shop", namespace: "shop", uid, resourceVersion, finalizers, ...extra } };
}

/** Answers each read with the next of these objects, the last one for ever, and refuses so many patches. */
function scripted(reads: readonly (KubeObject | undefined)[], refusals: readonly KubeApiError[] = []) {
  const patches: [JsonObject, PatchOptions][] = [];
  const [left, refuse] = [[...reads], [...refusals]];
  const cluster: Pick<ClusterClient, "get" | "patch"> = {
    get: () => Promise.resolve(left.length > 1 ? left.shift() : left[0]),
    patch: (_ref, body, how) => {
      patches.push([body as JsonObject, how]); // a merge patch
      const refusal = refuse.shift();
      return refusal === undefined ? Promise.resolve(application([])) : Promise.reject(refusal);
    },
  };
  const hold = (seen: KubeObject): Promise<KubeObject> => patchAndHold(cluster, { ref, seen }, { labels: { a: "b" } }, options);
  return { patches, hold, take: () => takeFinalizerOff(cluster, { ref, uid: "u1" }, options) };
}

const conflict = (): KubeApiError => new KubeApiError(409, "Conflict", "it has changed");

describe("taking our finalizer off", () => {
  test("leaves those of others, and does not hit a version that nobody has looked at", async () => {
    const { patches, take } = scripted([application([OTHER, FINALIZER])]);
    await take();
    expect(patches).toEqual([[{ metadata: { finalizers: [OTHER], resourceVersion: "7" } }, { type: "merge", ...options }]]);
  });

  test.each([
    ["is gone", undefined],
    ["was made anew", application([FINALIZER], "u2")],
    ["has none of ours", application([OTHER])],
  ])("does nothing where the object %s", async (_what, live) => {
    const { patches, take } = scripted([live]);
    await take();
    expect(patches).toEqual([]);
  });

  test("looks again when others have written meanwhile", async () => {
    const { patches, take } = scripted([application([FINALIZER]), application([FINALIZER, OTHER], "u1", "8")], [conflict()]);
    await take();
    expect(patches.at(-1)?.[0]).toEqual({ metadata: { finalizers: [OTHER], resourceVersion: "8" } });
  });

  test("is done when the object goes before the write", async () => {
    const { take } = scripted([application([FINALIZER])], [new KubeApiError(404, "NotFound", "it is gone")]);
    await expect(take()).resolves.toBeUndefined();
  });

  test("gives up after five conflicts, and at once on any other refusal", async () => {
    const busy = scripted([application([FINALIZER])], Array.from({ length: 9 }, conflict));
    await expect(busy.take()).rejects.toThrow("it has changed");
    const barred = scripted([application([FINALIZER])], [new KubeApiError(403, "Forbidden", "may not patch")]);
    await expect(barred.take()).rejects.toThrow("may not patch");
    expect([busy.patches.length, barred.patches.length]).toEqual([5, 1]);
  });
});

const bodies = ({ patches }: ReturnType<typeof scripted>): JsonObject[] => patches.map(([body]) => body);

describe("putting it on", () => {
  test("keeps those of others, in the version that was looked at, and is nothing where it is on", async () => {
    const cluster = scripted([]);
    await cluster.hold(application([OTHER]));
    await cluster.hold(application([FINALIZER, OTHER]));
    expect(bodies(cluster)).toEqual([{ metadata: { finalizers: [OTHER, FINALIZER], resourceVersion: "7", labels: { a: "b" } } }, { metadata: { labels: { a: "b" } } }]);
    expect([application([OTHER]), application([OTHER, FINALIZER])].map(isHeld)).toEqual([false, true]);
  });

  test("looks again when others have written meanwhile", async () => {
    const cluster = scripted([application([OTHER], "u1", "8")], [conflict()]);
    await cluster.hold(application([]));
    expect(bodies(cluster).at(-1)).toEqual({ metadata: { finalizers: [OTHER, FINALIZER], resourceVersion: "8", labels: { a: "b" } } });
  });

  test.each([
    ["is gone", undefined],
    ["was made anew", application([], "u2")],
    ["is being deleted", application([OTHER], "u1", "8", { deletionTimestamp: "2026-01-01T00:00:00Z" })],
  ])("does not hold an object that %s meanwhile", async (_what, live) => {
    const cluster = scripted([live], [conflict()]);
    await expect(cluster.hold(application([]))).rejects.toThrow("it has changed");
    expect(cluster.patches).toHaveLength(1);
  });

  test("gives up after five conflicts", async () => {
    const cluster = scripted([application([])], Array.from({ length: 9 }, conflict));
    await expect(cluster.hold(application([]))).rejects.toThrow("it has changed");
    expect(cluster.patches).toHaveLength(5);
  });
});
