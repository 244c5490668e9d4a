/** Job and Pod: things that run once or die. */
import { valueAt } from "../../src/object/json.ts";
import type { Json } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { conditionOf, explain, fieldAt, integerAt, textAt } from "./fields.ts";
import { current, failed, inProgress } from "./health.ts";
import type { Health } from "./health.ts";
import { isOurs } from "./progress-marks.ts";

/** How long a Pod may stay unschedulable before that is a failure: a scheduler needs a moment. */
export const SCHEDULE_WINDOW_MS = 15_000;

/** Health of a Job: running is healthy, only Failed is a failure. Completion is not waited for. */
export function jobHealth(object: KubeObject): Health {
  const failure = conditionOf(object, "Failed");
  if (failure?.status === "True") return failed("JobFailed", `job failed: ${explain(failure, "no reason given")}`);
  if (conditionOf(object, "Complete")?.status === "True") return current(`completed, ${countText(object)}`);
  if (fieldAt(object, "spec.suspend") === true) return current("suspended as its spec asks");
  if (textAt(object, "status.startTime") === "") return inProgress("JobNotStarted", "job not started");
  return current(`running, ${countText(object)}`);
}

/**
 * Health of a Job that something waits for: only a completed one is done, as in Argo CD; kstatus and Flux let go of it as
 * soon as it runs. A Job that Git wants suspended is as its spec asks; one that somebody else suspended (a queue) still
 * has to run. Undefined: the rule of kstatus has the answer.
 */
export function runningJobHealth(object: KubeObject): Health | undefined {
  const ended = ["Failed", "Complete"].some((type) => conditionOf(object, type)?.status === "True");
  if (ended) return undefined;
  if (fieldAt(object, "spec.suspend") === true) return isOurs(object, "suspend") ? undefined : inProgress("JobSuspended", `suspended, but not by Git: waits until it is released, ${countText(object)}`);
  if (textAt(object, "status.startTime") === "") return undefined;
  const active = integerAt(object, "status.active") ?? 0;
  const state = (integerAt(object, "status.ready") ?? 0) > 0 || active === 0 ? "running" : "its pods are not ready";
  return inProgress("JobRunning", `${state}, ${countText(object)}${failuresText(object)}`);
}

function failuresText(object: KubeObject): string {
  const count = integerAt(object, "status.failed") ?? 0;
  return count === 0 ? "" : `, ${count} failed`;
}

function countText(object: KubeObject): string {
  const wanted = integerAt(object, "spec.completions") ?? integerAt(object, "spec.parallelism") ?? 1;
  return `${integerAt(object, "status.succeeded") ?? 0} of ${wanted} succeeded`;
}

/** Health of a Pod by its phase. `now` decides whether an unschedulable Pod had time enough. */
export function podHealth(object: KubeObject, now: Date): Health {
  const phase = textAt(object, "status.phase");
  switch (phase) {
    case "Succeeded":
      return current("completed");
    case "Failed":
      return current("completed, but not successfully");
    case "Running":
      return runningPod(object);
    case "Pending":
      return pendingPod(object, now);
    case "":
      return inProgress("PodNotObserved", "not yet seen by the scheduler");
    default:
      return { status: "Unknown", message: `pod phase is ${phase}` };
  }
}

function runningPod(object: KubeObject): Health {
  if (conditionOf(object, "Ready")?.status === "True") return current("ready");
  const crashing = crashLooping(object);
  if (crashing.length > 0) return failed("ContainerCrashLooping", `crash looping: ${crashing.join(", ")}`);
  return inProgress("PodRunningNotReady", "running, not ready");
}

function pendingPod(object: KubeObject, now: Date): Health {
  const scheduled = conditionOf(object, "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason !== "Unschedulable") return inProgress("PodPending", "pending");
  const created = Date.parse(object.metadata.creationTimestamp ?? "");
  if (now.getTime() - created < SCHEDULE_WINDOW_MS) return inProgress("PodNotScheduled", "not yet scheduled");
  return failed("PodUnschedulable", `cannot be scheduled: ${explain(scheduled, "no reason given")}`);
}

function crashLooping(object: KubeObject): readonly string[] {
  const statuses = ["initContainerStatuses", "containerStatuses"].flatMap((name) => {
    const list = fieldAt(object, `status.${name}`);
    return Array.isArray(list) ? (list as readonly Json[]) : [];
  });
  return statuses.flatMap((status) => {
    const name = valueAt(status, ["name"]);
    return valueAt(status, ["state", "waiting", "reason"]) === "CrashLoopBackOff" ? [typeof name === "string" ? name : "?"] : [];
  });
}
