import { describe, expect, test } from "vitest";
import { changedKinds, compileChecks } from "../../../../reconciler/health/checks.ts";
import type { HealthCheck } from "../../../../reconciler/health/checks.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";

const check: HealthCheck = {
  apiVersion: "example.com/v1",
  kind: "Database",
  inProgress: "has(status.phase) && status.phase == 'Creating'",
  failed: "status.phase == 'Broken'",
  current: "status.phase == 'Running'",
};

function database(status: object | undefined, metadata: object = {}): KubeObject {
  return { apiVersion: "example.com/v2", kind: "Database", metadata: { name: "main", namespace: "shop", generation: 2, ...metadata }, ...(status === undefined ? {} : { status }) };
}

async function healthBy(one: HealthCheck, object: KubeObject) {
  const { checks, problems } = await compileChecks([one]);
  expect(problems).toEqual([]);
  return checks.healthOf(object);
}

describe("a check", () => {
  test.each([
    ["Creating", "InProgress", "in progress by its health check"],
    ["Broken", "Failed", "failed by its health check"],
    ["Running", "Current", "healthy by its health check"],
    ["Odd", "InProgress", "none of the expressions of its health check holds"],
  ])("decides by phase %s: %s, whatever the version", async (phase, status, message) => {
    expect(await healthBy(check, database({ phase }))).toMatchObject({ status, message });
  });

  test("looks at inProgress before failed, and at failed before current", async () => {
    const all: HealthCheck = { ...check, inProgress: "status.busy", failed: "true", current: "true" };
    expect(await healthBy(all, database({ busy: true }))).toMatchObject({ status: "InProgress" });
    expect(await healthBy(all, database({ busy: false }))).toMatchObject({ status: "Failed" });
  });

  test("that cannot be told yet is on its way, with the expression's own error", async () => {
    expect(await healthBy(check, database(undefined))).toEqual({
      status: "InProgress", reason: "HealthCheck", message: "its health check cannot tell: failed: unresolved attribute at 1:1",
    });
    expect(await healthBy(check, database({}))).toMatchObject({ message: "its health check cannot tell: failed: field not found: phase at 1:7" });
  });

  test("speaks only when the status is of this generation", async () => {
    expect(await healthBy(check, database({ phase: "Running", observedGeneration: 1 }))).toMatchObject({ status: "InProgress", reason: "LatestGenerationNotObserved" });
  });

  test("does not hide that the object is being deleted", async () => {
    const object = database({ phase: "Running" }, { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.com/hold"] });
    expect(await healthBy(check, object)).toEqual({ status: "Terminating", message: "being deleted, held by example.com/hold" });
  });

  test("adds what the object says for itself", async () => {
    const conditions = [{ type: "Ready", status: "False", reason: "Disk", message: "disk is full" }];
    expect(await healthBy(check, database({ phase: "Broken", conditions }))).toMatchObject({ message: "failed by its health check: disk is full" });
  });

  test("says nothing about other kinds and groups", async () => {
    const { checks } = await compileChecks([check]);
    expect(checks.healthOf({ ...database({}), kind: "Backup" })).toBeUndefined();
    expect(checks.healthOf({ ...database({}), apiVersion: "example.org/v1" })).toBeUndefined();
  });
});

const problemsOf = async (...checks: readonly HealthCheck[]) => (await compileChecks(checks)).problems;

describe("a check with a problem", () => {
  test.each<[string, HealthCheck, string]>([
    ["a wrong expression", { ...check, current: "status.phase ==" }, "spec.health.checks[0] (Database.example.com): current: 1:14: found = but expecting end of input"],
    ["an empty current", { ...check, current: "" }, "spec.health.checks[0] (Database.example.com): current is missing: say when the object is healthy"],
    ["a kind without watched content", { ...check, apiVersion: "v1", kind: "ConfigMap" }, "spec.health.checks[0] (ConfigMap): ConfigMap is watched without its content, so no expression can look at it; remove the check"],
  ])("is told: %s", async (_, wrong, problem) => expect(await problemsOf(wrong)).toEqual([problem]));

  test("is told once for each expression", async () => {
    const problems = await problemsOf({ ...check, failed: "a b", inProgress: "c d" });
    expect(problems.map((text) => text.split(": ")[1])).toEqual(["inProgress", "failed"]);
  });

  test("does not keep the others from being used", async () => {
    const { checks, problems } = await compileChecks([{ ...check, kind: "Backup", current: "a b" }, check]);
    expect(problems).toHaveLength(1);
    expect(checks.healthOf(database({ phase: "Running" }))).toMatchObject({ status: "Current" });
  });

  test("is refused where an earlier one is about the same kind in another version", async () => {
    expect(await problemsOf(check, { ...check, apiVersion: "example.com/v3" })).toEqual([
      "spec.health.checks[1] (Database.example.com): an earlier check is about the same group and kind; versions are not told apart, so keep one of them",
    ]);
  });

  test("all are refused when they are too long together", async () => {
    const long = Array.from({ length: 9 }, (_, index) => ({ ...check, kind: `Kind${index}`, current: `${"true && ".repeat(250)}true` }));
    expect(await problemsOf(...long)).toEqual([expect.stringMatching(/^spec\.health\.checks: \d+ characters of expressions are too many; 16384 are allowed$/)]);
  });
});

test("the kinds that two sets of checks judge differently are those whose text differs", async () => {
  const before = (await compileChecks([check, { ...check, kind: "Backup" }])).checks;
  const after = (await compileChecks([check, { ...check, kind: "Backup", current: "true" }, { ...check, kind: "User" }])).checks;
  expect(changedKinds(before, after)).toEqual(["Backup.example.com", "User.example.com"]);
  expect(changedKinds(before, (await compileChecks([{ ...check, kind: "Backup" }, check])).checks)).toEqual([]);
});
