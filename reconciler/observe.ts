import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { keyOf } from "../src/object/object-id.ts";
import { KubeApiError } from "../src/errors.ts";
import type { Account, ClusterClient } from "../src/ports.ts";
import { FIELD_MANAGER, PART_OF_LABEL } from "../src/api/group.ts";
import { explainRefusal } from "./apply-failure.ts";
import { forEachBounded } from "./each.ts";
import type { EffectiveObject } from "./effective.ts";
import type { AppIdentity } from "./identity.ts";
import { ownershipOf } from "./membership.ts";
import type { LookUp, Members } from "./observed.ts";

/** From this many objects of one kind and namespace on, one list is cheaper than a read for each. */
const LIST_FROM = 10;
const CONCURRENCY = 16;

/** What the look-ups need from their surroundings. */
export interface ObserveContext {
  readonly cluster: ClusterClient;
  readonly identity: AppIdentity;
  /** Objects that are no members are read as this account, so that nobody sees more than they may. Undefined: as who asks. */
  readonly account: Account | undefined;
  readonly signal: AbortSignal;
}

/** What was read, by object, and why what could not be read was not. */
export interface Read<T> {
  readonly found: Map<ObjectKey, T>;
  readonly unread: Map<ObjectKey, string>;
}

/** What is there in place of desired objects that are no known members. Reads metadata only, as the account. */
export async function lookUpAll(objects: readonly EffectiveObject[], context: ObserveContext): Promise<Read<LookUp>> {
  const read = nothingRead<LookUp>();
  await forEachBounded(groupsOf(objects), CONCURRENCY, (group) => (group.length > LIST_FROM ? lookUpByList(group, context, read) : lookUpEach(group, context, read)), context.signal);
  return read;
}

/**
 * Live content of members whose difference has to be explained: of those that a watch shows, as the operator; of others,
 * which were looked up as the account, as the account again. Absent ones are left out.
 */
export async function readBodies(objects: readonly EffectiveObject[], members: Members, context: ObserveContext): Promise<Read<KubeObject>> {
  const read = nothingRead<KubeObject>();
  await readSet(objects.filter(({ key }) => members.has(key)), context, read);
  await readEach(objects.filter(({ key }) => !members.has(key)), context.account, context, read);
  return read;
}

const nothingRead = <T>(): Read<T> => ({ found: new Map(), unread: new Map() });

/** Many of one kind and namespace are read by one list of the set. */
async function readSet(objects: readonly EffectiveObject[], context: ObserveContext, read: Read<KubeObject>): Promise<void> {
  await forEachBounded(groupsOf(objects), CONCURRENCY, async (group) => {
    for (const live of await listSet(group, context)) read.found.set(keyOf(live), live);
    // Not in the list: gone, or without the label by now.
    return readEach(group.filter(({ key }) => !read.found.has(key)), undefined, context, read);
  }, context.signal);
}

/** Those of the group that one list tells of; none where they are few, or the list fails for a reason of its kind. */
async function listSet(group: readonly EffectiveObject[], { cluster, identity, signal }: ObserveContext): Promise<readonly KubeObject[]> {
  const [first] = group;
  if (first === undefined || group.length <= LIST_FROM) return [];
  const wanted = new Set(group.map(({ key }) => key));
  try {
    const { items } = await cluster.list(first.kind, { namespace: first.ref.namespace, labelSelector: `${PART_OF_LABEL}=${identity.setId}`, signal });
    return items.filter((live) => wanted.has(keyOf(live)));
  } catch (error) {
    if (isItsOwn(error)) return [];
    throw error;
  }
}

async function readEach(objects: readonly EffectiveObject[], as: Account | undefined, { cluster, signal }: ObserveContext, { found, unread }: Read<KubeObject>): Promise<void> {
  await forEachBounded(objects, CONCURRENCY, async ({ key, ref }) => {
    try {
      const live = await cluster.get(ref, { as, signal });
      if (live !== undefined) found.set(key, live);
    } catch (error) {
      unread.set(key, reasonOf(error, as));
    }
  }, signal);
}

/**
 * What the server would make of these objects, by dry run as the account. One that it refuses, or that changed since
 * `bodies` were read, is left out: the apply itself will tell.
 */
export async function askServer(objects: readonly EffectiveObject[], bodies: ReadonlyMap<ObjectKey, KubeObject>, { cluster, account: as, signal }: ObserveContext): Promise<Map<ObjectKey, KubeObject>> {
  const answers = new Map<ObjectKey, KubeObject>();
  await forEachBounded(objects, CONCURRENCY, async ({ key, object }) => {
    try {
      const { object: answer } = await cluster.apply(object, { fieldManager: FIELD_MANAGER, force: true, dryRun: true, as, signal });
      if (answer.metadata.resourceVersion === bodies.get(key)?.metadata.resourceVersion) answers.set(key, answer);
    } catch (error) {
      if (!(error instanceof KubeApiError)) throw error;
    }
  }, signal);
  return answers;
}

async function lookUpEach(objects: readonly EffectiveObject[], context: ObserveContext, { found, unread }: Read<LookUp>): Promise<void> {
  const { cluster, account: as, signal } = context;
  await forEachBounded(objects, CONCURRENCY, async (object) => {
    try {
      found.set(object.key, judge(await cluster.get(object.ref, { metadataOnly: true, as, signal }), object, context));
    } catch (error) {
      unread.set(object.key, reasonOf(error, as));
    }
  }, signal);
}

async function lookUpByList(objects: readonly EffectiveObject[], context: ObserveContext, read: Read<LookUp>): Promise<void> {
  const [first] = objects;
  if (first === undefined) return;
  const { cluster, account: as, signal } = context;
  try {
    const list = await cluster.list(first.kind, { namespace: first.ref.namespace, metadataOnly: true, as, signal });
    const byKey = new Map(list.items.map((live) => [keyOf(live), live]));
    for (const object of objects) read.found.set(object.key, judge(byKey.get(object.key), object, context));
  } catch (error) {
    if (!isItsOwn(error)) throw error;
    await lookUpEach(objects, context, read);
  }
}

function judge(live: KubeObject | undefined, object: EffectiveObject, { identity }: ObserveContext): LookUp {
  if (live === undefined) return { kind: "Absent" };
  const ownership = ownershipOf(live.metadata, object.id, identity);
  if (live.metadata.deletionTimestamp !== undefined) return { kind: "Terminating" };
  switch (ownership.kind) {
    case "Member":
      return { kind: "Member", live };
    case "LabelLost":
      return { kind: "LabelLost", live };
    case "Copied":
      return { kind: "Foreign", live, owner: "a controller that copied our label onto it", application: undefined };
    case "Foreign":
      return { kind: "Foreign", live, owner: ownership.owner, application: ownership.application };
    case "Unowned":
      return { kind: "Unowned", live };
  }
}

/** Why one object could not be read. Throws what is not its own problem but everybody's. */
function reasonOf(error: unknown, as: Account | undefined): string {
  if (!isItsOwn(error)) throw error;
  const text = explainRefusal(error, as);
  return error.status >= 500 ? `it cannot be read: ${text}` : text;
}

/** It may not be read, the server cannot make it out (its webhook fails), or it no longer has its kind. */
const isItsOwn = (error: unknown): error is KubeApiError => error instanceof KubeApiError && (error.status === 403 || error.status >= 500 || error.reason === "KindNotServed");

function groupsOf(objects: readonly EffectiveObject[]): EffectiveObject[][] {
  const groups = new Map<string, EffectiveObject[]>();
  for (const object of objects) {
    const group = `${object.ref.apiVersion} ${object.ref.kind} ${object.ref.namespace ?? ""}`;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [object]);
    else members.push(object);
  }
  return [...groups.values()];
}
