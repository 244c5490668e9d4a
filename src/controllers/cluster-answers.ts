import type { LookupNeed, ValueAnswer } from "../../charts/needs.ts";
import { explainRefusal } from "../../reconciler/apply-failure.ts";
import { isApiStatus, KubeApiError, ReconcileError } from "../errors.ts";
import type { Json } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import { asJson } from "../object/kube-object.ts";
import type { Account, ClusterClient } from "../ports.ts";

/** Who looks objects up; undefined: the caller itself. */
export interface LookupContext {
  readonly cluster: Pick<ClusterClient, "get" | "list" | "kindOf">;
  readonly account: Account | undefined;
  readonly signal: AbortSignal;
}

const NOTHING: ValueAnswer = { kind: "Value", value: {} };

/**
 * What Helm's `lookup` answers: the object, a list where no name is given, an empty map where there is none, or no such
 * kind. Throws VARIABLES_NOT_READY where it may not be read, KubeApiError where it cannot.
 */
export async function lookUp({ apiVersion, object: kind, namespace, name }: LookupNeed, { cluster, account, signal }: LookupContext): Promise<ValueAnswer> {
  const served = await cluster.kindOf(apiVersion, kind, signal);
  if (served === undefined) return NOTHING;
  const place = served.namespaced && namespace !== "" ? namespace : undefined;
  try {
    if (name === "") {
      const { items, resourceVersion } = await cluster.list(served, { namespace: place, as: account, signal });
      return { kind: "Value", value: { apiVersion, kind: `${kind}List`, metadata: { resourceVersion }, items: items.map(plain) } };
    }
    if (served.namespaced && place === undefined) return NOTHING;
    const found = await cluster.get({ apiVersion, kind, namespace: place, name }, { as: account, signal });
    return found === undefined ? NOTHING : { kind: "Value", value: plain(found) };
  } catch (error) {
    if (error instanceof KubeApiError && error.reason === "KindNotServed") return NOTHING;
    if (!isApiStatus(error, 403)) throw error;
    throw new ReconcileError("VARIABLES_NOT_READY", `lookup of ${kind} ${place === undefined ? "" : `${place}/`}${name || "*"} is refused: ${explainRefusal(error, account)}`, { cause: error });
  }
}

const plain = (object: KubeObject): Json => asJson(object);
