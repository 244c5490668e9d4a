import type { Baseline } from "../../drift/baseline.ts";
import type { Plan } from "../../reconciler/change.ts";
import { entriesOf } from "../../reconciler/change.ts";
import type { Effective, EffectiveObject } from "../../reconciler/effective.ts";
import type { LastGood, LastGoodObject } from "../../reconciler/last-good.ts";
import { memberOf } from "../../reconciler/member.ts";
import type { LiveMember, LookUp, Observed } from "../../reconciler/observed.ts";
import { planChanges } from "../../reconciler/plan.ts";
import type { PlanContext } from "../../reconciler/plan-context.ts";
import type { Application, ApplicationSpec } from "../../src/api/application.ts";
import { apiVersionOf } from "../../src/object/kube-object.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../src/object/kube-object.ts";
import { parseKey } from "../../src/object/object-id.ts";
import type { ObjectKey } from "../../src/object/object-id.ts";
import { desiredFrom, shop } from "./desired.ts";
import { ownEntryOf } from "./owned-object.ts";

/** The account that the shop writes as. */
export const account = { namespace: "shop", name: "deployer" };

/** The Application `shop/shop` with what differs from the usual spec. */
export function shopWith(spec: Partial<ApplicationSpec> = {}, more: Partial<Omit<Application, "spec">> = {}): Application {
  return { apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop", generation: 1 }, ...more, spec: { sourceRef: { kind: "GitSource", name: "shop" }, ...spec } };
}

/** What the shop wants: a ConfigMap for each name. */
export function configMaps(...names: readonly string[]): Effective {
  return desiredFrom(names.map((name) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`).join("\n---\n"));
}

/** What the shop wants: one object of this YAML. */
export function oneObject(yaml: string): EffectiveObject {
  const [object] = desiredFrom(yaml).objects;
  if (object === undefined) throw new Error("nothing was composed");
  return object;
}

/** A live, healthy member with this key, such as `/ConfigMap/shop/old`. */
export function memberAt(text: string, extra: Partial<LiveMember> = {}): LiveMember {
  const id = parseKey(text);
  if (id === undefined) throw new Error(`no key: ${text}`);
  return {
    key: text as ObjectKey, id, apiVersion: apiVersionOf(id.group, "v1"), uid: `uid-${id.name}`, resourceVersion: "7", ownHash: "own", othersHash: "others", createdAt: 0, terminating: false, finalizers: [],
    deletable: true, policy: { prune: true, reconcile: true, wave: 0 }, claimedBy: undefined, holdsData: false, health: { status: "Current", message: "" }, ...extra,
  };
}

/** A member of the shop called this. */
export const configMapMember = (name: string, extra: Partial<LiveMember> = {}): LiveMember => memberAt(`/ConfigMap/shop/${name}`, extra);

/** The baselines of objects that are live as they were applied. */
export function baselinesOf({ objects }: Pick<Effective, "objects">): Map<ObjectKey, Baseline> {
  return new Map(objects.map(({ key, id, ref, digest }) => [key, { uid: `uid-${id.name}`, desiredDigest: digest, apiVersion: ref.apiVersion, ownHash: "own", othersHash: "others" }]));
}

/** These objects as the last good content. */
export function goodOf({ objects }: Pick<Effective, "objects">, extra: Partial<LastGoodObject> = {}): LastGood {
  return new Map(objects.map((object) => [object.key, { object: { ...object, content: "LastGood" }, valuesWithheld: false, ...extra }]));
}

/** An object as it is live after our apply, changed by others where `content` and `entries` say so. */
export function liveOf({ id, object }: EffectiveObject, content: Readonly<Record<string, unknown>> = {}, entries: readonly ManagedFieldsEntry[] = [ownEntryOf(object)]): KubeObject {
  return { ...object, ...content, metadata: { ...object.metadata, uid: `uid-${id.name}`, resourceVersion: "7", managedFields: entries } };
}

/** What a plan of the shop is made with; nothing is remembered. */
export function contextWith(extra: Partial<PlanContext> = {}): PlanContext {
  return {
    app: shopWith(), identity: shop, account, operatorNamespace: "driftless-system", baselines: new Map(), lastGood: new Map(), settled: new Map(), reported: [], sameRevision: false,
    treatment: () => "Revert", isPaused: () => false, recreating: new Map(), notes: new Map(), isAlive: () => true, wants: () => "No", now: new Date(0), ...extra,
  };
}

/** What is live. */
export interface LiveSide {
  readonly members?: readonly LiveMember[];
  /** By key, or by name for ConfigMaps of the shop. */
  readonly lookUps?: Readonly<Record<string, LookUp>>;
  readonly bodies?: readonly KubeObject[];
  /** Why what could not be read was not, by key or name as above. */
  readonly unread?: Readonly<Record<string, string>>;
}

/** The live side of a plan; objects that are neither members nor looked up are absent. */
export function observedWith({ members = [], lookUps = {}, bodies = [], unread = {} }: LiveSide): Observed {
  return {
    members: new Map(members.map((member) => [member.key, member])),
    lookUps: keyed(lookUps),
    unread: keyed(unread),
    bodies: new Map(bodies.map((body) => [memberOf(body, new Date(0)).key, body])),
    answers: new Map(),
  };
}

const keyed = <T>(byName: Readonly<Record<string, T>>): Map<ObjectKey, T> => new Map(Object.entries(byName).map(([name, found]) => [(name.includes("/") ? name : `/ConfigMap/shop/${name}`) as ObjectKey, found]));

/** The plan for the shop. */
export function planWith(effective: Effective, live: LiveSide, context: Partial<PlanContext> = {}): Plan {
  return planChanges(effective, observedWith(live), contextWith(context));
}

/** `Create a`, stage by stage. */
export function actionsOf(plan: Plan): string[] {
  return entriesOf(plan).map(({ action, id }) => `${action} ${id.name}`);
}

/** Names, for short. */
export function namesOf(items: readonly { readonly id: { readonly name: string } }[]): string[] {
  return items.map(({ id }) => id.name);
}
