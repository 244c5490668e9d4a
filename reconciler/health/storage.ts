/** PersistentVolumeClaim and PersistentVolume. */
import type { KubeObject } from "../../src/object/kube-object.ts";
import { textAt } from "./fields.ts";
import { current, failed, inProgress } from "./health.ts";
import type { Health } from "./health.ts";

/** Health of a claim: bound or not. A claim whose volume is gone never comes back by itself. */
export function claimHealth(object: KubeObject): Health {
  const phase = textAt(object, "status.phase");
  if (phase === "Bound") return current("bound");
  if (phase === "Lost") return failed("ClaimLost", "its volume is gone");
  return inProgress("NotBound", "not bound to a volume");
}

/** Health of a volume: only a failed reclaim is a failure. */
export function volumeHealth(object: KubeObject): Health {
  const phase = textAt(object, "status.phase");
  return phase === "Failed" ? failed("VolumeFailed", textAt(object, "status.message") || "reclaim failed") : current(phase.toLowerCase() || "accepted");
}
