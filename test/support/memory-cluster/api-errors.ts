/** What the API server answers when it refuses, in its own words. */
import type { ApiErrorCause } from "../../../src/errors.ts";
import { KubeApiError } from "../../../src/errors.ts";
import { KIND_NOT_SERVED } from "../../../src/kube/errors.ts";
import type { ResourceKind } from "../../../src/ports.ts";

/** `deployments.apps`, `configmaps`. */
export function resourceName({ plural, group }: ResourceKind): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** `Deployment.apps`, `ConfigMap`. */
export function kindName({ kind, group }: ResourceKind): string {
  return group === "" ? kind : `${kind}.${group}`;
}

export const notFound = (kind: ResourceKind, name: string): KubeApiError => new KubeApiError(404, "NotFound", `${resourceName(kind)} "${name}" not found`);

export const namespaceNotFound = (name: string): KubeApiError => new KubeApiError(404, "NotFound", `namespaces "${name}" not found`);

export const notServed = (apiVersion: string, kind: string): KubeApiError =>
  new KubeApiError(404, KIND_NOT_SERVED, `no kind ${kind} in ${apiVersion} on this cluster: install its CRD, or correct apiVersion and kind`);

export const alreadyExists = (kind: ResourceKind, name: string): KubeApiError => new KubeApiError(409, "AlreadyExists", `${resourceName(kind)} "${name}" already exists`);

export const conflict = (kind: ResourceKind, name: string, why: string): KubeApiError =>
  new KubeApiError(409, "Conflict", `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${why}`);

export const modified = (kind: ResourceKind, name: string): KubeApiError => conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

export const forbidden = (kind: ResourceKind, name: string, why: string, causes: readonly ApiErrorCause[] = []): KubeApiError =>
  new KubeApiError(403, "Forbidden", `${resourceName(kind)}${name === "" ? "" : ` "${name}"`} is forbidden: ${why}`, { causes });

export const badRequest = (message: string): KubeApiError => new KubeApiError(400, "BadRequest", message);

export const unprocessable = (message: string): KubeApiError =>
  new KubeApiError(422, "Invalid", "the server rejected our request due to an error in our request", { causes: [{ reason: "UnexpectedServerResponse", message }] });

export const tooOld = (asked: string, oldest: number): KubeApiError => new KubeApiError(410, "Expired", `too old resource version: ${asked} (${oldest})`);

/** A problem of one field. */
export interface FieldProblem {
  readonly field: string;
  readonly reason: "FieldValueInvalid" | "FieldValueRequired" | "FieldValueForbidden" | "FieldValueNotSupported" | "FieldValueTypeInvalid";
  readonly message: string;
}

export function invalid(kind: ResourceKind, name: string, problems: readonly FieldProblem[]): KubeApiError {
  const lines = problems.map(({ field, message }) => `${field}: ${message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  return new KubeApiError(422, "Invalid", `${kindName(kind)} "${name}" is invalid: ${text}`, { causes: problems.map((problem) => ({ ...problem })) });
}
