import { compileIgnore } from "../../drift/ignore.ts";
import { compileRules } from "../../drift/rules.ts";
import { windowProblems } from "../../reconciler/gate/windows.ts";
import { compileChecks, NO_CHECKS } from "../../reconciler/health/checks.ts";
import type { Application } from "../api/application.ts";
import { ReconcileError } from "../errors.ts";
import type { CheckedSpec } from "./app-registry.ts";
import { specProblems } from "./spec-problems.ts";

/** Looks at a whole spec: at what its schema says, and at what no schema can see. All problems are told at once. */
export async function checkSpec(app: Application): Promise<CheckedSpec> {
  const { generation } = app.metadata;
  const invalid = specProblems("Application", app);
  if (invalid !== undefined) return { generation, problem: invalid, checks: NO_CHECKS };
  const { checks, problems } = await compileChecks(app.spec.health?.checks ?? []);
  const { ignore = [], rules = [] } = app.spec.drift ?? {};
  const all = [...windowProblems(app.spec.sync?.windows ?? []), ...compileIgnore(ignore).problems, ...compileRules(rules).problems, ...problems];
  return { generation, problem: all.length === 0 ? undefined : new ReconcileError("SPEC_INVALID", all.join("\n")), checks };
}
