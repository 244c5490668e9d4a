/** What every object can say about itself, whatever its kind: deletion, observed generation, standard conditions. */
import type { KubeObject } from "../../src/object/kube-object.ts";
import { conditionOf, explain, integerAt } from "./fields.ts";
import { current, failed, inProgress } from "./health.ts";
import type { Health } from "./health.ts";

/** The answer that comes before any rule of the kind, or undefined: terminating, not yet observed, Reconciling, Stalled. */
export function commonHealth(object: KubeObject): Health | undefined {
  const unobserved = unobservedHealth(object);
  if (unobserved !== undefined) return unobserved;
  const reconciling = conditionOf(object, "Reconciling");
  if (reconciling?.status === "True") return inProgress(reconciling.reason || "Reconciling", explain(reconciling, "reconciling"));
  const stalled = conditionOf(object, "Stalled");
  return stalled?.status === "True" ? failed(stalled.reason || "Stalled", explain(stalled, "stalled")) : undefined;
}

/** The answer for an object whose status does not speak of what it is now: terminating, or of an earlier generation; else undefined. */
export function unobservedHealth(object: KubeObject): Health | undefined {
  if (object.metadata.deletionTimestamp !== undefined) return { status: "Terminating", message: terminatingText(object) };
  const observed = integerAt(object, "status.observedGeneration");
  const generation = object.metadata.generation;
  if (observed === undefined || generation === undefined || observed === generation) return undefined;
  return inProgress("LatestGenerationNotObserved", `generation ${generation} not yet seen by its controller, which is at ${observed}`);
}

/** Health of a kind without rules of its own: its Ready condition where it has one, else it exists and that is enough. */
export function genericHealth(object: KubeObject): Health {
  const ready = conditionOf(object, "Ready");
  if (ready === undefined) return current("present");
  if (ready.status === "True") return current(explain(ready, "ready"));
  return inProgress(ready.reason || "NotReady", explain(ready, ready.status === "Unknown" ? "readiness unknown" : "not ready"));
}

function terminatingText(object: KubeObject): string {
  const finalizers = object.metadata.finalizers ?? [];
  return finalizers.length === 0 ? "being deleted" : `being deleted, held by ${finalizers.join(", ")}`;
}
