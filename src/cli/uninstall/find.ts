import { API_VERSION } from "../../api/group.ts";
import { kindDefinitions } from "../../api/kinds.ts";
import { isApiStatus } from "../../errors.ts";
import { valueAt } from "../../object/json.ts";
import { apiVersionOf, asJson } from "../../object/kube-object.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import type { ClusterClient, ObjectRef, ResourceKind } from "../../ports.ts";
import { installManifests } from "../install/manifests.ts";
import { COMMON_LABELS, DEFAULT_IMAGE, OPERATOR_NAME } from "../install/names.ts";
import { OPERATOR_ROLE } from "../install/rbac.ts";
import { TENANT_PREFIX } from "../install/tenant.ts";
import type { Found, LiveObject } from "./found.ts";
import { findLeftBehind } from "./left-behind.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const OURS = Object.entries(COMMON_LABELS).map(([key, value]) => `${key}=${value}`).join(",");

/** Looks at what there is of the installation in this namespace. Writes nothing. Throws where a kind of it may not be listed. */
export async function findInstalled(cluster: ClusterClient, namespace: string, signal: AbortSignal): Promise<Found> {
  const manifests = installManifests({ namespace, image: DEFAULT_IMAGE, tenants: [] });
  const found = (await Promise.all(manifests.map((object) => findObject(cluster, refOf(object), signal)))).filter((object) => object !== undefined);
  const served = await servedKinds(cluster, signal);
  const lists = await Promise.all(served.map(async (kind) => ({ kind, items: await listIfServed(cluster, kind, kind.kind !== "Application", signal) })));
  const applications = lists.find(({ kind }) => kind.kind === "Application");
  return {
    namespace,
    installed: found.filter(isMarked),
    unmarked: found.filter((object) => !isMarked(object)),
    tenants: await findTenants(cluster, namespace, signal),
    others: await findOthers(cluster, namespace, signal),
    applications: applications?.items.map((item) => liveObject(applications.kind, item)) ?? [],
    counts: lists.map(({ kind, items }) => ({ kind: kind.kind, objects: items.length })),
    leftBehind: await findLeftBehind(cluster, applications?.items ?? [], signal),
  };
}

const refOf = ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef => ({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });

async function findObject(cluster: ClusterClient, ref: ObjectRef, signal: AbortSignal): Promise<LiveObject | undefined> {
  const kind = await cluster.kindOf(ref.apiVersion, ref.kind, signal);
  const object = kind === undefined ? undefined : await cluster.get(ref, { metadataOnly: true, signal });
  return kind === undefined || object === undefined ? undefined : { ref, kind, metadata: object.metadata };
}

/** A Namespace may be anybody's, and is deleted only on demand; a definition is ours by its group. */
function isMarked({ ref, metadata: { labels = {} } }: LiveObject): boolean {
  return ref.kind === "Namespace" || ref.kind === "CustomResourceDefinition" || Object.entries(COMMON_LABELS).some(([key, value]) => labels[key] === value);
}

/** The kinds of ours that the API server serves now. */
export async function servedKinds(cluster: ClusterClient, signal: AbortSignal): Promise<readonly ResourceKind[]> {
  const kinds = await Promise.all(kindDefinitions.map(({ kind }) => cluster.kindOf(API_VERSION, kind, signal)));
  return kinds.filter((kind) => kind !== undefined);
}

/** All objects of a kind; none when it is no longer served. */
export async function listIfServed(cluster: ClusterClient, kind: ResourceKind, metadataOnly: boolean, signal: AbortSignal): Promise<readonly KubeObject[]> {
  try {
    return (await cluster.list(kind, { metadataOnly, signal })).items;
  } catch (error) {
    if (isApiStatus(error, 404)) return [];
    throw error;
  }
}

/** An item of a list, which does not tell its kind itself. */
export function liveObject(kind: ResourceKind, { metadata }: Pick<KubeObject, "metadata">): LiveObject {
  const { name, namespace } = metadata;
  return { kind, metadata, ref: { apiVersion: apiVersionOf(kind.group, kind.version), kind: kind.kind, name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** By label and name, not by what the bindings refer to: an earlier removal may have come to the bindings only. */
async function findTenants(cluster: ClusterClient, namespace: string, signal: AbortSignal): Promise<readonly LiveObject[]> {
  const [roles, bindings] = await Promise.all(["Role", "RoleBinding"].map((kind) => listOurs(cluster, kind, signal)));
  const theirs = new Set((bindings ?? []).filter(({ object }) => !isBoundTo(object, namespace)).map(({ live }) => place(live)));
  return [...(roles ?? []), ...(bindings ?? [])].map(({ live }) => live).filter((live) => live.ref.name.startsWith(TENANT_PREFIX) && !theirs.has(place(live)));
}

const place = ({ ref }: LiveObject): string => `${ref.namespace}/${ref.name}`;

/** Bindings of the operator's cluster role to an operator elsewhere. */
async function findOthers(cluster: ClusterClient, namespace: string, signal: AbortSignal): Promise<readonly string[]> {
  const bindings = await listOurs(cluster, "ClusterRoleBinding", signal);
  const subjects = bindings.filter(({ object }) => valueAt(asJson(object), ["roleRef", "name"]) === OPERATOR_ROLE).flatMap(({ object }) => subjectsOf(object));
  return [...new Set(subjects.flatMap((subject) => (subject.namespace === undefined || subject.namespace === namespace ? [] : [subject.namespace])))].sort();
}

async function listOurs(cluster: ClusterClient, kind: string, signal: AbortSignal): Promise<readonly { readonly object: KubeObject; readonly live: LiveObject }[]> {
  const served = await cluster.kindOf(RBAC, kind, signal);
  if (served === undefined) return [];
  return (await cluster.list(served, { labelSelector: OURS, signal })).items.map((object) => ({ object, live: liveObject(served, object) }));
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

const subjectsOf = (binding: KubeObject): readonly Subject[] => (binding["subjects"] ?? []) as readonly Subject[]; // rbac.authorization.k8s.io/v1

const isBoundTo = (binding: KubeObject, namespace: string): boolean =>
  subjectsOf(binding).some((subject) => subject.kind === "ServiceAccount" && subject.name === OPERATOR_NAME && subject.namespace === namespace);

