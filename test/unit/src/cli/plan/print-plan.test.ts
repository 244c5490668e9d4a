import { expect, test } from "vitest";
import { stripVTControlCharacters } from "node:util";
import type { Plan } from "../../../../../reconciler/change.ts";
import { entry } from "../../../../../reconciler/verdict-parts.ts";
import { printPlan } from "../../../../../src/cli/plan/print-plan.ts";
import type { PlanOutput } from "../../../../../src/cli/plan/print-plan.ts";
import { bare, itemsFrom } from "../../../../support/ordered.ts";

const plan: Plan = {
  stages: [itemsFrom(bare("v1", "ConfigMap", "a")).map(({ object }) => entry("Create", object, {}))],
  held: [], prune: [], pruneLater: [], transfers: [], claims: [], kept: [], blocked: [], unchanged: 2, reported: [], proven: [], notes: [],
};

function printed(output: PlanOutput["output"], isTTY: boolean): string {
  let text = "";
  const stdout = { isTTY, write: (more: string): void => void (text += more) };
  printPlan(plan, "Application shop/shop at main", { output, full: false }, { stdout, env: {} });
  return text;
}

test("a plan is printed as text with a title and counts", () => {
  expect(printed("text", false)).toBe("Application shop/shop at main\n\nApply\n  + create    ConfigMap shop/a  app.yaml:1\n\n1 to create, 2 unchanged\n");
});

test("a terminal gets the same text in colours", () => {
  const coloured = printed("text", true);
  expect(coloured).toContain("\u001B[32m  + create");
  expect(stripVTControlCharacters(coloured)).toBe(printed("text", false));
});

test("Markdown has no colours even in a terminal", () => {
  expect(printed("markdown", true)).toBe(printed("markdown", false));
  expect(printed("markdown", true)).toMatch(/^### Application shop\/shop at main\n\n\*\*1 to create, 2 unchanged\*\*\n/);
});
