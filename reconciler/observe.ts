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

/** What is there in place of desired objects that are no known members. Reads metadata only, as the account. */
export async function lookUpAll(objects: readonly EffectiveObject[], context: ObserveContext): Promise<Map<ObjectKey, LookUp>> {
  const found = new Map<ObjectKey, LookUp>();
  await forEachBounded(groupsOf(objects), CONCURRENCY, async (group) => {
    const lookUps = group.length > LIST_FROM ? await lookUpByList(group, context) : await lookUpEach(group, context);
    for (const [key, lookUp] of lookUps) found.set(key, lookUp);
  }, context.signal);
  return found;
}

/**
 * Live content of members whose difference has to be explained: of those that a watch shows, as the operator; of others,
 * which were looked up as the account, as the account again. Absent ones are left out.
 */
export async function readBodies(objects: readonly EffectiveObject[], members: Members, context: ObserveContext): Promise<Map<ObjectKey, KubeObject>> {
  const watched = objects.filter(({ key }) => members.has(key));
  const others = objects.filter(({ key }) => !members.has(key));
  const bodies = await readSet(watched, context);
  await readEach(others, context.account, context, bodies);
  return bodies;
}

/** Many of one kind and namespace are read by one list of the set. */
async function readSet(objects: readonly EffectiveObject[], context: ObserveContext): Promise<Map<ObjectKey, KubeObject>> {
  const { cluster, identity, signal } = context;
  const bodies = new Map<ObjectKey, KubeObject>();
  await forEachBounded(groupsOf(objects), CONCURRENCY, async (group) => {
    const [first] = group;
    if (first === undefined || group.length <= LIST_FROM) return readEach(group, undefined, context, bodies);
    const wanted = new Set(group.map(({ key }) => key));
    const list = await cluster.list(first.kind, { namespace: first.ref.namespace, labelSelector: `${PART_OF_LABEL}=${identity.setId}`, signal });
    for (const live of list.items) if (wanted.has(keyOf(live))) bodies.set(keyOf(live), live);
    // Not in the list: gone, or without the label by now.
    return readEach(group.filter(({ key }) => !bodies.has(key)), undefined, context, bodies);
  }, signal);
  return bodies;
}

async function readEach(objects: readonly EffectiveObject[], as: Account | undefined, { cluster, signal }: ObserveContext, bodies: Map<ObjectKey, KubeObject>): Promise<void> {
  await forEachBounded(objects, CONCURRENCY, async (object) => {
    const live = await cluster.get(object.ref, { as, signal });
    if (live !== undefined) bodies.set(object.key, live);
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

async function lookUpEach(objects: readonly EffectiveObject[], context: ObserveContext): Promise<[ObjectKey, LookUp][]> {
  const { cluster, account: as, signal } = context;
  const found: [ObjectKey, LookUp][] = [];
  await forEachBounded(objects, CONCURRENCY, async (object) => {
    found.push([object.key, await refusedOr(context, async () => judge(await cluster.get(object.ref, { metadataOnly: true, as, signal }), object, context))]);
  }, signal);
  return found;
}

async function lookUpByList(objects: readonly EffectiveObject[], context: ObserveContext): Promise<[ObjectKey, LookUp][]> {
  const [first] = objects;
  if (first === undefined) return [];
  const { cluster, account: as, signal } = context;
  try {
    const list = await cluster.list(first.kind, { namespace: first.ref.namespace, metadataOnly: true, as, signal });
    const byKey = new Map(list.items.map((live) => [keyOf(live), live]));
    return objects.map((object) => [object.key, judge(byKey.get(object.key), object, context)]);
  } catch (error) {
    if (error instanceof KubeApiError && isItsOwn(error)) return lookUpEach(objects, context);
    throw error;
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

/** An object that the account may not even read, or the server cannot make out (its webhook fails), is that object's problem, not everybody's. */
async function refusedOr({ account }: ObserveContext, read: () => Promise<LookUp>): Promise<LookUp> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KubeApiError && isItsOwn(error)) return { kind: "Refused", message: explainRefusal(error, account) };
    throw error;
  }
}

const isItsOwn = ({ status }: KubeApiError): boolean => status === 403 || status >= 500;

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
