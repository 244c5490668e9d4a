/**
 * The health of a member of an Application: the Application's own checks first, then rules for what kstatus does not
 * know or sees too early as done, then kstatus.
 */
import { groupOf } from "../../src/object/kube-object.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { HealthChecks } from "./checks.ts";
import { unobservedHealth } from "./generic.ts";
import { healthOf } from "./health-of.ts";
import type { Health } from "./health.ts";
import { OPERATOR_RULES } from "./operators.ts";
import { withMarks } from "./progress-marks.ts";
import { runningJobHealth } from "./jobs.ts";

/** Rules by `group/kind` that come before those of kstatus. */
const RULES: ReadonlyMap<string, (object: KubeObject) => Health | undefined> = new Map([...OPERATOR_RULES, ["batch/Job", runningJobHealth]]);

/** The health of a live member. Does not contact the cluster. `checks`: those of its Application, default none. */
export function healthOfMember(object: KubeObject, now: Date, checks?: HealthChecks): Health {
  return withMarks(object, checks?.healthOf(object) ?? ruleHealth(object) ?? healthOf(object, now));
}

function ruleHealth(object: KubeObject): Health | undefined {
  const rule = RULES.get(`${groupOf(object.apiVersion)}/${object.kind}`);
  return rule === undefined ? undefined : (unobservedHealth(object) ?? rule(object));
}
