import type { GoValue } from "../go/value.ts";
import { showOperand } from "./fields.ts";
import { Expression, Node, refuseArguments } from "./node.ts";
import type { Variable } from "./scope.ts";
import type { Source } from "./source.ts";
import type { State } from "./state.ts";

/** Words: a function or method with its arguments, or a single value. */
export class Command extends Node {
  readonly words: readonly Expression[];
  private readonly first: Expression;

  /** `words`: at least one. */
  constructor(source: Source, pos: number, words: readonly Expression[]) {
    super(source, pos);
    this.words = words;
    this.first = words[0] as Expression; // at least one
  }

  run(state: State, final: GoValue | undefined): GoValue {
    return this.first.run(state, this.words, final, this);
  }

  toString(): string {
    return this.words.map(showOperand).join(" ");
  }
}

/** A variable that a pipeline sets; `variable` is undefined where an assignment names none that was declared. */
export interface Target {
  readonly name: string;
  readonly variable: Variable | undefined;
}

/** What a pipeline is made of. */
export interface PipelineParts {
  readonly commands: readonly Command[];
  readonly targets: readonly Target[];
  /** The targets are assigned to, not declared. */
  readonly isAssignment: boolean;
  /** Characters of the template that it takes. */
  readonly length: number;
}

/** Characters of a pipeline whose names and literals take as long as a step. */
const LENGTH_OF_STEP = 24;

/** Commands, each with the value of the one before as its last argument; the last value may go into variables. */
export class Pipeline extends Expression {
  readonly commands: readonly Command[];
  readonly targets: readonly Target[];
  readonly isAssignment: boolean;
  /** Steps that it takes besides those of the functions that it calls. */
  private readonly steps: number;

  constructor(source: Source, pos: number, { commands, targets, isAssignment, length }: PipelineParts) {
    super(source, pos);
    this.commands = commands;
    this.targets = targets;
    this.isAssignment = isAssignment;
    this.steps = Math.floor(length / LENGTH_OF_STEP);
  }

  override get isPipeline(): boolean {
    return true;
  }

  value(state: State): GoValue {
    state.node = this;
    if (this.steps > 0) state.output.step(this.steps);
    let value: GoValue | undefined;
    for (const command of this.commands) value = command.run(state, value);
    const result = value ?? null;
    if (result === null) state.isNilBoxed = false;
    for (const target of this.targets) set(state, target, result, false);
    return result;
  }

  override run(state: State, words: readonly Expression[], final: GoValue | undefined): GoValue {
    refuseArguments(state, words, final);
    return this.value(state);
  }

  toString(): string {
    const commands = this.commands.map(String).join(" | ");
    if (this.targets.length === 0) return commands;
    return `${this.targets.map(({ name }) => name).join(", ")} ${this.isAssignment ? "=" : ":="} ${commands}`;
  }
}

/** Sets a variable. `isBoxed`: the value lies in an `interface {}`. */
export function set(state: State, { name, variable }: Target, value: GoValue, isBoxed: boolean): void {
  if (variable === undefined) return state.fail(`undefined variable: ${name}`);
  state.variables[variable.slot] = value;
  if (variable.boxSlot > 0) state.variables[variable.boxSlot] = isBoxed;
}
