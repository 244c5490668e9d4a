import { describe, expect, test } from "vitest";
import { hookStateOf, isAtWork } from "../../../../reconciler/hooks/hook-state.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";

const now = new Date("2026-01-01T00:00:00Z");
const job = (status: object, spec: object = {}): KubeObject => ({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, spec, status });
const pod = (status: object): KubeObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, status });
const ended = (type: string, more: object = {}) => ({ conditions: [{ type, status: "True", ...more }] });

describe("a hook", () => {
  test.each<[string, KubeObject, string, string]>([
    ["that was just created has not started", job({}), "Running", "not started"],
    ["whose Pod is not ready runs", job({ active: 1, ready: 0 }), "Running", "its Pods are not ready, 0 of 1 succeeded"],
    ["whose Pod works runs", job({ active: 1, ready: 1 }), "Running", "running, 0 of 1 succeeded"],
    ["that tries again runs", job({ active: 1, ready: 1, failed: 2, succeeded: 1 }, { completions: 3 }), "Running", "running, 1 of 3 succeeded, 2 failed"],
    ["that is suspended is not done", job({}, { suspend: true }), "Running", "it is suspended, and waits until it is released"],
    ["that has met its criteria is not done before its Pods are", job({ active: 1, ready: 1, ...ended("SuccessCriteriaMet") }), "Running", "running, 0 of 1 succeeded"],
    ["that is complete is done", job({ succeeded: 1, ...ended("Complete") }), "Succeeded", "completed, 1 of 1 succeeded"],
    ["that has failed says why", job(ended("Failed", { reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" })), "Failed", "DeadlineExceeded: Job was active longer than specified deadline"],
    ["that has failed without a word has failed", job(ended("Failed")), "Failed", "the Job failed"],
    ["that is a Pod is not done while it is ready", pod({ phase: "Running", conditions: [{ type: "Ready", status: "True" }] }), "Running", "running"],
    ["that is a Pod without a place says so", pod({ phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", message: "0/3 nodes are available" }] }), "Running", "cannot be scheduled: 0/3 nodes are available"],
    ["that is a Pod is done when it ended well", pod({ phase: "Succeeded" }), "Succeeded", "completed"],
    ["that is a Pod has failed when it ended badly", pod({ phase: "Failed", reason: "Evicted", containerStatuses: [{ name: "main", state: { terminated: { exitCode: 137, reason: "OOMKilled", message: "secret" } } }] }), "Failed", "Evicted: container main ended with 137 (OOMKilled)"],
    ["of any other kind is done when it is healthy", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } }, "Succeeded", "present"],
    ["of a kind with a condition waits for it", { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" }, status: { conditions: [{ type: "Ready", status: "False", reason: "Building", message: "building" }] } }, "Running", "building"],
    ["with a status that is none has not started", job({ conditions: "none", active: "many" }), "Running", "not started"],
  ])("%s", (_what, object, state, message) => expect(hookStateOf(object, now)).toEqual({ state, message: expect.stringContaining(message) }));
});

test.each<[string, KubeObject, boolean]>([
  ["a Job with a Pod that is ready is at work", job({ active: 1, ready: 1 }), true],
  ["a Job whose Pod cannot start is not", job({ active: 1, ready: 0 }), false],
  ["a Job that is over is not", job({ ready: 1, ...ended("Complete") }), false],
  ["a Pod that runs is", pod({ phase: "Running" }), true],
  ["a Pod that waits is not", pod({ phase: "Pending" }), false],
])("%s", (_what, object, expected) => expect(isAtWork(object)).toBe(expected));
