import { expect, test } from "vitest";
import { checkSpec } from "../../../../src/controllers/checked-spec.ts";
import type { ApplicationSpec } from "../../../../src/api/application.ts";
import { shopWith } from "../../../support/plan-cases.ts";

const problemsOf = async (spec: Partial<ApplicationSpec>): Promise<readonly string[]> => (await checkSpec(shopWith(spec))).problem?.message.split("\n") ?? [];

test("a spec that says nothing special has no problem, and is known by its generation", async () => {
  expect(await checkSpec(shopWith())).toMatchObject({ generation: 1, problem: undefined });
});

test("all that no schema can see is told at once", async () => {
  const problems = await problemsOf({
    sync: { windows: [{ name: "office", kind: "Allow", schedule: "not a schedule", duration: "9h" }] },
    drift: { ignore: [{ name: "all", paths: ["/metadata"] }], rules: [{ name: "mine", paths: ["/data/x*"], action: "Report" }] },
    health: { checks: [{ apiVersion: "example.com/v1", kind: "Widget", current: "object.status.(" }] },
  });
  for (const part of ["office", "spec.drift.ignore[0] (all).paths[0]", "spec.drift.rules[0] (mine).paths[0]", "Widget"]) expect(problems.some((problem) => problem.includes(part))).toBe(true);
  expect((await checkSpec(shopWith({ drift: { ignore: [{ paths: ["/metadata"] }] } }))).problem).toMatchObject({ code: "SPEC_INVALID", retry: "change" });
});

test("what its schema forbids is told first: the rest could not be read", async () => {
  const wrong = { ...shopWith(), spec: { sourceRef: { kind: "GitSource", name: "" }, sync: { windows: 7 } } } as unknown as ReturnType<typeof shopWith>; // as the server would have let it through
  const { problem } = await checkSpec(wrong);
  expect(problem).toMatchObject({ code: "SPEC_INVALID" });
  expect(problem?.message).toContain("sync.windows");
});
