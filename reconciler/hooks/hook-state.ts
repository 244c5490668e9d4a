import { groupOf } from "../../src/object/kube-object.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { HookRecord } from "../../src/api/release.ts";
import { conditionOf, explain, fieldAt, integerAt, textAt } from "../health/fields.ts";
import type { HealthChecks } from "../health/checks.ts";
import { healthOfMember } from "../health/member-health.ts";

/** How a live object of a hook stands, and a sentence on it. */
export interface HookState {
  readonly state: HookRecord["state"];
  readonly message: string;
}

/**
 * How the run of a hook stands. A Job is done when it has completed, a Pod when it has ended well, anything else when it is
 * healthy by the rules for members. Does not contact the cluster. `checks`: those of its Application.
 */
export function hookStateOf(object: KubeObject, now: Date, checks?: HealthChecks): HookState {
  switch (`${groupOf(object.apiVersion)}/${object.kind}`) {
    case "batch/Job":
      return jobState(object);
    case "/Pod":
      return podState(object);
    default: {
      const { status, message } = healthOfMember(object, now, checks);
      return { state: status === "Current" ? "Succeeded" : status === "Failed" ? "Failed" : "Running", message };
    }
  }
}

/** True for a Job or Pod that does something just now: to take it away would interrupt it. */
export function isAtWork(object: KubeObject): boolean {
  if (hookStateOf(object, new Date(0)).state !== "Running") return false;
  return object.kind === "Pod" ? textAt(object, "status.phase") === "Running" : (integerAt(object, "status.ready") ?? 0) > 0;
}

function jobState(object: KubeObject): HookState {
  const failure = conditionOf(object, "Failed");
  if (failure?.status === "True") return { state: "Failed", message: [failure.reason, failure.message].filter((text) => text !== "").join(": ") || "the Job failed" };
  const count = `${integerAt(object, "status.succeeded") ?? 0} of ${integerAt(object, "spec.completions") ?? 1} succeeded`;
  if (conditionOf(object, "Complete")?.status === "True") return { state: "Succeeded", message: `completed, ${count}` };
  if (fieldAt(object, "spec.suspend") === true) return { state: "Running", message: "it is suspended, and waits until it is released" };
  const failures = integerAt(object, "status.failed") ?? 0;
  const active = integerAt(object, "status.active") ?? 0;
  const tries = failures === 0 ? "" : `, ${failures} failed`;
  if (active === 0) return { state: "Running", message: `not started${tries}` };
  return { state: "Running", message: `${(integerAt(object, "status.ready") ?? 0) > 0 ? "running" : "its Pods are not ready"}, ${count}${tries}` };
}

function podState(object: KubeObject): HookState {
  const reason = textAt(object, "status.reason");
  switch (textAt(object, "status.phase")) {
    case "Succeeded":
      return { state: "Succeeded", message: "completed" };
    case "Failed":
      return { state: "Failed", message: [reason, exitsOf(object)].filter((text) => text !== "").join(": ") || "the Pod failed" };
    case "Running":
      return { state: "Running", message: "running" };
    default: {
      const scheduled = conditionOf(object, "PodScheduled");
      return { state: "Running", message: scheduled?.status === "False" ? `cannot be scheduled: ${explain(scheduled, "no reason given")}` : "pending" };
    }
  }
}

/** `container migrate ended with 1 (Error)` for each container that did not end well; "" where there is none. What they wrote is left out: it may be a Secret. */
export function exitsOf(pod: KubeObject): string {
  const statuses = ["initContainerStatuses", "containerStatuses"].flatMap((name) => {
    const list = fieldAt(pod, `status.${name}`);
    return Array.isArray(list) ? (list as readonly KubeObject[]) : []; // read field by field
  });
  return statuses.flatMap((status) => {
    const name = textAt(status, "name");
    const waiting = textAt(status, "state.waiting.reason");
    const end = [`state.terminated`, `lastState.terminated`].find((path) => integerAt(status, `${path}.exitCode`) !== undefined);
    const code = end === undefined ? 0 : (integerAt(status, `${end}.exitCode`) ?? 0);
    if (code !== 0) return [`container ${name} ended with ${code}${end === undefined || textAt(status, `${end}.reason`) === "" ? "" : ` (${textAt(status, `${end}.reason`)})`}`];
    return waiting === "" || waiting === "ContainerCreating" || waiting === "PodInitializing" ? [] : [`container ${name} waits: ${waiting}`];
  }).join(", ");
}
