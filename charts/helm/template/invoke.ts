import { GoList, type GoFunction, type GoValue } from "../go/value.ts";
import { callByName, isCallByName } from "./call-value.ts";
import { checked } from "./check-type.ts";
import { StringLiteral } from "./literals.ts";
import type { Expression, Node } from "./node.ts";
import type { State } from "./state.ts";

/** A call: the function's name, the node that an error inside of it is reported at, its words (the first one is the function) and the value piped into it. */
export interface Call {
  readonly name: string;
  readonly node: Node;
  readonly words: readonly Expression[];
  readonly final: GoValue | undefined;
}

/** Texts below this length are not worth counting. */
const SHORT = 1024;
/** Characters of a text, or items of a list, that most functions look through in one step. */
const CHARACTERS_OF_STEP = 32;
const ITEMS_OF_STEP = 64;
/** Characters that take as much memory as an item of a list. */
const CHARACTERS_OF_ITEM = 4;

/** Evaluates and checks the arguments, and calls. Pays for the size of what goes in and of what comes out, whatever the function counts itself. */
export function invoke(state: State, called: GoFunction, call: Call): GoValue {
  const args = evaluateArguments(state, called, call);
  state.output.step(stepsFor(args));
  const { scope } = state.environment;
  try {
    const result = isCallByName(called) ? callByName(call, args, scope) : called.call(args, scope);
    if (typeof result === "string") {
      if (result.length > SHORT) scope.spendText(result.length);
    } else if (result instanceof GoList) scope.spendText(result.items.length * CHARACTERS_OF_ITEM);
    return result;
  } catch (error) {
    state.node = call.node;
    return state.failCall(call.name, error, valuesAmong(args, call));
  }
}

/** The arguments that are no words of the template itself. A text for `tpl` is a template, too: its errors name what it is made of. */
const valuesAmong = (args: readonly GoValue[], { name, words }: Call): readonly GoValue[] => (name === "tpl" ? [] : args.filter((_, index) => !(words[index + 1] instanceof StringLiteral)));

function stepsFor(args: readonly GoValue[]): number {
  let steps = 1;
  for (const arg of args) {
    if (typeof arg === "string") {
      if (arg.length > SHORT) steps += arg.length / CHARACTERS_OF_STEP;
    } else if (arg instanceof GoList) steps += arg.items.length / ITEMS_OF_STEP;
  }
  return steps;
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
