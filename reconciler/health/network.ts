/** Service and APIService. */
import type { KubeObject } from "../../src/object/kube-object.ts";
import { conditionOf, explain, textAt } from "./fields.ts";
import { current, inProgress } from "./health.ts";
import type { Health } from "./health.ts";

/** Health of a Service. A load balancer's outer address is not waited for, as in kstatus: many clusters never give one. */
export function serviceHealth(object: KubeObject): Health {
  const balanced = textAt(object, "spec.type") === "LoadBalancer";
  return balanced && textAt(object, "spec.clusterIP") === "" ? inProgress("NoIPAssigned", "no cluster address assigned") : current("ready");
}

/** Health of an aggregated API: what it serves cannot be applied before it is available. */
export function apiServiceHealth(object: KubeObject): Health {
  const available = conditionOf(object, "Available");
  if (available?.status === "True") return current("available");
  return inProgress(available?.reason || "NotAvailable", available === undefined ? "not yet available" : explain(available, "not available"));
}
