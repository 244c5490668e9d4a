import type { Effective } from "../../../reconciler/effective.ts";
import { applysetId, parseOrigin } from "../../../reconciler/identity.ts";
import { memberOf } from "../../../reconciler/member.ts";
import { ownershipOf } from "../../../reconciler/membership.ts";
import type { LiveMember, Members } from "../../../reconciler/observed.ts";
import { groupKind, parseGroupKind } from "../../../reconciler/order.ts";
import type { ReconcileRequest } from "../../../reconciler/reconcile-ports.ts";
import type { Application } from "../../api/application.ts";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../api/group.ts";
import { recordedPlaces } from "../../controllers/member-places.ts";
import { isApiStatus } from "../../errors.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import type { ObjectKey } from "../../object/object-id.ts";
import type { ClusterClient } from "../../ports.ts";
import { DEFAULT_NAMESPACE, INSTALLATION_CONFIG_MAP } from "../install/names.ts";

/** The members of an Application, listed kind by kind with the rights of whoever asks. */
export async function listMembers(cluster: ClusterClient, { app, identity, now, checks, signal }: ReconcileRequest, effective: Effective): Promise<Members> {
  const desired = effective.objects.map(({ id }) => groupKind(id.group, id.kind));
  const members = new Map<ObjectKey, LiveMember>();
  for (const name of new Set([...desired, ...recordedPlaces(app).groupKinds])) {
    for (const object of await listKind(cluster, name, identity.setId, signal)) {
      const member = memberOf(object, now, checks);
      if (ownershipOf(object.metadata, member.id, identity).kind === "Member") members.set(member.key, member);
    }
  }
  return members;
}

/**
 * The id of the installation that looks after an Application: from the operator's namespace, or, for people who may not
 * read there, from the mark on one of its members. Undecided where there are neither: then nothing of it is live.
 */
export async function findInstallation(cluster: ClusterClient, app: Application, signal: AbortSignal): Promise<string> {
  const stored = await cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: DEFAULT_NAMESPACE, name: INSTALLATION_CONFIG_MAP }, { signal }).catch(absentIfForbidden);
  const id = (stored?.["data"] as Record<string, string> | undefined)?.["id"]; // ConfigMap data are strings
  if (id !== undefined) return id;
  const setId = applysetId({ namespace: app.metadata.namespace ?? "", name: app.metadata.name });
  for (const name of recordedPlaces(app).groupKinds) {
    for (const object of await listKind(cluster, name, setId, signal)) {
      const origin = parseOrigin(object.metadata.annotations?.[ORIGIN_ANNOTATION] ?? "");
      if (origin !== undefined) return origin.installation;
    }
  }
  return "unknown";
}

async function listKind(cluster: ClusterClient, name: string, setId: string, signal: AbortSignal): Promise<readonly KubeObject[]> {
  const { group, kind } = parseGroupKind(name);
  const served = await cluster.preferredKind(group, kind, signal);
  if (served === undefined) return [];
  return (await cluster.list(served, { labelSelector: `${PART_OF_LABEL}=${setId}`, signal })).items;
}

function absentIfForbidden(error: unknown): undefined {
  if (!isApiStatus(error, 403)) throw error;
}
