import { isHeld } from "../../controllers/finalizer.ts";
import type { ClusterClient, ResourceKind } from "../../ports.ts";
import { takeFinalizerOff } from "./finalizers.ts";
import { listIfServed, liveObject, servedKinds } from "./find.ts";
import type { LiveObject } from "./found.ts";
import { nameOfRef } from "./found.ts";
import type { Patience } from "./patience.ts";
import { becomes } from "./patience.ts";

/**
 * Deletes our definitions and waits until they, and every object of our kinds, are gone. An operator that runs
 * elsewhere may have put our finalizer back: it comes off again. Answers with what is still there, and what holds it.
 */
export async function removeDefinitions(cluster: ClusterClient, definitions: readonly LiveObject[], patience: Patience): Promise<readonly string[]> {
  const { signal } = patience;
  const kinds = await servedKinds(cluster, signal);
  for (const { ref, metadata: { uid } } of definitions) await cluster.delete(ref, { uid, propagationPolicy: "Background", signal });
  let left: readonly string[] = [];
  await becomes(patience, async () => {
    const objects = await leftOf(cluster, kinds, signal);
    await Promise.all(objects.filter(isHeldByUs).map((object) => takeFinalizerOff(cluster, object, signal)));
    const there = await Promise.all(definitions.map(async ({ ref, metadata: { uid } }) => ({ ref, isThere: (await cluster.get(ref, { metadataOnly: true, signal }))?.metadata.uid === uid })));
    const names = there.filter(({ isThere }) => isThere).map(({ ref }) => nameOfRef(ref));
    left = names.length === 0 ? [] : [...names, ...objects.map(holders)];
    return left.length === 0;
  });
  return left;
}

const isHeldByUs = (object: LiveObject): boolean => object.ref.kind === "Application" && isHeld(object);

/** `Application shop/shop, held by the finalizer example.com/keep`. */
function holders({ ref, metadata: { finalizers = [] } }: LiveObject): string {
  return finalizers.length === 0 ? nameOfRef(ref) : `${nameOfRef(ref)}, held by the finalizer ${finalizers.join(", ")}`;
}

async function leftOf(cluster: ClusterClient, kinds: readonly ResourceKind[], signal: AbortSignal): Promise<readonly LiveObject[]> {
  const lists = await Promise.all(kinds.map(async (kind) => (await listIfServed(cluster, kind, true, signal)).map((item) => liveObject(kind, item))));
  return lists.flat();
}
