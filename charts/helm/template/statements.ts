import { printValue } from "../go/format.ts";
import { isTrue, typeName } from "../go/types.ts";
import { GoObject, type GoValue } from "../go/value.ts";
import { quote } from "../go/strconv.ts";
import { Statement, type Flow } from "./node.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Source } from "./source.ts";
import { State } from "./state.ts";

/** Templates within templates. Go stops at 100000; the stack of a worker thread (4 MB) holds 2700 with blocks around each call, that of the main thread 540: what it does not hold ends in LIMIT_EXCEEDED, see execute. */
export const MAX_DEPTH = 1000;

/** What unicode.IsSpace takes for space. */
const SPACE_ONLY = /^[\t-\r \u0085\p{Z}]*$/u;

/** Statements that take as long as one step. */
const STATEMENTS_OF_STEP = 2;

/** Statements one behind the other. */
export class List extends Statement {
  readonly statements: readonly Statement[];
  private readonly steps: number;

  constructor(source: Source, pos: number, statements: readonly Statement[]) {
    super(source, pos);
    this.statements = statements;
    this.steps = Math.floor(statements.length / STATEMENTS_OF_STEP);
  }

  /** Nothing but space. */
  get isEmpty(): boolean {
    return this.statements.every((statement) => statement instanceof Text && statement.isSpace);
  }

  run(state: State): Flow {
    if (this.steps > 0) state.output.step(this.steps);
    for (const statement of this.statements) {
      const flow = statement.run(state);
      if (flow !== "next") return flow;
    }
    return "next";
  }

  toString(): string {
    return this.statements.join("");
  }
}

/** What is written as it stands. */
export class Text extends Statement {
  private readonly text: string;

  constructor(source: Source, pos: number, text: string) {
    super(source, pos);
    this.text = text;
  }

  get isSpace(): boolean {
    return SPACE_ONLY.test(this.text);
  }

  run({ output }: State): Flow {
    if (output.marks !== undefined) output.mark(this, true);
    output.write(this.text);
    return "next";
  }

  toString(): string {
    return quote(this.text);
  }
}

/** `{{pipeline}}`: writes its value unless that goes into variables. */
export class Action extends Statement {
  readonly pipeline: Pipeline;

  constructor(source: Source, pos: number, pipeline: Pipeline) {
    super(source, pos);
    this.pipeline = pipeline;
  }

  run(state: State): Flow {
    const value = this.pipeline.value(state);
    if (this.pipeline.targets.length > 0) return "next";
    if (state.output.marks !== undefined) state.output.mark(this, false);
    state.output.write(typeof value === "string" ? value : this.print(state, value));
    return "next";
  }

  toString(): string {
    return `{{${String(this.pipeline)}}}`;
  }

  private print(state: State, value: GoValue): string {
    if (!(value instanceof GoObject)) return this.printPlain(state, value);
    if (value.kind !== "func") return value.printed();
    state.node = this;
    return state.fail(`can't print ${this.toString()} of type ${typeName(value)}`);
  }

  private printPlain(state: State, value: Exclude<GoValue, GoObject>): string {
    try {
      return printValue(value, state.environment.scope.spendText);
    } catch (error) {
      state.node = this;
      return state.failCall("print", error);
    }
  }
}

/** `{{break}}` and `{{continue}}`. */
export class Jump extends Statement {
  readonly flow: Flow;

  constructor(source: Source, pos: number, flow: "break" | "continue") {
    super(source, pos);
    this.flow = flow;
  }

  run(): Flow {
    return this.flow;
  }

  toString(): string {
    return `{{${this.flow}}}`;
  }
}

/** The parts of a branch. */
export interface BranchParts {
  readonly pipeline: Pipeline;
  readonly body: List;
  readonly otherwise: List | undefined;
}

/** What `if`, `with` and `range` share. */
export abstract class Branch extends Statement {
  abstract readonly word: string;
  readonly pipeline: Pipeline;
  readonly body: List;
  readonly otherwise: List | undefined;

  constructor(source: Source, pos: number, { pipeline, body, otherwise }: BranchParts) {
    super(source, pos);
    this.pipeline = pipeline;
    this.body = body;
    this.otherwise = otherwise;
  }

  toString(): string {
    const otherwise = this.otherwise === undefined ? "" : `{{else}}${String(this.otherwise)}`;
    return `{{${this.word} ${String(this.pipeline)}}}${String(this.body)}${otherwise}{{end}}`;
  }
}

/** `{{if}}` */
export class If extends Branch {
  readonly word = "if";

  run(state: State): Flow {
    if (isTrue(this.pipeline.value(state))) return this.body.run(state);
    return this.otherwise === undefined ? "next" : this.otherwise.run(state);
  }
}

/** `{{with}}`: the value is the dot of its body. */
export class With extends Branch {
  readonly word = "with";

  run(state: State): Flow {
    const value = this.pipeline.value(state);
    if (!isTrue(value)) return this.otherwise === undefined ? "next" : this.otherwise.run(state);
    const { dot, isDotBoxed } = state;
    state.dot = value;
    state.isDotBoxed = false;
    const flow = this.body.run(state);
    state.dot = dot;
    state.isDotBoxed = isDotBoxed;
    return flow;
  }
}

/** `{{template "name" pipeline}}` */
export class TemplateCall extends Statement {
  readonly name: string;
  readonly pipeline: Pipeline | undefined;

  constructor(source: Source, pos: number, name: string, pipeline: Pipeline | undefined) {
    super(source, pos);
    this.name = name;
    this.pipeline = pipeline;
  }

  run(state: State): Flow {
    state.node = this;
    const { environment, output, depth } = state;
    const template = environment.templates.get(this.name);
    if (template === undefined) return state.fail(`template ${quote(this.name)} not defined`);
    if (depth === MAX_DEPTH) return state.fail(`exceeded maximum template depth (${MAX_DEPTH})`);
    const dot = this.pipeline === undefined ? null : this.pipeline.value(state);
    output.step();
    template.root.run(new State(environment, template, output, dot, depth + 1));
    return "next";
  }

  toString(): string {
    return `{{template ${quote(this.name)}${this.pipeline === undefined ? "" : ` ${String(this.pipeline)}`}}}`;
  }
}
