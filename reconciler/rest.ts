/**
 * Objects at rest: live as they were applied, healthy, and with nothing to be told of them. A look goes over the others only, and
 * over what was touched since the last one; that an object is at rest follows from what is remembered of it and its member
 * alone. Does not contact the cluster.
 */
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Effective, EffectiveObject } from "./effective.ts";
import { isLeftAlone, isMembership } from "./effective.ts";
import type { AppMemory } from "./memory.ts";
import type { LiveMember, Members } from "./observed.ts";
import { TouchedMap } from "./touched-map.ts";
import { decisionFor } from "./verdict.ts";

/** What is known of the objects that were looked at last. */
export interface RestIndex {
  readonly objects: readonly EffectiveObject[];
  readonly members: Members;
  /** By object: its place among them. */
  readonly places: ReadonlyMap<ObjectKey, number>;
  /** Objects that are not at rest, and members that are not among the objects. */
  readonly restless: Set<ObjectKey>;
}

/** What of an Application is not at rest. */
export interface Awake {
  /** With the number of those that are. */
  readonly effective: Effective;
  readonly members: Members;
}

type RestMemory = Pick<AppMemory, "rest" | "baselines" | "progress" | "reported" | "notes">;

/** Leaves out what is at rest: the plan and the health of what is left are those of the whole. */
export function awake(effective: Effective, members: Members, memory: RestMemory, now: Date): Awake {
  const index = currentIndex(effective, members, memory, now);
  const told = [...memory.reported.map(({ object }) => object as ObjectKey), ...memory.notes.keys(), ...effective.blocked.map(({ key }) => key)]; // findings of ours name objects by key
  const keys = told.length === 0 ? index.restless : new Set([...index.restless, ...told]);
  const places = [...keys].flatMap((key) => index.places.get(key) ?? []).sort((left, right) => left - right);
  const objects = places.flatMap((place) => effective.objects[place] ?? []);
  const found = [...keys].flatMap((key) => entryOf(key, members));
  return { effective: { ...effective, objects, resting: effective.objects.length - objects.length }, members: new Map(found) };
}

/** Members that cannot be said to be at rest: by whatever was looked at last. */
export function restlessMembers(members: Members, memory: RestMemory, now: Date): Members {
  const [last] = memory.rest;
  if (last?.members !== members) return members;
  const { restless } = currentIndex(last, members, memory, now);
  return new Map([...restless].flatMap((key) => entryOf(key, members)));
}

/** As many as take turns: what the source wants, and what was applied before, while the gate is closed. */
const MAX_INDEXES = 2;

function currentIndex({ objects }: Pick<Effective, "objects">, members: Members, memory: RestMemory, now: Date): RestIndex {
  const touched = [members, memory.baselines, memory.progress].flatMap((map) => (map instanceof TouchedMap ? [...(map as TouchedMap<ObjectKey, unknown>).take()] : [])); // objects are known by key in all of them
  const known = memory.rest.filter((index) => index.members === members && members instanceof TouchedMap);
  for (const { restless } of known) for (const key of touched) restless.add(key);
  const index = known.find((one) => one.objects === objects) ?? newIndex(objects, members);
  for (const key of index.restless) judge(key, index, memory, now);
  memory.rest = [index, ...known.filter((one) => one !== index)].slice(0, MAX_INDEXES);
  return index;
}

/** Nothing counts as at rest before it was looked at. */
function newIndex(objects: readonly EffectiveObject[], members: Members): RestIndex {
  const places = new Map(objects.map(({ key }, place) => [key, place]));
  return { objects, members, places, restless: new Set([...places.keys(), ...members.keys()]) };
}

function judge(key: ObjectKey, { objects, members, places, restless }: RestIndex, memory: RestMemory, now: Date): void {
  const [object, member] = [objects[places.get(key) ?? -1], members.get(key)];
  const isOver = object === undefined ? member === undefined : member !== undefined && isAtRest(object, member, memory, now);
  if (isOver) restless.delete(key);
}

/** A look at it would find nothing, whatever the time. */
function isAtRest(object: EffectiveObject, member: LiveMember, { baselines, progress }: RestMemory, now: Date): boolean {
  const { policy, hold, claimedBy, hookRun, health } = member;
  if (!isMembership(object) || isLeftAlone(object) || !policy.reconcile) return false;
  if (hold !== undefined || claimedBy !== undefined || hookRun !== undefined || health.status !== "Current") return false;
  const isTakenIn = progress.get(object.key)?.fingerprint === ""; // that it is healthy: it counts as such as long as it is at rest
  return isTakenIn && decisionFor(object, member, { baselines, now }).kind === "Unchanged";
}

function entryOf(key: ObjectKey, members: Members): readonly (readonly [ObjectKey, LiveMember])[] {
  const member = members.get(key);
  return member === undefined ? [] : [[key, member]];
}
