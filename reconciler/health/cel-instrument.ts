/** Puts the meter into a parsed expression, before it is planned: nothing in it costs more than it is charged for. */
import type { parse } from "@bufbuild/cel";

/** A node of a parsed expression (google/cel-spec, cel/expr/syntax.proto). */
export type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;
type Kind = Expr["exprKind"];
type Of<Case extends Kind["case"]> = Extract<Kind, { case: Case }>;
type Call = Of<"callExpr">["value"];
type Comprehension = Of<"comprehensionExpr">["value"];

/** Names of the functions that charge; no expression can be written with an @. */
export const WEIGH = "@weigh";
export const MEASURE = "@measure";
export const STEP = "@step";
export const APPEND = "@append";

/** Operators that read none of their operands, or only one of them. */
const LAZY: ReadonlySet<string> = new Set(["_&&_", "_||_", "_?_:_", "!_", "@not_strictly_false"]);
const INDEX = "_[_]";
/** What the comprehension macros call the value that they build. */
const ACCUMULATOR = "@result";
/** What a call costs beside what it reads. Those that may look up a time zone take far longer than the others. */
const CALL_STEPS = 1;
const TIME_STEPS = 200;

/** An expression that charges, and what it costs to visit each of its nodes once. */
export interface Instrumented {
  readonly expr: Expr;
  readonly steps: number;
}

/** The expression with charges in it. Throws RangeError where it is nested too deeply for the stack. */
export function instrument(expr: Expr): Instrumented {
  switch (expr.exprKind.case) {
    case "callExpr":
      return instrumentCall(expr, expr.exprKind.value);
    case "comprehensionExpr":
      return instrumentComprehension(expr, expr.exprKind.value);
    case "selectExpr":
      return instrumentSelect(expr, expr.exprKind.value);
    case "listExpr":
      return instrumentList(expr, expr.exprKind.value);
    case "structExpr":
      return instrumentStruct(expr, expr.exprKind.value);
    case "constExpr":
    case "identExpr":
    case undefined:
      return { expr, steps: 1 };
  }
}

/** What an expression names: the functions and operators that it calls, and what may be variables of it. */
export interface Names {
  readonly functions: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** All that an expression names. */
export function namesIn(expr: Expr): Names {
  const [functions, variables] = [new Set<string>(), new Set<string>()];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { $typeName: type, function: called, name } = node as Readonly<Record<string, unknown>>; // read only where they are text
    if (type === "cel.expr.Expr.Call" && typeof called === "string") functions.add(called);
    if (type === "cel.expr.Expr.Ident" && typeof name === "string") variables.add(name);
    for (const below of Object.values(node)) visit(below);
  };
  visit(expr);
  return { functions, variables };
}

function instrumentCall(expr: Expr, value: Call): Instrumented {
  const target = value.target === undefined ? undefined : instrument(value.target);
  const args = value.args.map(instrument);
  const appended = appendedItem(value);
  if (appended !== undefined) {
    const item = instrument(appended);
    return { expr: call(expr, APPEND, [accumulator(expr), item.expr]), steps: item.steps + CALL_STEPS };
  }
  const guard = guardOf(value.function);
  const guarded = { ...value, args: args.map((arg) => guard(arg.expr)), ...(target === undefined ? {} : { target: guard(target.expr) }) };
  const own = value.function.startsWith("get") ? TIME_STEPS : CALL_STEPS;
  return { expr: withKind(expr, { case: "callExpr", value: guarded }), steps: own + sum(args) + (target?.steps ?? 0) };
}

function guardOf(name: string): (operand: Expr) => Expr {
  if (LAZY.has(name)) return (operand) => operand;
  const charge = name === INDEX ? MEASURE : WEIGH;
  return (operand) => (operand.exprKind.case === "constExpr" ? operand : call(operand, charge, [operand]));
}

/** The x of `@result + [x]`, with which map and filter build their list by one more element. */
function appendedItem({ function: name, args }: Call): Expr | undefined {
  const [list, added] = args;
  if (name !== "_+_" || list?.exprKind.case !== "identExpr" || list.exprKind.value.name !== ACCUMULATOR) return undefined;
  return added?.exprKind.case === "listExpr" && added.exprKind.value.elements.length === 1 ? added.exprKind.value.elements[0] : undefined;
}

/** Every round pays for the nodes that it visits before it begins; when nothing is left to pay with, the loop ends. */
function instrumentComprehension(expr: Expr, value: Comprehension): Instrumented {
  const part = (node: Expr | undefined): Instrumented => instrument(required(node));
  const [range, init, condition, step, result] = [part(value.iterRange), part(value.accuInit), part(value.loopCondition), part(value.loopStep), part(value.result)];
  const round = condition.steps + step.steps + CALL_STEPS;
  const metered: Comprehension = {
    ...value,
    iterRange: call(range.expr, MEASURE, [range.expr]),
    accuInit: init.expr,
    loopCondition: call(condition.expr, STEP, [condition.expr, constant(expr, round)]),
    loopStep: step.expr,
    result: result.expr,
  };
  return { expr: withKind(expr, { case: "comprehensionExpr", value: metered }), steps: CALL_STEPS + range.steps + init.steps + result.steps };
}

function instrumentSelect(expr: Expr, value: Of<"selectExpr">["value"]): Instrumented {
  const operand = instrument(required(value.operand));
  return { expr: withKind(expr, { case: "selectExpr", value: { ...value, operand: operand.expr } }), steps: operand.steps + 1 };
}

function instrumentList(expr: Expr, value: Of<"listExpr">["value"]): Instrumented {
  const elements = value.elements.map(instrument);
  return { expr: withKind(expr, { case: "listExpr", value: { ...value, elements: elements.map((one) => one.expr) } }), steps: sum(elements) + 1 };
}

function instrumentStruct(expr: Expr, value: Of<"structExpr">["value"]): Instrumented {
  const entries = value.entries.map((entry) => {
    const item = instrument(required(entry.value));
    const key = entry.keyKind.case === "mapKey" ? instrument(entry.keyKind.value) : undefined;
    const keyKind = key === undefined ? entry.keyKind : { case: "mapKey" as const, value: key.expr };
    return { entry: { ...entry, keyKind, value: item.expr }, steps: item.steps + (key?.steps ?? 1) };
  });
  return { expr: withKind(expr, { case: "structExpr", value: { ...value, entries: entries.map(({ entry }) => entry) } }), steps: sum(entries) + 1 };
}

const withKind = (expr: Expr, exprKind: Kind): Expr => ({ ...expr, exprKind });

function call(at: Expr, name: string, args: Expr[]): Expr {
  return withKind(at, { case: "callExpr", value: { $typeName: "cel.expr.Expr.Call", function: name, args } });
}

function constant(at: Expr, value: number): Expr {
  const constantKind = { case: "int64Value" as const, value: BigInt(value) };
  return withKind(at, { case: "constExpr", value: { $typeName: "cel.expr.Constant", constantKind } });
}

function accumulator(at: Expr): Expr {
  return withKind(at, { case: "identExpr", value: { $typeName: "cel.expr.Expr.Ident", name: ACCUMULATOR } });
}

function required(expr: Expr | undefined): Expr {
  if (expr === undefined) throw new TypeError("an expression has a part that is missing");
  return expr;
}

const sum = (parts: readonly { readonly steps: number }[]): number => parts.reduce((total, { steps }) => total + steps, 0);
