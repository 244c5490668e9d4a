import type { GoValue, ParamType } from "../go/value.ts";
import { checked } from "./check-type.ts";
import type { Source } from "./source.ts";
import type { State } from "./state.ts";

/** A part of a parsed template: never changed once it is parsed, shared between executions. Its text is the one Go shows in errors. */
export abstract class Node {
  readonly source: Source;
  readonly pos: number;

  constructor(source: Source, pos: number) {
    this.source = source;
    this.pos = pos;
  }

  abstract toString(): string;
}

/** What a statement says to the loop around it. */
export type Flow = "next" | "break" | "continue";

/** A part that writes or steers. */
export abstract class Statement extends Node {
  abstract run(state: State): Flow;
}

/** A part that has a value. Each one that gives nil says in `state.isNilBoxed` which nil it is. */
export abstract class Expression extends Node {
  /** True for a pipeline, which Go shows in parentheses. */
  get isPipeline(): boolean {
    return false;
  }

  /** The value, for a place that takes any. */
  abstract value(state: State): GoValue;

  /** The value for a parameter of a type. */
  argument(state: State, type: ParamType): GoValue {
    const value = this.value(state);
    return type === "any" ? value : checked(state, value, type);
  }

  /** The value as the first word of a command; `final` comes from the command before, undefined where this is the first one. */
  run(state: State, words: readonly Expression[], final: GoValue | undefined, _command: Node): GoValue {
    state.node = this;
    refuseArguments(state, words, final);
    return this.value(state);
  }
}

/** Throws where a word that is no function was given arguments. */
export function refuseArguments(state: State, words: readonly Expression[], final: GoValue | undefined): void {
  if (words.length > 1 || final !== undefined) state.fail(`can't give argument to non-function ${String(words[0])}`);
}
