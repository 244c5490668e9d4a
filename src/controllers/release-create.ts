import type { Application } from "../api/application.ts";
import { API_VERSION, STATUS_MANAGER } from "../api/group.ts";
import type { Release, ReleaseSpec } from "../api/release.ts";
import { isApiStatus, ReconcileError } from "../errors.ts";
import { derivedName } from "../object/derived-name.ts";
import { jsonEqual } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient } from "../ports.ts";
import { nameOf } from "./resource-store.ts";
import { refOf } from "./status-writer.ts";

/** Names tried, should somebody have made Releases by hand. */
const MAX_NAMES = 20;

/** `<application>-<number>`, in 63 characters. */
export function releaseName(app: Application, number: number): string {
  return derivedName(app.metadata.name, String(number));
}

/** A Release as the API server sends it. */
export function asRelease(object: KubeObject): Release {
  return object as unknown as Release; // the API server has validated it
}

/**
 * Makes a Release of this Application under the first name that is free, from number `first` on. Throws RECORD_FAILED
 * where too many in a row are taken, and KubeApiError.
 */
export async function createRelease(cluster: Pick<ClusterClient, "create" | "get">, app: Application, first: number, spec: ReleaseSpec, signal: AbortSignal): Promise<Release> {
  for (let number = first; number < first + MAX_NAMES; number += 1) {
    const made = await tryCreate(cluster, newRelease(app, releaseName(app, number), spec), signal);
    if (made !== undefined) return made;
  }
  throw new ReconcileError("RECORD_FAILED", `no Release could be made for Application ${nameOf(app)}: the next ${MAX_NAMES} names, from ${releaseName(app, first)}, are taken; delete those Releases`);
}

/** Undefined: the name is taken. Where a request of ours made it whose answer was lost, it is the one. */
async function tryCreate(cluster: Pick<ClusterClient, "create" | "get">, release: Release, signal: AbortSignal): Promise<Release | undefined> {
  try {
    return asRelease(await cluster.create(release as unknown as KubeObject, { signal, fieldManager: STATUS_MANAGER })); // plain JSON of our own
  } catch (error) {
    if (!isApiStatus(error, 409)) throw error;
  }
  const found = await cluster.get(refOf(release), { signal });
  const theirs = found === undefined ? undefined : asRelease(found);
  return theirs !== undefined && theirs.status === undefined && jsonEqual(theirs.spec, release.spec) ? theirs : undefined;
}

function newRelease(app: Application, name: string, spec: ReleaseSpec): Release {
  const { namespace = "", uid = "" } = app.metadata;
  const ownerReferences = [{ apiVersion: app.apiVersion, kind: app.kind, name: app.metadata.name, uid, controller: true }];
  return { apiVersion: API_VERSION, kind: "Release", metadata: { name, namespace, ownerReferences }, spec };
}
