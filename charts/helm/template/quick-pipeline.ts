import { FunctionName } from "./call.ts";
import { Chain, Dot, Field, VariableUse } from "./fields.ts";
import { BooleanLiteral, NilLiteral, NumberLiteral, StringLiteral } from "./literals.ts";
import type { Expression } from "./node.ts";
import { numberValue } from "./number-value.ts";
import { Command, Pipeline, type Target } from "./pipeline.ts";
import type { Scope } from "./scope.ts";
import type { Source } from "./source.ts";
import { KEYWORDS } from "./token.ts";
import { UNUSUAL, type QuickWords } from "./quick-words.ts";

const SPACE = 0x20;
const QUOTE = 0x22;
const DOLLAR = 0x24;
const LEFT_PAREN = 0x28;
const MINUS = 0x2d;
const DOT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const BACK_QUOTE = 0x60;
const RIGHT_PAREN = ")";

const NO_TARGETS: readonly Target[] = [];
const NO_NAMES: readonly string[] = [];

/** Reads the pipelines of plain templates, see QuickWords. Throws UNUSUAL. */
export class QuickPipelines {
  /** The variables of the template at hand. */
  scope: Scope;
  private readonly source: Source;
  private readonly words: QuickWords;
  private readonly isFunction: (name: string) => boolean;

  constructor(source: Source, words: QuickWords, scope: Scope, isFunction: (name: string) => boolean) {
    this.source = source;
    this.words = words;
    this.scope = scope;
    this.isFunction = isFunction;
  }

  /** A pipeline up to its end, which is a `)` or, undefined, that of the action. */
  read(end: typeof RIGHT_PAREN | undefined, context: string): Pipeline {
    const pos = this.words.offset;
    const names = this.readTargets(context);
    const isAssignment = names.length > 0 && this.words.next === "=";
    if (names.length > 0) {
      this.words.step(this.words.next ?? "");
      this.words.skipSpace();
    }
    const commands: Command[] = [];
    do commands.push(this.readCommand(commands.length > 0)); while (this.takePipe(end));
    const length = (end === undefined ? this.words.close : this.words.offset) - pos;
    const targets = names.length === 0 ? NO_TARGETS : this.settle(names, isAssignment, context);
    return new Pipeline(this.source, pos, { commands: commands.slice(), targets, isAssignment, length });
  }

  /** True behind a `|`; false before the end of the pipeline. */
  private takePipe(end: typeof RIGHT_PAREN | undefined): boolean {
    const word = this.words.next;
    if (word === end) return false;
    if (word !== "|") throw UNUSUAL;
    this.words.step(word);
    this.words.skipSpace();
    return true;
  }

  /** Variables that are set, up to the sign that says so. */
  private readTargets(context: string): readonly string[] {
    const { words, at } = this.words;
    if (words[at]?.charCodeAt(0) !== DOLLAR) return NO_NAMES;
    let next = at + 1;
    const names: string[] = [];
    for (let name: string | undefined = words[at]; name !== undefined; ) {
      if (isBlank(words[next])) next += 1;
      const sign = words[next];
      if (sign === ":=" || sign === "=" || sign === ",") names.push(name);
      else if (names.length === 0) return NO_NAMES;
      if (sign !== ",") break;
      next += 1;
      if (isBlank(words[next])) next += 1;
      name = words[next];
      next += 1;
    }
    const sign = words[next];
    const isSet = (sign === ":=" || sign === "=") && names.length <= (context === "range" ? 2 : 1);
    if (!isSet || !names.every((name) => name.charCodeAt(0) === DOLLAR && !name.includes("."))) throw UNUSUAL;
    while (this.words.at < next) this.words.step(words[this.words.at] ?? "");
    for (const name of names) this.scope.announce(name);
    return names;
  }

  private settle(names: readonly string[], isAssignment: boolean, context: string): readonly Target[] {
    const variables = this.scope.settle(names, isAssignment);
    if (context === "range") this.scope.setByRange(variables.at(-1));
    return names.map((name, index) => ({ name, variable: variables[index] }));
  }

  private readCommand(isLater: boolean): Command {
    const pos = this.words.offset;
    const operands: Expression[] = [];
    for (;;) {
      const word = this.words.next;
      if (word === undefined) break;
      const code = word.charCodeAt(0);
      if (operands.length > 0 && (word === "|" || word === RIGHT_PAREN)) break;
      operands.push(this.readOperand(word, code));
      if (!this.words.skipSpace()) break;
    }
    if (operands.length === 0 || (isLater && !isExecutable(operands[0]))) throw UNUSUAL;
    return new Command(this.source, pos, operands.slice());
  }

  private readOperand(word: string, code: number): Expression {
    const { source } = this;
    const { offset } = this.words;
    this.words.step(word);
    switch (code) {
      case DOT:
        return word.length === 1 ? new Dot(source, offset) : readField(source, offset, word);
      case DOLLAR:
        return this.readVariable(offset, word);
      case QUOTE:
      case BACK_QUOTE:
        if (word.length === 1) throw UNUSUAL;
        return new StringLiteral(source, offset, word, word.slice(1, -1));
      case LEFT_PAREN:
        return this.readParens();
      default:
        return this.readWord(offset, word, code);
    }
  }

  private readWord(offset: number, word: string, code: number): Expression {
    const { source } = this;
    if ((code >= DIGIT_0 && code <= DIGIT_9) || (code === MINUS && word.length > 1)) return readNumber(source, offset, word);
    if (word === "true" || word === "false") return new BooleanLiteral(source, offset, word);
    if (word === "nil") return new NilLiteral(source, offset);
    if (KEYWORDS.has(word) || !this.isFunction(word)) throw UNUSUAL;
    return new FunctionName(source, offset, word);
  }

  private readVariable(offset: number, word: string): Expression {
    const dot = word.indexOf(".");
    const name = dot < 0 ? word : word.slice(0, dot);
    if (!this.scope.isKnown(name)) throw UNUSUAL;
    const names = dot < 0 ? NO_NAMES : word.slice(dot + 1).split(".");
    return new VariableUse(this.source, dot < 0 ? offset : offset + dot, { name, names, variable: this.scope.find(name) });
  }

  private readParens(): Expression {
    this.words.deepen();
    this.words.skipSpace();
    const pipeline = this.read(RIGHT_PAREN, "parenthesized pipeline");
    this.words.step(RIGHT_PAREN);
    this.words.leave();
    const word = this.words.next;
    if (word === undefined || word.length === 1 || word.charCodeAt(0) !== DOT) return pipeline;
    const chain = new Chain(this.source, this.words.offset, pipeline, word.slice(1).split("."));
    this.words.step(word);
    return chain;
  }
}
const isBlank = (word: string | undefined): boolean => word !== undefined && word.charCodeAt(0) <= SPACE;

/** A chain of fields is placed where its second one begins, as Go has it. */
function readField(source: Source, offset: number, word: string): Expression {
  const second = word.indexOf(".", 1);
  return second < 0 ? new Field(source, offset, [word.slice(1)]) : new Field(source, offset + second, word.slice(1).split("."));
}

function readNumber(source: Source, offset: number, word: string): Expression {
  try {
    return new NumberLiteral(source, offset, word, numberValue(word, "number"));
  } catch {
    throw UNUSUAL;
  }
}

/** Whether a term may stand behind a `|`. */
function isExecutable(term: Expression | undefined): boolean {
  return !(term instanceof BooleanLiteral || term instanceof StringLiteral || term instanceof NumberLiteral || term instanceof NilLiteral || term instanceof Dot);
}
