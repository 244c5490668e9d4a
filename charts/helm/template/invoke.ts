import type { GoFunction, GoValue } from "../go/value.ts";
import { callByName, isCallByName } from "./call-value.ts";
import { checked } from "./check-type.ts";
import type { Expression, Node } from "./node.ts";
import type { State } from "./state.ts";

/** A call: the function's name, the node that an error inside of it is reported at, its words (the first one is the function) and the value piped into it. */
export interface Call {
  readonly name: string;
  readonly node: Node;
  readonly words: readonly Expression[];
  readonly final: GoValue | undefined;
}

/** Evaluates and checks the arguments, and calls. */
export function invoke(state: State, called: GoFunction, call: Call): GoValue {
  const args = evaluateArguments(state, called, call);
  state.output.step();
  try {
    if (isCallByName(called)) return callByName(call, args, state.environment.scope);
    return called.call(args, state.environment.scope);
  } catch (error) {
    state.node = call.node;
    return state.failCall(call.name, error);
  }
}

/** Throws where a function is given too many or too few arguments. */
export function checkCount(state: State, { params, isVariadic }: GoFunction, { name, words, final }: Call): void {
  const given = Math.max(words.length - 1, 0);
  const count = final === undefined ? given : given + 1;
  if (isVariadic && count < params.length - 1) state.fail(`wrong number of args for ${name}: want at least ${params.length - 1} got ${given}`);
  if (!isVariadic && count !== params.length) state.fail(`wrong number of args for ${name}: want ${params.length} got ${count}`);
}

function evaluateArguments(state: State, called: GoFunction, call: Call): GoValue[] {
  checkCount(state, called, call);
  const { params } = called;
  const { words, final } = call;
  const last = params.length - 1;
  const args: GoValue[] = [];
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] as Expression; // within the list
    const type = params[at <= last ? at - 1 : last] ?? "any";
    args.push(type === "any" ? word.value(state) : word.argument(state, type));
  }
  if (final === undefined) return args;
  if (final === null) state.isNilBoxed = false;
  const type = params[Math.min(args.length, last)] ?? "any";
  args.push(type === "any" ? final : checked(state, final, type));
  return args;
}
