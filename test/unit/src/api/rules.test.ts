import { expect, test } from "vitest";
import { approvesShownPlan, releaseIsImmutable } from "../../../../src/api/rules.ts";
import type { Json } from "../../../../src/object/json.ts";
import { releaseSpec } from "../../../support/api-cases.ts";

const digest = "ab".repeat(32);
const spec = (plan: object = {}, extra: object = {}): Json => releaseSpec({ digest, ...plan }, extra) as Json; // plain JSON

test("a Release holds still but for its approval", () => {
  const stored = spec();
  expect(releaseIsImmutable.holds(stored)).toBe(true);
  expect(releaseIsImmutable.holds(spec({}, { approval: { planDigest: digest } }), stored)).toBe(true);
  expect(releaseIsImmutable.holds(stored, spec({}, { approval: { planDigest: digest } }))).toBe(true);
  const changed = [spec({ summary: "2 to create" }), spec({ changes: [] }), spec({ digest: "cd".repeat(32) }), spec({}, { application: "other" }), spec({}, { revision: "x" }), spec({}, { generation: 2 }), spec({}, { commit: { id: "x" } })];
  expect(changed.map((after) => releaseIsImmutable.holds(after, stored))).toEqual(changed.map(() => false));
});

test("an approval names the plan that is shown", () => {
  expect(approvesShownPlan.holds(spec({}, { approval: { planDigest: digest } }))).toBe(true);
  expect(approvesShownPlan.holds(spec({}, { approval: { planDigest: "cd".repeat(32) } }))).toBe(false);
  expect(approvesShownPlan.holds(releaseSpec({}, { approval: { planDigest: digest } }) as Json)).toBe(false); // plain JSON
});
