import { messageOf } from "../../../src/errors.ts";
import { quote, unquote } from "../go/strconv.ts";
import { Chain, Dot, Field, VariableUse } from "./fields.ts";
import { FunctionName } from "./call.ts";
import { BooleanLiteral, NilLiteral, NumberLiteral, StringLiteral } from "./literals.ts";
import type { Expression } from "./node.ts";
import { numberValue } from "./number-value.ts";
import { Command, Pipeline, type Target } from "./pipeline.ts";
import type { Scope } from "./scope.ts";
import type { Source } from "./source.ts";
import type { Token, TokenKind } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";

/** Parentheses within parentheses. Go takes 10000; here each one costs JavaScript's stack. */
const MAX_PARENS = 1000;

const STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>(["boolean", "character", "complex", ".", "field", "identifier", "number", "nil", "raw string", "string", "variable", "left paren"]);

/** Variables that a pipeline sets. */
interface Targets {
  readonly names: readonly string[];
  readonly isAssignment: boolean;
}

const NO_TARGETS: Targets = { names: [], isAssignment: false };
const NONE: readonly Target[] = [];

/** Reads the pipelines of one template. */
export class PipelineParser {
  private readonly tokens: TokenStream;
  private readonly source: Source;
  private readonly scope: Scope;
  private readonly isFunction: (name: string) => boolean;
  private depth = 0;

  constructor(tokens: TokenStream, scope: Scope, isFunction: (name: string) => boolean) {
    this.tokens = tokens;
    this.source = tokens.source;
    this.scope = scope;
    this.isFunction = isFunction;
  }

  /** A pipeline up to and with its end; `context` names it in errors. */
  read(context: string, end: TokenKind): Pipeline {
    const { pos } = this.tokens.peek();
    const targets = this.readTargets(context);
    const commands: Command[] = [];
    for (let token = this.tokens.next(); token.kind !== end; token = this.tokens.next()) {
      if (!STARTS.has(token.kind)) return this.tokens.unexpected(token, context);
      this.tokens.back(token);
      commands.push(this.readCommand());
    }
    this.checkCommands(commands, context);
    return new Pipeline(this.source, pos, { commands: commands.slice(), targets: this.settle(targets, context), isAssignment: targets.isAssignment, length: this.tokens.last.pos - pos });
  }

  /** What `define`, `block` and `template` are given as a name. */
  readName(token: Token, context: string): string {
    if (token.kind !== "string" && token.kind !== "raw string") return this.tokens.unexpected(token, context);
    return unquote(token.text) ?? this.tokens.fail("invalid syntax");
  }

  /** `$x :=`, `$x =` or, in a range, `$x, $y :=`. */
  private readTargets(context: string): Targets {
    if (this.tokens.peek().kind !== "variable") return NO_TARGETS;
    const names: string[] = [];
    for (let variable = this.tokens.next(); ; variable = this.tokens.next()) {
      const next = variable.kind === "variable" ? this.tokens.peek() : undefined;
      const isSign = next?.kind === "assign" || next?.kind === "declare";
      if (next === undefined || (!isSign && (next.kind !== "punctuation" || next.text !== ","))) {
        this.tokens.back(variable);
        return { names, isAssignment: false };
      }
      this.tokens.next();
      names.push(variable.text);
      this.scope.announce(variable.text);
      if (isSign) return { names, isAssignment: next.kind === "assign" };
      this.checkComma(names, context);
    }
  }

  private checkComma(names: readonly string[], context: string): void {
    if (context !== "range" || names.length > 1) this.tokens.fail(`too many declarations in ${context}`);
    const { kind } = this.tokens.peek();
    if (kind !== "variable" && kind !== "right delimiter" && kind !== "right paren") this.tokens.fail("range can only initialize variables");
  }

  private settle({ names, isAssignment }: Targets, context: string): readonly Target[] {
    if (names.length === 0) return NONE;
    const variables = this.scope.settle(names, isAssignment);
    if (context === "range") this.scope.setByRange(variables.at(-1));
    return names.map((name, at) => ({ name, variable: variables[at] }));
  }

  private checkCommands(commands: readonly Command[], context: string): void {
    if (commands.length === 0) this.tokens.fail(`missing value for ${context}`);
    if (commands.length <= 1) return;
    const wrong = commands.findIndex(({ words: [first] }, at) => at > 0 && isConstant(first));
    if (wrong > 0) this.tokens.fail(`non executable command in pipeline stage ${wrong + 1}`);
  }

  private readCommand(): Command {
    const { pos } = this.tokens.peek();
    const words: Expression[] = [];
    for (;;) {
      const operand = this.readOperand();
      const token = this.tokens.next();
      if (operand !== undefined) words.push(operand);
      if (operand !== undefined && token.isAfterSpace) {
        this.tokens.back(token);
        continue;
      }
      if (token.kind === "right delimiter" || token.kind === "right paren") this.tokens.back(token);
      else if (token.kind !== "pipe") this.tokens.unexpected(token, "operand");
      return words.length === 0 ? this.tokens.fail("empty command") : new Command(this.source, pos, words.slice()); // without the room that growing lists have: parsed templates are kept
    }
  }

  /** A term and the fields behind it; undefined where the next token is no term. */
  private readOperand(): Expression | undefined {
    const term = this.readTerm();
    const first = term === undefined ? undefined : this.tokens.peek();
    if (term === undefined || first?.kind !== "field" || first.isAfterSpace) return term;
    const names = this.readFields();
    if (term instanceof Field) return new Field(this.source, first.pos, [...term.names, ...names]);
    if (term instanceof VariableUse) return this.useVariable(first.pos, term.name, names);
    if (isConstant(term)) this.tokens.fail(`unexpected . after term ${quote(String(term))}`, first);
    return new Chain(this.source, first.pos, term, names);
  }

  /** The names of fields that follow one another without a space. */
  private readFields(): string[] {
    const names: string[] = [];
    let token = this.tokens.next();
    for (; token.kind === "field" && (names.length === 0 || !token.isAfterSpace); token = this.tokens.next()) names.push(token.text.slice(1));
    this.tokens.back(token);
    return names.slice();
  }

  private readTerm(): Expression | undefined {
    const token = this.tokens.next();
    const { pos, text } = token;
    const kind: string = token.kind;
    switch (kind) {
      case "identifier":
        if (!this.isFunction(text)) this.tokens.fail(`function ${quote(text)} not defined`);
        return new FunctionName(this.source, pos, text);
      case ".":
        return new Dot(this.source, pos);
      case "field":
        return new Field(this.source, pos, [text.slice(1)]);
      case "variable":
        if (!this.scope.isKnown(text)) this.tokens.fail(`undefined variable ${quote(text)}`);
        return this.useVariable(pos, text, []);
      case "left paren":
        return this.readParens();
      default:
        return this.readLiteral(token);
    }
  }

  private readLiteral(token: Token): Expression | undefined {
    const { kind, pos, text } = token;
    if (kind === "string" || kind === "raw string") return new StringLiteral(this.source, pos, text, this.readName(token, ""));
    if (kind === "number" || kind === "complex" || kind === "character") return new NumberLiteral(this.source, pos, text, this.readNumber(text, kind));
    if (kind === "boolean") return new BooleanLiteral(this.source, pos, text);
    if (kind === "nil") return new NilLiteral(this.source, pos);
    this.tokens.back(token);
    return undefined;
  }

  private readNumber(text: string, kind: "number" | "complex" | "character"): ReturnType<typeof numberValue> {
    try {
      return numberValue(text, kind);
    } catch (error) {
      return this.tokens.fail(messageOf(error));
    }
  }

  private readParens(): Expression {
    if (this.depth >= MAX_PARENS) this.tokens.fail("max expression depth exceeded");
    this.depth += 1;
    const pipeline = this.read("parenthesized pipeline", "right paren");
    this.depth -= 1;
    return pipeline;
  }

  private useVariable(pos: number, name: string, names: readonly string[]): VariableUse {
    return new VariableUse(this.source, pos, { name, names, variable: this.scope.find(name) });
  }
}

/** What can be neither called nor followed by a field. */
function isConstant(term: Expression | undefined): boolean {
  return term instanceof BooleanLiteral || term instanceof StringLiteral || term instanceof NumberLiteral || term instanceof NilLiteral || term instanceof Dot;
}
