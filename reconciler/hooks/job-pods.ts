import { KubeApiError } from "../../src/errors.ts";
import type { EffectiveObject } from "../effective.ts";
import type { HookContext } from "./advance.ts";
import type { HookBody } from "./hook-body.ts";
import { exitsOf } from "./hook-state.ts";

/** Pods that are told of. */
const MAX_PODS = 1;

/** How the last Pod of a failed Job ended, as far as the account may see it; "" where there is nothing to tell. */
export async function podsOf({ id, ref }: HookBody, { kind: { kind, group } }: EffectiveObject, { ports: { cluster }, request: { account: as, signal } }: HookContext): Promise<string> {
  if (group !== "batch" || kind !== "Job") return "";
  try {
    const pods = await cluster.kindOf("v1", "Pod", signal);
    if (pods === undefined) return "";
    const { items } = await cluster.list(pods, { namespace: ref.namespace, labelSelector: `job-name=${id.name}`, as, signal });
    const newest = [...items].sort((left, right) => ((left.metadata.creationTimestamp ?? "") < (right.metadata.creationTimestamp ?? "") ? 1 : -1));
    return newest.map((pod) => [pod, exitsOf(pod)] as const).filter(([, text]) => text !== "").slice(0, MAX_PODS).map(([{ metadata }, text]) => `Pod ${metadata.name}: ${text}`).join("; ");
  } catch (error) {
    if (error instanceof KubeApiError) return ""; // what is not to be seen is not told
    throw error;
  }
}
