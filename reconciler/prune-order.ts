import { GROUP } from "../src/api/group.ts";
import { byId, compareIds, displayId } from "../src/object/object-id.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import { groupKind } from "./group-kind.ts";
import type { LiveMember } from "./observed.ts";
import { GUARDS, WORKLOADS } from "./order/kind-rules.ts";

/** What can be deleted now, and what has to wait for others to be gone. Both sorted by id. */
export interface PruneSteps {
  readonly now: readonly LiveMember[];
  /** `reason`: what it waits for, with the finalizers that hold that. */
  readonly waiting: readonly { readonly member: LiveMember; readonly reason: string }[];
}

/** What decides besides what goes. Default: nothing stays, nothing is held. */
export interface PruneOptions {
  readonly staying?: readonly LiveMember[];
  readonly held?: ReadonlyMap<ObjectKey, string>;
}

const NOTHING_HELD: ReadonlyMap<ObjectKey, string> = new Map();

/**
 * The next step of deleting stale members in reverse order, by what is gone and not by what was asked to go. `leaving`: members
 * that are being deleted already; `staying`: the other members. An object waits only for what needs it: webhooks go before
 * what they call, custom resources before the workloads of the set that defines them, workloads before the configuration
 * and rights of their namespace, everything before its definition and its Namespace. Each of these looks one way only, so
 * that nothing waits in a circle. `held`: why some of the stale ones stay a while longer; what they need does, too, save
 * quotas and policies, by which the work that they wait for may itself be held up.
 */
export function pruneSteps(stale: readonly LiveMember[], leaving: readonly LiveMember[], { staying = [], held = NOTHING_HELD }: PruneOptions = {}): PruneSteps {
  const present = [...stale, ...leaving];
  const definitions = definitionsOf([...present, ...staying]);
  const crowds = crowdsOf(present, definitions, held);
  const now: LiveMember[] = [];
  const waiting: PruneSteps["waiting"][number][] = [];
  for (const member of [...stale].sort(byId)) {
    const hold = held.get(member.key);
    if (hold !== undefined) {
      waiting.push({ member, reason: hold });
      continue;
    }
    const before = crowdsBefore(member.id, definitions).flatMap((name) => crowds.get(name) ?? []);
    if (before.length === 0) now.push(member);
    else waiting.push({ member, reason: reasonFor(before) });
  }
  return { now, waiting };
}

/** Members by what they would go down with. */
export interface Contents {
  readonly byNamespace: ReadonlyMap<string, LiveMember>;
  readonly byGroup: ReadonlyMap<string, readonly LiveMember[]>;
}

/** These members, looked through once for all Namespaces and definitions. */
export function contentsOf(members: readonly LiveMember[]): Contents {
  return { byNamespace: new Map(members.toReversed().map((member) => [member.id.namespace, member])), byGroup: Map.groupBy(members, ({ id }) => id.group) };
}

/** A member among these that would go down with a stale one, its Namespace or definition; undefined: nothing would. */
export function wouldTakeAlong(stale: LiveMember, { byNamespace, byGroup }: Contents): LiveMember | undefined {
  const kind = groupKind(stale.id.group, stale.id.kind);
  if (kind === NAMESPACE) return byNamespace.get(stale.id.name);
  if (kind !== DEFINITION) return undefined;
  const definitions = definitionsOf([stale]);
  return byGroup.get(groupOfDefinition(stale.id.name))?.find(({ id }) => defining(id, definitions).length > 0);
}

const NAMESPACE = "Namespace";
const DEFINITION = "CustomResourceDefinition.apiextensions.k8s.io";
const APPLICATION = `Application.${GROUP}`;
const SOURCE = `GitSource.${GROUP}`;
const CALLED = new Set(["Service", ...WORKLOADS]);
/** What workloads of the same namespace are made from and act with. */
const USED = new Set(["ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim", "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io"]);
/** What limits workloads of the same namespace. */
const LIMITS = new Set(["ResourceQuota", "LimitRange", "NetworkPolicy.networking.k8s.io"]);
/** The same for workloads anywhere. */
const USED_ANYWHERE = new Set(["ClusterRole.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"]);
const STORAGE = new Set(["PersistentVolume", "StorageClass.storage.k8s.io"]);

/** Members that one object waits for together: the one to name, and how many there are. */
interface Crowd {
  first: LiveMember;
  count: number;
}

/** The crowds that a member is part of while it is there. */
function crowdsWith({ id, key }: LiveMember, definitions: Definitions, held: ReadonlyMap<ObjectKey, string>): string[] {
  const kind = groupKind(id.group, id.kind);
  const crowds = id.namespace === "" ? [] : [`inside ${id.namespace}`];
  if (GUARDS.has(kind)) crowds.push("guards");
  if (WORKLOADS.includes(kind)) crowds.push("workloads", `workloads in ${id.namespace}`, ...(held.has(key) ? [] : [`workloads going from ${id.namespace}`]));
  if (kind === APPLICATION) crowds.push("applications", `applications in ${id.namespace}`);
  if (kind === "PersistentVolumeClaim") crowds.push("claims");
  const defined = defining(id, definitions);
  return defined.length === 0 ? crowds : [...crowds, "defined here", ...defined.map((name) => `defined by ${name}`)];
}

/** The crowds that have to be gone before an object of this id goes. Each kind of object waits for crowds of earlier kinds only. */
function crowdsBefore({ group, kind: name, namespace, name: own }: ObjectId, definitions: Definitions): string[] {
  const kind = groupKind(group, name);
  if (kind === NAMESPACE) return [`inside ${own}`];
  if (kind === DEFINITION) return [`defined by ${own}`, "applications"];
  if (CALLED.has(kind)) return ["guards", ...(kind === "Service" ? [] : ["defined here", ...(definitions.size > 0 ? ["applications"] : [])])];
  if (USED.has(kind)) return [`workloads in ${namespace}`, `applications in ${namespace}`];
  if (LIMITS.has(kind)) return [`workloads going from ${namespace}`, `applications in ${namespace}`];
  if (USED_ANYWHERE.has(kind)) return ["workloads", "applications"];
  if (STORAGE.has(kind)) return ["claims"];
  return kind === SOURCE ? [`applications in ${namespace}`] : [];
}

function crowdsOf(present: readonly LiveMember[], definitions: Definitions, held: ReadonlyMap<ObjectKey, string>): Map<string, Crowd> {
  const crowds = new Map<string, Crowd>();
  for (const member of present) {
    for (const name of crowdsWith(member, definitions, held)) {
      const crowd = crowds.get(name);
      if (crowd === undefined) crowds.set(name, { first: member, count: 1 });
      else {
        crowd.count += 1;
        if (compareWorthNaming(member, crowd.first) < 0) crowd.first = member;
      }
    }
  }
  return crowds;
}

/** What is held by finalizers is what people have to know about; else what comes first. */
function compareWorthNaming(left: LiveMember, right: LiveMember): number {
  return Number(isHeld(right)) - Number(isHeld(left)) || compareIds(left.id, right.id);
}

const isHeld = ({ terminating, finalizers }: LiveMember): boolean => terminating && finalizers.length > 0;

function reasonFor(before: readonly Crowd[]): string {
  const [head] = before.map(({ first }) => first).sort(compareWorthNaming);
  if (head === undefined) return "";
  const others = before.reduce((sum, { count }) => sum + count, -1);
  const held = isHeld(head) ? `, which is being deleted and held by ${head.finalizers.join(", ")}` : "";
  return `waits for ${displayId(head.id)} to be gone${held}${others > 0 ? `, and ${others} more` : ""}`;
}

/** Plurals that CustomResourceDefinitions among the members define, by group. Their content is not known here. */
type Definitions = ReadonlyMap<string, readonly string[]>;

function definitionsOf(members: readonly LiveMember[]): Definitions {
  const definitions = new Map<string, string[]>();
  for (const { id } of members) {
    if (groupKind(id.group, id.kind) !== DEFINITION) continue;
    const group = groupOfDefinition(id.name);
    definitions.set(group, [...(definitions.get(group) ?? []), id.name]);
  }
  return definitions;
}

/** A definition is called `<plural>.<group>`. */
const groupOfDefinition = (name: string): string => name.slice(name.indexOf(".") + 1);

const NONE: readonly string[] = [];

/** Definitions that an object may be of: by the usual plurals of its kind, and where none fits all of its group. */
function defining({ group, kind }: ObjectId, definitions: Definitions): readonly string[] {
  const names = definitions.get(group);
  if (names === undefined) return NONE;
  const word = kind.toLowerCase();
  const plurals = [`${word}s`, `${word}es`, `${word.slice(0, -1)}ies`, word].map((plural) => `${plural}.${group}`);
  const usual = names.filter((name) => plurals.includes(name));
  return usual.length > 0 ? usual : names;
}
