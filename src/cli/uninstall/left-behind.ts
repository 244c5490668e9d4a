import { parseGroupKind } from "../../../reconciler/group-kind.ts";
import type { Application } from "../../api/application.ts";
import { APPLYSET_ID_LABEL, PART_OF_LABEL } from "../../api/group.ts";
import { recordedPlaces } from "../../controllers/member-places.ts";
import { messageOf } from "../../errors.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import type { ClusterClient } from "../../ports.ts";
import type { LeftBehind } from "./found.ts";
import { resourceOf } from "./found.ts";

/** Objects of one kind by the set that their label names, or why they could not be looked at. */
interface Labelled {
  readonly groupKind: string;
  readonly resource: string;
  readonly bySet: ReadonlyMap<string, number>;
  readonly problem: string | undefined;
}

/** What the Applications have deployed: one list of metadata for each kind that any of them has recorded. */
export async function findLeftBehind(cluster: ClusterClient, applications: readonly KubeObject[], signal: AbortSignal): Promise<readonly LeftBehind[]> {
  const apps = applications.map((object) => {
    const app = object as unknown as Application; // the API server has validated it
    return { app, groupKinds: recordedPlaces(app).groupKinds, setId: app.metadata.labels?.[APPLYSET_ID_LABEL] };
  });
  const kinds = [...new Set(apps.flatMap(({ groupKinds }) => [...groupKinds]))].sort();
  const labelled = await Promise.all(kinds.map((name) => countLabelled(cluster, name, signal)));
  return apps.flatMap(({ app, groupKinds, setId }) => {
    if (setId === undefined) return []; // it has never applied anything
    const own = labelled.filter(({ groupKind }) => groupKinds.has(groupKind));
    const present = own.filter(({ bySet }) => bySet.has(setId));
    return [{
      application: `${app.metadata.namespace ?? ""}/${app.metadata.name}`,
      setId,
      resources: present.map(({ resource }) => resource),
      objects: present.reduce((sum, { bySet }) => sum + (bySet.get(setId) ?? 0), 0),
      unknown: own.flatMap(({ resource, problem }) => (problem === undefined ? [] : [`${resource}: ${problem}`])),
    }];
  });
}

async function countLabelled(cluster: ClusterClient, name: string, signal: AbortSignal): Promise<Labelled> {
  const { group, kind } = parseGroupKind(name);
  const bySet = new Map<string, number>();
  try {
    const served = await cluster.preferredKind(group, kind, signal);
    if (served === undefined) return { groupKind: name, resource: name, bySet, problem: undefined }; // its definition is gone, and its objects with it
    const { items } = await cluster.list(served, { metadataOnly: true, labelSelector: PART_OF_LABEL, signal });
    for (const { metadata } of items) {
      const setId = metadata.labels?.[PART_OF_LABEL] ?? "";
      bySet.set(setId, (bySet.get(setId) ?? 0) + 1);
    }
    return { groupKind: name, resource: resourceOf(served), bySet, problem: undefined };
  } catch (error) {
    signal.throwIfAborted();
    return { groupKind: name, resource: name, bySet, problem: messageOf(error) };
  }
}
