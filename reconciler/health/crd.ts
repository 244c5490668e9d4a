import type { KubeObject } from "../../src/object/kube-object.ts";
import { conditionOf, explain } from "./fields.ts";
import { current, failed, inProgress } from "./health.ts";
import type { Health } from "./health.ts";

/** Health of a CustomResourceDefinition: Current once its kind is served. */
export function definitionHealth(object: KubeObject): Health {
  const names = conditionOf(object, "NamesAccepted");
  if (names?.status === "False") return failed(names.reason || "NamesNotAccepted", explain(names, "names not accepted"));
  const established = conditionOf(object, "Established");
  if (established?.status === "True") return current("established");
  if (established?.status === "False" && established.reason !== "Installing") {
    return failed(established.reason || "NotEstablished", explain(established, "not established"));
  }
  return inProgress("Installing", "being installed");
}
