/** Health by the rules that an Application brings along: `spec.health.checks`, with the meaning of Flux's healthCheckExprs. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { messageOf } from "../../src/errors.ts";
import { asJson, groupOf } from "../../src/object/kube-object.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { groupKind } from "../group-kind.ts";
import { loadCel } from "./cel.ts";
import type { Cel, Expression } from "./cel.ts";
import { CelVariables } from "./cel-value.ts";
import { conditionOf } from "./fields.ts";
import { unobservedHealth } from "./generic.ts";
import { needsBody } from "./health-of.ts";
import { current, failed, inProgress } from "./health.ts";
import type { Health } from "./health.ts";

/** One entry of spec.health.checks: CEL expressions over the whole object. Of apiVersion only the group counts. */
export interface HealthCheck {
  readonly apiVersion: string;
  readonly kind: string;
  readonly current: string;
  readonly inProgress?: string | undefined;
  readonly failed?: string | undefined;
}

/** The checks of one Application, compiled. */
export interface HealthChecks {
  /** The text of the check of each kind (`Kind.group`) that has one: equal text, equal verdicts. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Undefined where no check is about this kind. Does not contact the cluster. */
  healthOf(object: KubeObject): Health | undefined;
}

/** What came of the checks of a spec; a check with a problem is left out. */
export interface CompiledChecks {
  readonly checks: HealthChecks;
  /** Sentences with the index of the check and, where an expression is wrong, line and column in it. */
  readonly problems: readonly string[];
}

interface CompiledCheck {
  readonly text: string;
  readonly current: Expression;
  readonly inProgress: Expression | undefined;
  readonly failed: Expression | undefined;
}

/** The most characters of all expressions of one Application. */
const MAX_CHARACTERS = 16_384;
const REASON = "HealthCheck";
/** In the order in which they are looked at. */
const EXPRESSIONS = ["inProgress", "failed", "current"] as const;

/** No checks at all. */
export const NO_CHECKS: HealthChecks = { kinds: new Map(), healthOf: () => undefined };

/**
 * Compiles checks. Asynchronous because the CEL library is loaded with the first of them, and because other work goes on
 * between two expressions. Never throws for what a check says.
 */
export async function compileChecks(checks: readonly HealthCheck[]): Promise<CompiledChecks> {
  if (checks.length === 0) return { checks: NO_CHECKS, problems: [] };
  const length = checks.flatMap((check) => EXPRESSIONS.map((name) => check[name]?.length ?? 0)).reduce((sum, one) => sum + one, 0);
  if (length > MAX_CHARACTERS) return { checks: NO_CHECKS, problems: [`spec.health.checks: ${length} characters of expressions are too many; ${MAX_CHARACTERS} are allowed`] };
  const cel = await loadCel();
  const compiled = new Map<string, CompiledCheck>();
  const problems: string[] = [];
  for (const [index, check] of checks.entries()) {
    const name = groupKind(groupOf(check.apiVersion), check.kind);
    const label = `spec.health.checks[${index}] (${name})`;
    const problem = refusalOf(check, name, compiled);
    const result = problem === undefined ? await compileCheck(check, cel) : [problem];
    if (Array.isArray(result)) problems.push(...result.map((text) => `${label}: ${text}`));
    else compiled.set(name, result);
  }
  return { checks: checksOf(compiled), problems };
}

/** The kinds (`Kind.group`) whose health one set of checks may see differently from another. */
export function changedKinds(before: HealthChecks, after: HealthChecks): readonly string[] {
  const names = new Set([...before.kinds.keys(), ...after.kinds.keys()]);
  return [...names].filter((name) => before.kinds.get(name) !== after.kinds.get(name)).sort();
}

function refusalOf({ apiVersion, kind, current: expression }: HealthCheck, name: string, compiled: ReadonlyMap<string, CompiledCheck>): string | undefined {
  if (!needsBody(groupOf(apiVersion), kind)) return `${kind} is watched without its content, so no expression can look at it; remove the check`;
  if (compiled.has(name)) return "an earlier check is about the same group and kind; versions are not told apart, so keep one of them";
  return (expression ?? "") === "" ? "current is missing: say when the object is healthy" : undefined;
}

/** The check, or what is wrong with it. */
async function compileCheck(check: HealthCheck, cel: Cel): Promise<CompiledCheck | string[]> {
  const problems: string[] = [];
  const expressions = new Map<string, Expression>();
  for (const name of EXPRESSIONS) {
    const text = check[name];
    if (text === undefined) continue;
    await nextTurn();
    try {
      expressions.set(name, cel.compile(text));
    } catch (error) {
      problems.push(`${name}: ${messageOf(error)}`);
    }
  }
  const healthy = expressions.get("current");
  if (problems.length > 0 || healthy === undefined) return problems;
  const text = JSON.stringify(EXPRESSIONS.map((name) => check[name] ?? ""));
  return { text, current: healthy, inProgress: expressions.get("inProgress"), failed: expressions.get("failed") };
}

function checksOf(compiled: ReadonlyMap<string, CompiledCheck>): HealthChecks {
  return {
    kinds: new Map([...compiled].map(([name, { text }]) => [name, text])),
    healthOf: (object) => {
      const check = compiled.get(groupKind(groupOf(object.apiVersion), object.kind));
      return check === undefined ? undefined : (unobservedHealth(object) ?? evaluate(check, object));
    },
  };
}

/** The first expression that holds decides. What cannot be told yet, most often because a field is not there yet, is on its way. */
function evaluate(check: CompiledCheck, object: KubeObject): Health {
  const variables = new CelVariables(asJson(object));
  for (const name of EXPRESSIONS) {
    const verdict = check[name]?.(variables) ?? false;
    if (verdict === true) return decided(name, object);
    if (verdict !== false) return inProgress(REASON, `its health check cannot tell: ${name}: ${verdict.error}`);
  }
  return inProgress(REASON, withOwnWords("none of the expressions of its health check holds", object));
}

function decided(name: (typeof EXPRESSIONS)[number], object: KubeObject): Health {
  switch (name) {
    case "inProgress":
      return inProgress(REASON, withOwnWords("in progress by its health check", object));
    case "failed":
      return failed(REASON, withOwnWords("failed by its health check", object));
    case "current":
      return current("healthy by its health check");
  }
}

/** What the object says for itself, where it has a Ready condition that is not true. */
function withOwnWords(text: string, object: KubeObject): string {
  const ready = conditionOf(object, "Ready");
  return ready === undefined || ready.status === "True" || ready.message === "" ? text : `${text}: ${ready.message}`;
}
