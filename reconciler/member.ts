import { driftHoldOf } from "../drift/drift-hold.ts";
import { othersHash, ownHash } from "../drift/managed-fields.ts";
import { CLAIM_ANNOTATION, HOOK_RUN_ANNOTATION, ORIGIN_ANNOTATION } from "../src/api/group.ts";
import type { KubeObject, ObjectMeta } from "../src/object/kube-object.ts";
import { isJsonObject } from "../src/object/json.ts";
import { formatKey, idOf } from "../src/object/object-id.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import type { HealthChecks } from "./health/checks.ts";
import { needsBody } from "./health/health-of.ts";
import { healthOfMember } from "./health/member-health.ts";
import { controllerOf, ownsLabel } from "./membership.ts";
import { livePolicyOf } from "./object-policy.ts";
import type { LiveMember } from "./observed.ts";
import { boundAccounts, boundRole } from "./references.ts";

/** Shared: most members have none. */
const NONE: readonly string[] = [];

/** What is remembered of a live object. For kinds that are watched without content, metadata is enough. `checks`: its Application's own, default none. */
export function memberOf(object: KubeObject, now: Date, checks?: HealthChecks): LiveMember {
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
    createdAt: Date.parse(metadata.creationTimestamp ?? "") || 0,
    terminating: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? NONE,
    deletable: ownsLabel(metadata.managedFields) && metadata.annotations?.[ORIGIN_ANNOTATION] !== undefined && controllerOf(metadata) === undefined,
    policy: livePolicyOf(metadata),
    ...holdMember(metadata),
    claimedBy: metadata.annotations?.[CLAIM_ANNOTATION],
    holdsData: holdsData(object),
    ...grantOf(id, object),
    health: healthOfMember(object, now, checks),
    ...hookRunOf(object),
  };
}

/** False for kinds of which metadata tells all that is to be remembered, so that a metadata-only watch is enough for them. */
export function needsContent(group: string, kind: string): boolean {
  return needsBody(group, kind) || (group === RBAC && BINDINGS.has(kind));
}

function holdMember(metadata: ObjectMeta): Pick<LiveMember, "hold"> {
  const hold = driftHoldOf(metadata);
  return hold === undefined ? {} : { hold };
}

/** What was applied since is an ordinary object: the mark of the hook that made it stays on it. */
function hookRunOf({ metadata: { annotations, managedFields } }: KubeObject): Pick<LiveMember, "hookRun"> {
  const hookRun = annotations?.[HOOK_RUN_ANNOTATION];
  return hookRun === undefined || ownHash(managedFields) !== "" ? {} : { hookRun };
}

const RBAC = "rbac.authorization.k8s.io";
const BINDINGS = new Set(["RoleBinding", "ClusterRoleBinding"]);

/** Accounts only: a group of accounts is not what one of them stands on. */
function grantOf(id: ObjectId, object: KubeObject): Pick<LiveMember, "grantsTo" | "grantedRole"> {
  const grantsTo = boundAccounts(id, object);
  const role = grantsTo.length === 0 ? undefined : boundRole(id, object);
  return role === undefined ? {} : { grantsTo, grantedRole: formatKey(role) };
}

function holdsData({ kind, ...object }: KubeObject): boolean {
  const spec = kind === "StatefulSet" ? (object as Readonly<Record<string, unknown>>)["spec"] : undefined;
  const claims = isJsonObject(spec) ? spec["volumeClaimTemplates"] : undefined;
  return Array.isArray(claims) && claims.length > 0;
}
