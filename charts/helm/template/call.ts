import { isTrue } from "../go/types.ts";
import type { GoFunction, GoValue } from "../go/value.ts";
import { AND, builtinFunctions, LEN, OR } from "./builtins.ts";
import { checkCount, invoke, type Call } from "./invoke.ts";
import { Expression, type Node } from "./node.ts";
import type { Source } from "./source.ts";
import type { State } from "./state.ts";

/** The name of a function: a call, with the other words of the command as its arguments. */
export class FunctionName extends Expression {
  readonly name: string;

  constructor(source: Source, pos: number, name: string) {
    super(source, pos);
    this.name = name;
  }

  value(state: State): GoValue {
    const value = this.call(state, { name: this.name, node: this, words: [], final: undefined });
    if (value === null) state.isNilBoxed = true;
    return value;
  }

  override run(state: State, words: readonly Expression[], final: GoValue | undefined, command: Node): GoValue {
    return this.call(state, { name: this.name, node: command, words, final });
  }

  toString(): string {
    return this.name;
  }

  private call(state: State, call: Call): GoValue {
    state.node = this;
    const called = state.environment.functions.get(this.name) ?? builtinFunctions.get(this.name);
    if (called === undefined) return state.fail(`"${this.name}" is not a defined function`);
    if (called === AND || called === OR) return this.decide(state, called, call);
    if (called === LEN) return this.measure(state, call);
    return invoke(state, called, call);
  }

  /** `and` and `or`: the first argument that decides, or the last one; those behind it are not evaluated. */
  private decide(state: State, called: GoFunction, call: Call): GoValue {
    checkCount(state, called, call);
    state.output.step();
    let value: GoValue = null;
    for (let at = 1; at < call.words.length; at += 1) {
      value = (call.words[at] as Expression).value(state); // within the list
      if (isTrue(value) === (called === OR)) return value;
    }
    return call.final === undefined ? value : call.final;
  }

  /** `len`: Go has two errors for nil. */
  private measure(state: State, call: Call): GoValue {
    const { words, final } = call;
    const [, word] = words;
    if (words.length !== 2 || final !== undefined || word === undefined) return invoke(state, LEN, call);
    const value = word.value(state);
    const isBoxedNil = value === null && state.isNilBoxed;
    if (!isBoxedNil) return invoke(state, LEN, { ...call, words: [], final: value });
    state.node = call.node;
    return state.failCall(this.name, new Error("len of nil pointer"));
  }
}
