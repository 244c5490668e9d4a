import { KubeApiError } from "../src/errors.ts";
import type { ApiErrorCause } from "../src/errors.ts";
import type { ObjectId } from "../src/object/object-id.ts";

/** What the API server says of a field that may be set once; tried on Kubernetes 1.36, see test/integration/operator/recreate.test.ts. */
const TEXTS: readonly RegExp[] = [
  /\bimmutable\b/, // most fields; ConfigMaps and Secrets with `immutable`; claims and volumes
  /\bmay not (?:be )?change/, // clusterIP, loadBalancerClass; value of a PriorityClass; Pods
  /\bcannot (?:be )?change/, // roleRef
  /\bupdates to \S+ (?:spec for fields other than|are forbidden)/, // StatefulSets; older StorageClasses
  /\bcan ?not be (?:less than|decreased|modified|updated|unset)\b/, // a claim that gets smaller
];

/** Groups whose kinds are no custom resources. */
const BUILT_IN = new Set([
  "", "apps", "batch", "autoscaling", "policy", "extensions",
  ...[
    "admissionregistration", "apiextensions", "apiregistration", "authentication", "certificates", "coordination", "discovery", "events",
    "flowcontrol.apiserver", "internal.apiserver", "networking", "node", "rbac.authorization", "resource", "scheduling", "storage", "storagemigration",
  ].map((name) => `${name}.k8s.io`),
]);

/**
 * The fields for which an update was refused that might pass as a creation; none where the refusal is about something
 * else. A hint and no proof: the rules of a custom resource say in words of their own that a value may not change, so
 * there every invalid value counts. A refusal by an admission policy or webhook never does: creating the object anew
 * would get round it.
 */
export function immutableFields(error: unknown, { group }: Pick<ObjectId, "group">): readonly string[] {
  if (!(error instanceof KubeApiError) || error.status !== 422 || isByAdmission(error)) return [];
  const fits = isBuiltIn(group) ? isAboutChange : isAboutValue;
  return [...new Set(error.causes.flatMap((cause) => (cause.field !== undefined && fits(cause) ? [cause.field] : [])))];
}

/** True for a group of Kubernetes' own kinds. */
export function isBuiltIn(group: string): boolean {
  return BUILT_IN.has(group);
}

/** A policy gives causes without field and reason; a webhook may give any. */
const isByAdmission = ({ message }: KubeApiError): boolean => message.includes("denied the request") || message.includes("denied request");

/** Values that are wrong by themselves have reasons of their own, save for those that break a rule. */
const isAboutValue = ({ field, reason }: ApiErrorCause): boolean => field !== "<nil>" && (reason === "FieldValueInvalid" || reason === "FieldValueForbidden");

const isAboutChange = (cause: ApiErrorCause): boolean => isAboutValue(cause) && TEXTS.some((text) => text.test(cause.message ?? ""));
