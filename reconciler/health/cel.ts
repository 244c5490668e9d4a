/**
 * CEL over objects of the cluster: expressions of tenants over objects of tenants, in the operator's own thread. Each
 * evaluation may cost BUDGET steps; then it ends with an error, wherever it is. The library is loaded with the first
 * expression: most operators never need it.
 */
import type * as CelLibrary from "@bufbuild/cel";
import type { CelEnv, CelFunc, CelResult, CelValue } from "@bufbuild/cel";
import { messageOf } from "../../src/errors.ts";
import { APPEND, instrument, MEASURE, namesIn, STEP, WEIGH } from "./cel-instrument.ts";
import type { Expr } from "./cel-instrument.ts";
import { CelMeter } from "./cel-meter.ts";
import { CelPatterns } from "./cel-patterns.ts";
import type { CelVariables } from "./cel-value.ts";

/** What an expression says about an object: true or false, or why it cannot be told. */
export type Verdict = boolean | { readonly error: string };

/** A compiled expression. The fields of the object are its variables: `status.phase == "Ready"`. */
export type Expression = (object: CelVariables) => Verdict;

/** The most steps of one evaluation: a hundred conditions with a few comparisons each cost less than a tenth of it. */
export const BUDGET = 50_000;

/** The string functions whose result is no longer than what they read. */
const STRING_FUNCTIONS: ReadonlySet<string> = new Set(["charAt", "indexOf", "lastIndexOf", "lowerAscii", "upperAscii", "split", "substring", "trim"]);
/** What the library evaluates itself. */
const BUILT_IN: ReadonlySet<string> = new Set(["_&&_", "_||_", "_?_:_", "_[_]", "@not_strictly_false"]);
const ERROR_LIMIT = 200;

type Library = typeof CelLibrary;
type ParsedExpr = ReturnType<Library["parse"]>;

let loaded: Promise<Cel> | undefined;

/** The one instance of this process, loaded when it is first asked for. */
export function loadCel(): Promise<Cel> {
  return (loaded ??= load());
}

async function load(): Promise<Cel> {
  const [library, { strings }, { RE2JS }] = await Promise.all([import("@bufbuild/cel"), import("@bufbuild/cel/ext"), import("re2js")]);
  const meter = new CelMeter(library);
  const funcs = [...strings.filter(({ name }) => STRING_FUNCTIONS.has(name)), ...chargingFunctions(library, meter)];
  return new Cel(library, meter, library.celEnv({ funcs, re2: new CelPatterns(meter, RE2JS) }));
}

/** Compiles expressions and evaluates them within their budget. */
export class Cel {
  readonly #library: Library;
  readonly #meter: CelMeter;
  readonly #env: CelEnv;

  constructor(library: Library, meter: CelMeter, env: CelEnv) {
    this.#library = library;
    this.#meter = meter;
    this.#env = env;
  }

  /** Throws SyntaxError, with the position, for text that is no expression or calls what does not exist. */
  compile(text: string): Expression {
    const { expr, parsed } = this.#parse(text);
    const { functions, variables } = namesIn(expr);
    const unknown = [...functions].find((name) => !BUILT_IN.has(name) && this.#env.funcs.find(name) === undefined);
    if (unknown !== undefined) throw new SyntaxError(`there is no function ${unknown}`);
    const metered = instrument(expr);
    const evaluate = this.#library.plan(this.#env, metered.expr);
    return (object) => {
      this.#meter.start(BUDGET - metered.steps);
      return withoutStacks(() => this.#verdict(evaluate(object.pick(variables)), parsed, text));
    };
  }

  #parse(text: string): { readonly expr: Expr; readonly parsed: ParsedExpr } {
    try {
      const parsed = this.#library.parse(text);
      if (parsed.expr === undefined) throw new SyntaxError("it is empty");
      return { expr: parsed.expr, parsed };
    } catch (error) {
      if (error instanceof RangeError) throw new SyntaxError("it is nested too deeply", { cause: error });
      throw new SyntaxError(`${messageOf(error).replace(/^<input>:/, "")}${hintFor(text)}`, { cause: error });
    }
  }

  #verdict(result: CelResult, { sourceInfo }: ParsedExpr, text: string): Verdict {
    if (this.#meter.spent) return { error: `it takes more than ${BUDGET} steps` };
    if (typeof result === "boolean") return result;
    if (!this.#library.isCelError(result)) return { error: "it is neither true nor false" };
    const offset = sourceInfo?.positions[String(result.exprId)];
    return { error: `${result.message.slice(0, ERROR_LIMIT)}${offset === undefined ? "" : ` at ${placeOf(text, offset)}`}` };
  }
}

/** The functions that `instrument` puts calls of into expressions. */
function chargingFunctions({ celFunc, celList, CelScalar: { DYN, BOOL, INT } }: Library, meter: CelMeter): CelFunc[] {
  const built = new WeakMap<object, CelValue[]>();
  return [
    celFunc(WEIGH, [DYN], DYN, (value) => meter.weigh(value)),
    celFunc(MEASURE, [DYN], DYN, (value) => meter.measure(value)),
    celFunc(STEP, [BOOL, INT], BOOL, (condition, steps) => (meter.charge(Number(steps)), condition)),
    celFunc(APPEND, [DYN, DYN], DYN, (list, item) => {
      const items = built.get(list as object); // a list, by where instrument puts the call
      if (items !== undefined) return items.push(item), list;
      const first = [item];
      const fresh = celList(first);
      built.set(fresh, first);
      return fresh;
    }),
  ];
}

/** Errors are values in CEL, thousands of them in a loop: taking down the stack of each would cost more than all the rest. */
function withoutStacks(evaluate: () => Verdict): Verdict {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return evaluate();
  } catch (error) {
    return { error: messageOf(error) }; // an object that is nested too deeply for the stack
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const hintFor = (text: string): string => (/[.[]\?/.test(text) ? "; write has(a.b) ? a.b == … : … instead of optional fields (a.?b)" : "");

/** Line and column, counted from 1. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
