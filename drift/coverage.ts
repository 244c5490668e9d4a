/**
 * How much of some namespaces is in a source: every object there is managed (some Application of this installation has it,
 * or it belongs to one that is), unmanaged, or not counted, because the cluster or Driftless itself has put it there.
 */
import { timestamp } from "../src/api/conditions.ts";
import type { DriftCoverage } from "../src/api/drift-report.ts";
import { GROUP, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../src/api/group.ts";
import { groupOf } from "../src/object/kube-object.ts";
import type { KubeObject, ObjectMeta } from "../src/object/kube-object.ts";
import { compareText, keyOf } from "../src/object/object-id.ts";
import type { ResourceKind } from "../src/ports.ts";

/** What is remembered of an object that was listed. */
export interface CoverageEntry {
  readonly key: string;
  readonly uid: string;
  /** uids of its owners. */
  readonly owners: readonly string[];
  /** An Application has it. */
  readonly isMember: boolean;
  /** False: only for what belongs to it. */
  readonly counts: boolean;
}

/** What a kind must allow for somebody to have put it there, and for us to see it. */
const NEEDED_VERBS = ["list", "create", "delete"];

/** Kinds that the cluster writes by itself, by the thousand. */
const CLUSTERS_OWN: ReadonlySet<string> = new Set(["/Event", "events.k8s.io/Event", "/Endpoints", "discovery.k8s.io/EndpointSlice", "coordination.k8s.io/Lease"]);
/** Kinds that are counted by what has made them. */
const MADE_BY_CONTROLLERS: ReadonlySet<string> = new Set(["/Pod", "apps/ReplicaSet", "apps/ControllerRevision"]);
/** Objects that every namespace has. */
const IN_EVERY_NAMESPACE: ReadonlySet<string> = new Set(["/ServiceAccount/default", "/ConfigMap/kube-root-ca.crt", "/ConfigMap/openshift-service-ca.crt"]);

const ACCOUNT_ANNOTATION = "kubernetes.io/service-account.name";
const HELM_RECORD = "sh.helm.release.v1.";

/** True for a kind of which objects are counted, or own what is counted. */
export function isCovered({ group, kind, namespaced, verbs }: ResourceKind): boolean {
  return namespaced && group !== GROUP && !CLUSTERS_OWN.has(`${group}/${kind}`) && NEEDED_VERBS.every((verb) => verbs.includes(verb));
}

/** What counts of an object; metadata is enough. */
export function coverageEntry(object: KubeObject, installation: string): CoverageEntry {
  const { metadata } = object;
  return {
    key: keyOf(object),
    uid: metadata.uid ?? "",
    owners: (metadata.ownerReferences ?? []).map(({ uid }) => uid),
    isMember: isMember(object, installation),
    counts: metadata.deletionTimestamp === undefined && !isBookkeeping(object) && !isMadeByController(object),
  };
}

/** The counts over all that was listed; what was listed twice, under two groups, counts once. `unread`: kinds that could not be listed, with the cause. */
export function coverageOf(listed: readonly CoverageEntry[], unread: readonly string[], now: Date): DriftCoverage {
  const byUid = new Map(listed.map((entry) => [entry.uid, entry]));
  const counted = [...byUid.values()].filter(({ counts }) => counts);
  const unmanaged = counted.filter((entry) => !belongs(entry, byUid));
  const objects = unmanaged.map(({ key }) => key).sort(compareText);
  return {
    observedAt: timestamp(now),
    managed: counted.length - unmanaged.length,
    unmanaged: unmanaged.length,
    ...(objects.length === 0 ? {} : { objects }),
    ...(unread.length === 0 ? {} : { unread: [...unread].sort(compareText) }),
  };
}

/** It, or an owner of it, or one of those, is a member. Owners may go round in a circle. */
function belongs(entry: CoverageEntry, byUid: ReadonlyMap<string, CoverageEntry>): boolean {
  const seen = new Set<string>();
  const left = [entry];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.isMember) return true;
    if (seen.has(next.uid)) continue;
    seen.add(next.uid);
    left.push(...next.owners.flatMap((uid) => byUid.get(uid) ?? []));
  }
  return false;
}

/** Label and origin, and the origin names this very object: what a controller has copied them to is nobody's. */
function isMember(object: KubeObject, installation: string): boolean {
  const { labels, annotations } = object.metadata;
  const origin = annotations?.[ORIGIN_ANNOTATION] ?? "";
  return labels?.[PART_OF_LABEL] !== undefined && origin.startsWith(`${installation}/`) && origin.endsWith(`#${keyOf(object)}`);
}

/** What the cluster, Helm or we ourselves keep there. */
function isBookkeeping(object: KubeObject): boolean {
  const { metadata } = object;
  const { name, labels = {}, annotations = {} } = metadata;
  if (IN_EVERY_NAMESPACE.has(`${kindKey(object)}/${name}`) || isOurs(metadata)) return true;
  if (!["/Secret", "/ConfigMap"].includes(kindKey(object))) return false;
  return annotations[ACCOUNT_ANNOTATION] !== undefined || (labels["owner"] === "helm" && name.startsWith(HELM_RECORD));
}

/** Last good content, for one, goes with its Application. */
const isOurs = ({ ownerReferences = [] }: ObjectMeta): boolean => ownerReferences.some(({ apiVersion }) => groupOf(apiVersion) === GROUP);

function isMadeByController(object: KubeObject): boolean {
  return MADE_BY_CONTROLLERS.has(kindKey(object)) && (object.metadata.ownerReferences ?? []).some(({ controller }) => controller === true);
}

const kindKey = ({ apiVersion, kind }: KubeObject): string => `${groupOf(apiVersion)}/${kind}`;
