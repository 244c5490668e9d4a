/** Asks the API server whether a request would be allowed. */
import { valueAt } from "../object/json.ts";
import { asJson } from "../object/kube-object.ts";
import type { ClusterClient, RequestOptions } from "../ports.ts";

/** A verb on a resource; without a namespace in all of them, without a name on any object. */
export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  /** Plural, such as `deployments`. */
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** True when the caller (or the account it acts as) may; by SelfSubjectAccessReview. Throws KubeApiError when it cannot be asked. */
export async function can(client: Pick<ClusterClient, "create">, question: AccessQuestion, options: RequestOptions = {}): Promise<boolean> {
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    metadata: { name: "" }, // a review is never stored and must not be named
    spec: { resourceAttributes: { ...question } },
  };
  const answer = await client.create(review, options);
  return valueAt(asJson(answer), ["status", "allowed"]) === true;
}
