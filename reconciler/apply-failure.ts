import { formsOfValues, maskText, secretValues } from "../drift/mask.ts";
import { formatPosition, KubeApiError, messageOf } from "../src/errors.ts";
import { displayId } from "../src/object/object-id.ts";
import type { Account } from "../src/ports.ts";
import type { Failure } from "./change.ts";
import type { EffectiveObject } from "./effective.ts";

/** An error of one write as a sentence with the place in the source, the cause and, where we know one, the fix. */
export function failureOf(object: EffectiveObject, error: unknown, account: Account): Failure {
  const where = formatPosition({ file: object.origin.file, line: object.origin.line });
  const safe = explainSafely(object, error, account);
  return { id: object.id, key: object.key, where, message: `${where}: ${displayId(object.id)}: ${safe}`, verb: "apply", outcome: isRefusal(error) ? "Refused" : "Unavailable" };
}

/** Why this object was refused, without its Secret values: those included that only its creation sends. */
export function explainSafely({ initial, secrets }: EffectiveObject, error: unknown, account: Account): string {
  return maskText(explainRefusal(error, account), [...secretValues(initial), ...formsOfValues(secrets)]);
}

/** True for answers that the same content will get again: invalid, forbidden, a kind the server does not serve. */
export function isRefusal(error: unknown): boolean {
  return error instanceof KubeApiError && [400, 403, 404, 405, 413, 415, 422].includes(error.status);
}

/** True where the object is not the one that was looked at: 409, or 422 for another uid, as applies and patches are answered. */
export function isConflict(error: unknown): boolean {
  return error instanceof KubeApiError && (error.status === 409 || (error.status === 422 && error.causes.some(({ field }) => field === "metadata.uid")));
}

/** A 403 may be about what the account may do, or about the operator acting as the account at all. */
function forbiddenText(text: string, { namespace, name }: Account): string {
  if (text.includes("impersonate")) {
    return `the operator may not act as account ${namespace}/${name}; grant it with: driftless install --only tenants --tenant ${namespace}:${name} | kubectl apply --server-side -f -`;
  }
  if (!text.includes(`system:serviceaccount:${namespace}:${name}"`)) return text;
  const [, verb, resource, group, where] = /cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/.exec(text) ?? [];
  if (verb === undefined || resource === undefined) return `account ${namespace}/${name} is not allowed to: ${text}`;
  const what = group === undefined || group === "" ? resource : `${resource}.${group}`;
  return `account ${namespace}/${name} may not ${verb} ${what} ${where === undefined ? "cluster-wide" : `in namespace ${where}`}; bind a Role that allows it`;
}

/** The server's own words without the parts that repeat the object's name, plus the fix for access problems. */
export function explainRefusal(error: unknown, account: Account | undefined): string {
  const text = messageOf(error);
  if (!(error instanceof KubeApiError)) return text;
  if (error.reason === "KindNotServed") return "the cluster does not serve its kind; install its CustomResourceDefinition or correct apiVersion and kind";
  if (error.status === 403 && account !== undefined) return forbiddenText(text, account);
  if (error.causes.length > 0) {
    return error.causes.map((cause) => (cause.field === undefined ? (cause.message ?? text) : `${cause.field}: ${cause.message ?? ""}`)).join("; ");
  }
  return text;
}
