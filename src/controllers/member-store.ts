import type { Members, LiveMember } from "../../reconciler/observed.ts";
import { changedKinds, NO_CHECKS } from "../../reconciler/health/checks.ts";
import type { HealthChecks } from "../../reconciler/health/checks.ts";
import type { AppIdentity } from "../../reconciler/identity.ts";
import { TouchedMap } from "../../reconciler/touched-map.ts";
import { groupKind } from "../../reconciler/group-kind.ts";
import { ownershipOf } from "../../reconciler/membership.ts";
import { PART_OF_LABEL } from "../api/group.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ObjectKey } from "../object/object-id.ts";
import { idOf, keyOf } from "../object/object-id.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import { memberOf } from "../../reconciler/member.ts";

/** Called when something about a member changed that its Application has to look at. */
export type MemberListener = (identity: AppIdentity) => void;

/**
 * The members of every Application, fed by the watches and by the answers to our own writes. Keeps ids and hashes
 * only; the content of an object is gone when its event has been handled.
 */
export class MemberStore {
  readonly #apps = new Map<string, AppIdentity>();
  #isGone: (member: LiveMember) => boolean = () => false;
  readonly #members = new Map<string, Map<ObjectKey, LiveMember>>();
  readonly #setOf = new Map<ObjectKey, string>();
  readonly #checks = new Map<string, HealthChecks>();
  /** By set: members of which every version counts, because differences in them are told, with the version that was looked at. */
  readonly #followed = new Map<string, ReadonlyMap<ObjectKey, string>>();
  /** Members whose health follows from checks that their Application no longer has. */
  readonly #misjudged = new Set<ObjectKey>();
  readonly #listener: MemberListener;
  readonly #now: () => Date;

  constructor(listener: MemberListener, now: () => Date) {
    this.#listener = listener;
    this.#now = now;
  }

  /**
   * Makes members of this Application known; objects of sets that nobody registered are ignored. Returns the kinds
   * (`Kind.group`) whose members have to be told of once more, because other checks than before judge their health.
   */
  register(identity: AppIdentity, checks: HealthChecks = NO_CHECKS): readonly string[] {
    const { setId } = identity;
    const known = this.#members.get(setId) ?? new TouchedMap<ObjectKey, LiveMember>();
    const changed = new Set(changedKinds(this.#checks.get(setId) ?? NO_CHECKS, checks));
    this.#apps.set(setId, identity);
    this.#members.set(setId, known);
    this.#checks.set(setId, checks);
    const misjudged = [...known.values()].filter(({ id }) => changed.has(groupKind(id.group, id.kind)));
    for (const { key } of misjudged) this.#misjudged.add(key);
    return [...new Set(misjudged.map(({ id }) => groupKind(id.group, id.kind)))].sort();
  }

  /** The checks that judge the health of this Application's members. */
  checksOf(setId: string): HealthChecks {
    return this.#checks.get(setId) ?? NO_CHECKS;
  }

  /** Forgets an Application and its members. */
  forget(setId: string): void {
    for (const key of this.#members.get(setId)?.keys() ?? []) {
      this.#setOf.delete(key);
      this.#misjudged.delete(key);
    }
    this.#apps.delete(setId);
    this.#members.delete(setId);
    this.#checks.delete(setId);
    this.#followed.delete(setId);
  }

  /** From now on every version of these members counts, newer ones than the given that are known already included. */
  follow(identity: AppIdentity, versions: ReadonlyMap<ObjectKey, string>): void {
    const { setId } = identity;
    this.#followed.set(setId, versions);
    const isNewer = ([key, version]: [ObjectKey, string]): boolean => compareResourceVersions(this.#members.get(setId)?.get(key)?.resourceVersion ?? "", version) > 0;
    if ([...versions].some(isNewer)) this.#listener(identity);
  }

  /** The members of one Application. */
  membersOf(setId: string): Members {
    return this.#members.get(setId) ?? new Map();
  }

  /** The Application that a set id belongs to. */
  identityOf(setId: string): AppIdentity | undefined {
    return this.#apps.get(setId);
  }

  /** Takes in the server's answer to a request of ours, so that a write of ours is not taken for somebody else's. */
  note(identity: AppIdentity, member: LiveMember): void {
    const known = this.#members.get(identity.setId)?.get(member.key);
    if ((known !== undefined && !this.#isNews(member, known)) || this.#isGone(member)) return;
    this.#dropFromOther(member.key, identity.setId);
    this.#put(identity.setId, member);
  }

  /** Who knows what has gone: a watch that has told of everything up to a member's version, but not of the member. */
  judgeBy(isGone: (member: LiveMember) => boolean): void {
    this.#isGone = isGone;
  }

  /** A complete list of a kind was told: what was noted before, and is not in it, is gone. */
  listed(group: string, kind: string): void {
    for (const member of this.#membersOfKind(group, kind)) if (this.#isGone(member)) this.remove(member.key, member.uid);
  }

  /** The definition of a kind is gone, and all its objects with it. */
  dropKind(group: string, kind: string): void {
    for (const { key, uid } of this.#membersOfKind(group, kind)) this.remove(key, uid);
  }

  /** A list of this Application's objects of one kind that no watch tells of: what is not in it is gone. Its Application asked for it, and is not told. */
  replace(identity: AppIdentity, { group, kind }: { readonly group: string; readonly kind: string }, objects: readonly KubeObject[]): void {
    const found = objects.filter((object) => ownershipOf(object.metadata, idOf(object), identity).kind === "Member").map((object) => memberOf(object, this.#now(), this.checksOf(identity.setId)));
    const keys = new Set(found.map(({ key }) => key));
    for (const { key, id } of this.membersOf(identity.setId).values()) if (id.group === group && id.kind === kind && !keys.has(key)) this.lose(identity, key);
    for (const member of found) this.note(identity, member);
  }

  /** A watch saw this object. */
  upsert(object: KubeObject): void {
    const setId = object.metadata.labels?.[PART_OF_LABEL] ?? "";
    const identity = this.#apps.get(setId);
    const key = keyOf(object);
    if (identity === undefined) return this.#dropFromOther(key, setId);
    const member = memberOf(object, this.#now(), this.checksOf(setId));
    if (ownershipOf(object.metadata, member.id, identity).kind !== "Member") return this.#dropFromOther(key, "");
    this.#dropFromOther(key, setId);
    const known = this.#members.get(setId)?.get(key);
    if (known !== undefined && !this.#isNews(member, known)) return;
    this.#put(setId, member);
    if (known === undefined || differs(known, member) || this.#followed.get(setId)?.has(key) === true) this.#listener(identity);
  }

  /** A member was told to go: until a watch says more, it is on its way out. The next one of its name is not. */
  leave(identity: AppIdentity, key: ObjectKey, uid: string): void {
    const known = this.#members.get(identity.setId)?.get(key);
    if (known?.uid === uid) this.#members.get(identity.setId)?.set(key, { ...known, terminating: true });
  }

  /** What is known of this object may be wrong: its content has to be looked at; until then it stays a member. */
  doubt(identity: AppIdentity, key: ObjectKey): void {
    const known = this.#members.get(identity.setId)?.get(key);
    if (known !== undefined) this.#members.get(identity.setId)?.set(key, { ...known, ownHash: "" });
  }

  /** What is known of this object turned out to be wrong. */
  lose(identity: AppIdentity, key: ObjectKey): void {
    if (this.#setOf.get(key) === identity.setId) this.#setOf.delete(key);
    this.#misjudged.delete(key);
    this.#members.get(identity.setId)?.delete(key);
  }

  /** A watch lost sight of this object: it is gone, or its label is. Its Application finds out which. */
  remove(key: ObjectKey, uid: string | undefined): void {
    const known = this.#members.get(this.#setOf.get(key) ?? "")?.get(key);
    if (known !== undefined && known.uid === uid) this.#dropFromOther(key, "");
  }

  #membersOfKind(group: string, kind: string): LiveMember[] {
    return [...this.#members.values()].flatMap((members) => [...members.values()].filter(({ id }) => id.group === group && id.kind === kind));
  }

  /** The same version tells something new where the checks have changed since. */
  #isNews(member: LiveMember, known: LiveMember): boolean {
    return !isOlder(member, known) || (this.#misjudged.has(member.key) && member.resourceVersion === known.resourceVersion);
  }

  #put(setId: string, member: LiveMember): void {
    this.#members.get(setId)?.set(member.key, member);
    this.#misjudged.delete(member.key);
    this.#setOf.set(member.key, setId);
  }

  #dropFromOther(key: ObjectKey, setId: string): void {
    const before = this.#setOf.get(key);
    if (before === undefined || before === setId) return;
    this.#setOf.delete(key);
    this.#misjudged.delete(key);
    this.#members.get(before)?.delete(key);
    const identity = this.#apps.get(before);
    if (identity !== undefined) this.#listener(identity);
  }
}

/** Whatever the uid: an object and the next one of its name have versions of one series. */
const isOlder = (member: LiveMember, known: LiveMember): boolean => compareResourceVersions(member.resourceVersion, known.resourceVersion) <= 0;

const differs = (left: LiveMember, right: LiveMember): boolean =>
  left.uid !== right.uid ||
  left.ownHash !== right.ownHash ||
  left.othersHash !== right.othersHash ||
  left.terminating !== right.terminating ||
  holdText(left) !== holdText(right) ||
  left.health.status !== right.health.status ||
  left.health.message !== right.health.message;

/** A hold can be changed without a trace in the hashes: the tool that set it owns the annotation already. */
const holdText = ({ hold }: LiveMember): string => (hold === undefined ? "" : hold.kind === "Hold" ? `${hold.value} ${hold.until}` : hold.value);
