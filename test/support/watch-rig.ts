import { onTestFinished } from "vitest";
import type { AppIdentity } from "../../reconciler/identity.ts";
import { identityOf, originOf } from "../../reconciler/identity.ts";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../src/api/group.ts";
import { MemberStore } from "../../src/controllers/member-store.ts";
import { Watches } from "../../src/controllers/watches.ts";
import type { KubeApiError } from "../../src/errors.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ListOptions, ObjectList, ResourceKind } from "../../src/ports.ts";
import { MemoryLogger } from "./memory-logger.ts";
import { ScriptedWatch } from "./scripted-watch.ts";
import { settle, VirtualClock } from "./virtual-clock.ts";

/** The kind that is watched. */
export const v1: ResourceKind = { group: "example.com", version: "v1", kind: "Widget", plural: "widgets", namespaced: true, verbs: [], subresources: [] };
/** The same kind in its next version. */
export const v2: ResourceKind = { ...v1, version: "v2" };
/** `Kind.group` of it. */
export const WIDGETS = "Widget.example.com";
/** An Application that has, or may have, members of it. */
export const one: AppIdentity = identityOf("inst-1", { namespace: "shop", name: "one" });
/** Another one. */
export const two: AppIdentity = identityOf("inst-1", { namespace: "shop", name: "two" });

/** A member of this kind, as the server sends it. */
export function memberOf(identity: AppIdentity, name: string, resourceVersion: string): KubeObject {
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

/** Watches over a cluster of their own, which end with the test. */
export function watchRig() {
  const [cluster, clock] = [new ScriptedCluster(), new VirtualClock()];
  const changes: string[][] = [];
  const store = new MemberStore(() => undefined, () => clock.now());
  for (const identity of [one, two]) store.register(identity);
  const watches = new Watches({ cluster, store, clock, logger: new MemoryLogger(), random: () => 0, onInterrupted: () => undefined, onStateChange: (setIds) => void changes.push([...setIds]) });
  onTestFinished(() => watches.stop());
  const want = async (identity: AppIdentity): Promise<void> => {
    watches.want(identity.setId, new Set([WIDGETS]));
    await settle();
  };
  const membersOf = (identity: AppIdentity): string[] => [...store.membersOf(identity.setId).values()].map(({ id }) => id.name).sort();
  const reach = (identity: AppIdentity) => watches.reach(identity.setId, [WIDGETS]);
  const answer = async (...items: KubeObject[]): Promise<void> => {
    cluster.waiting.shift()?.answer(items);
    await settle();
  };
  return { cluster, clock, watches, store, changes, want, membersOf, reach, answer };
}
