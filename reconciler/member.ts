import { othersHash, ownHash } from "../drift/managed-fields.ts";
import { ORIGIN_ANNOTATION } from "../src/api/group.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { formatKey, idOf } from "../src/object/object-id.ts";
import { healthOf } from "./health/health-of.ts";
import { ownsLabel } from "./membership.ts";
import type { LiveMember } from "./observed.ts";

/** What is remembered of a live object. For kinds that are watched without content, metadata is enough. */
export function memberOf(object: KubeObject, now: Date): LiveMember {
  const { metadata } = object;
  const id = idOf(object);
  return {
    key: formatKey(id),
    id,
    apiVersion: object.apiVersion,
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
    ownHash: ownHash(metadata.managedFields),
    othersHash: othersHash(metadata.managedFields),
    terminating: metadata.deletionTimestamp !== undefined,
    deletable: ownsLabel(metadata.managedFields) && metadata.annotations?.[ORIGIN_ANNOTATION] !== undefined,
    health: healthOf(object, now),
  };
}
