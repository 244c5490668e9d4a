import type { GoValue } from "../go/value.ts";
import { callFollowed, follow } from "./follow.ts";
import { NilLiteral } from "./literals.ts";
import { Expression, refuseArguments } from "./node.ts";
import type { Variable } from "./scope.ts";
import type { Source } from "./source.ts";
import type { State } from "./state.ts";

/** `.` */
export class Dot extends Expression {
  value(state: State): GoValue {
    state.node = this;
    if (state.dot === null) state.isNilBoxed = state.isDotBoxed;
    return state.dot;
  }

  toString(): string {
    return ".";
  }
}

/** `.name.name`: from the dot. */
export class Field extends Expression {
  readonly names: readonly string[];

  constructor(source: Source, pos: number, names: readonly string[]) {
    super(source, pos);
    this.names = names;
  }

  value(state: State): GoValue {
    state.node = this;
    return follow(state, state.dot, state.isDotBoxed, this.names);
  }

  override run(state: State, words: readonly Expression[], final: GoValue | undefined): GoValue {
    if (words.length === 1 && final === undefined) return this.value(state);
    state.node = this;
    return callFollowed(state, state.dot, state.isDotBoxed, { names: this.names, words, final });
  }

  toString(): string {
    return `.${this.names.join(".")}`;
  }
}

/** `$name.name`: from a variable, or the variable itself. */
export class VariableUse extends Expression {
  readonly name: string;
  readonly names: readonly string[];
  private readonly variable: Variable | undefined;

  /** `variable`: undefined where none is declared under the name: using it fails. */
  constructor(source: Source, pos: number, use: { readonly name: string; readonly names: readonly string[]; readonly variable: Variable | undefined }) {
    super(source, pos);
    this.name = use.name;
    this.names = use.names;
    this.variable = use.variable;
  }

  value(state: State): GoValue {
    const value = this.read(state);
    if (this.names.length > 0) return follow(state, value, this.isBoxed(state), this.names);
    if (value === null) state.isNilBoxed = this.isBoxed(state);
    return value;
  }

  override run(state: State, words: readonly Expression[], final: GoValue | undefined): GoValue {
    if (words.length === 1 && final === undefined) return this.value(state);
    const value = this.read(state);
    if (this.names.length === 0) refuseArguments(state, words, final);
    return callFollowed(state, value, this.isBoxed(state), { names: this.names, words, final });
  }

  toString(): string {
    return [this.name, ...this.names].join(".");
  }

  private read(state: State): GoValue {
    state.node = this;
    const value = this.variable === undefined ? undefined : state.variables[this.variable.slot];
    return value === undefined ? state.fail(`undefined variable: ${this.name}`) : value;
  }

  private isBoxed(state: State): boolean {
    const { variable } = this;
    return variable !== undefined && variable.boxSlot > 0 && state.variables[variable.boxSlot] === true;
  }
}

/** `(pipeline).name` or `function.name`: from the value of a term. */
export class Chain extends Expression {
  readonly term: Expression;
  readonly names: readonly string[];

  constructor(source: Source, pos: number, term: Expression, names: readonly string[]) {
    super(source, pos);
    this.term = term;
    this.names = names;
  }

  value(state: State): GoValue {
    const start = this.start(state);
    return follow(state, start, start === null && state.isNilBoxed, this.names);
  }

  override run(state: State, words: readonly Expression[], final: GoValue | undefined): GoValue {
    const start = this.start(state);
    return callFollowed(state, start, start === null && state.isNilBoxed, { names: this.names, words, final });
  }

  toString(): string {
    return `${showOperand(this.term)}.${this.names.join(".")}`;
  }

  private start(state: State): GoValue {
    state.node = this;
    if (this.term instanceof NilLiteral) state.fail(`indirection through explicit nil in ${this.toString()}`);
    return this.term.value(state);
  }
}

/** A term as Go shows it among others: pipelines in parentheses. */
export const showOperand = (term: Expression): string => (term.isPipeline ? `(${String(term)})` : String(term));
