import type { Flow } from "./node.ts";
import { Statement } from "./node.ts";
import { PipelineParser } from "./parse-pipeline.ts";
import type { Pipeline } from "./pipeline.ts";
import { Range } from "./range.ts";
import { Scope } from "./scope.ts";
import type { Source } from "./source.ts";
import { Action, If, Jump, List, TemplateCall, Text, With, type BranchParts } from "./statements.ts";
import { Template } from "./template.ts";
import type { Token } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";

/** What a list of statements ends with. */
interface Ending {
  readonly word: "end" | "else";
}

/** What the templates of one file share while they are parsed. */
export interface FileParts {
  readonly tokens: TokenStream;
  /** True for what may be called. */
  readonly isFunction: (name: string) => boolean;
  /** Takes a definition; throws where there is another one of its name. */
  readonly add: (template: Template) => void;
}

/** Reads the body of one template: of a file, a definition or a block. */
export class StatementParser {
  private readonly file: FileParts;
  private readonly tokens: TokenStream;
  private readonly source: Source;
  private readonly scope = new Scope();
  private readonly pipelines: PipelineParser;
  private loops = 0;

  constructor(file: FileParts) {
    this.file = file;
    this.tokens = file.tokens;
    this.source = file.tokens.source;
    this.pipelines = new PipelineParser(file.tokens, this.scope, file.isFunction);
  }

  /** All of a file, with the definitions in it. */
  readFile(name: string): Template {
    const { pos } = this.tokens.peek();
    const statements: Statement[] = [];
    for (let token = this.tokens.next(); token.kind !== "end of file"; token = this.tokens.next()) {
      if (this.startsDefinition(token)) {
        this.file.add(new StatementParser(this.file).readDefinition());
        continue;
      }
      this.tokens.back(token);
      const statement = this.readStatement();
      if (!(statement instanceof Statement)) return this.tokens.fail(`unexpected {{${statement.word}}}`);
      statements.push(statement);
    }
    return new Template(name, new List(this.source, pos, statements.slice()));
  }

  /** A definition behind the word `define`. */
  private readDefinition(): Template {
    const context = "define clause";
    const name = this.pipelines.readName(this.tokens.expect(["string", "raw string"], context), context);
    this.tokens.expect(["right delimiter"], context);
    const { list, ending } = this.readList();
    if (ending.word !== "end") this.tokens.fail(`unexpected {{${ending.word}}} in ${context}`);
    return new Template(name, list);
  }

  private startsDefinition(token: Token): boolean {
    if (token.kind !== "left delimiter") return false;
    const word = this.tokens.next();
    if (word.kind !== "define") this.tokens.back(word);
    return word.kind === "define";
  }

  private readList(): { list: List; ending: Ending } {
    const { pos } = this.tokens.peek();
    const statements: Statement[] = [];
    while (this.tokens.peek().kind !== "end of file") {
      const statement = this.readStatement();
      if (!(statement instanceof Statement)) return { list: new List(this.source, pos, statements.slice()), ending: statement };
      statements.push(statement);
    }
    return this.tokens.fail("unexpected EOF");
  }

  private readStatement(): Statement | Ending {
    const token = this.tokens.next();
    if (token.kind === "text") return new Text(this.source, token.pos, token.text);
    if (token.kind !== "left delimiter") return this.tokens.unexpected(token, "input");
    this.tokens.actionStart = token.pos;
    const statement = this.readAction();
    this.tokens.actionStart = undefined;
    return statement;
  }

  private readAction(): Statement | Ending {
    const token = this.tokens.next();
    if (token.kind === "break" || token.kind === "continue") return this.readJump(token, token.kind);
    const word: string = token.kind;
    switch (word) {
      case "block":
        return this.readBlock();
      case "else":
        return this.readElse();
      case "end":
        this.tokens.expect(["right delimiter"], "end");
        return { word: "end" };
      case "if":
        return this.readIf();
      case "range":
        return this.readRange();
      case "template":
        return this.readTemplateCall();
      case "with":
        return this.readWith();
      default:
        this.tokens.back(token);
        return new Action(this.source, this.tokens.peek().pos, this.pipelines.read("command", "right delimiter"));
    }
  }

  private readJump({ pos }: Token, flow: Exclude<Flow, "next">): Statement {
    const token = this.tokens.next();
    if (token.kind !== "right delimiter") this.tokens.unexpected(token, `{{${flow}}}`);
    if (this.loops === 0) this.tokens.fail(`{{${flow}}} outside {{range}}`);
    return new Jump(this.source, pos, flow);
  }

  /** `else`; the `if` or `with` of `else if` and `else with` stays to be read. */
  private readElse(): Ending {
    const { kind } = this.tokens.peek();
    if (kind !== "if" && kind !== "with") this.tokens.expect(["right delimiter"], "else");
    return { word: "else" };
  }

  private readIf(): If {
    const parts = this.readBranch("if");
    return new If(this.source, parts.pipeline.pos, parts);
  }

  private readWith(): With {
    const parts = this.readBranch("with");
    return new With(this.source, parts.pipeline.pos, parts);
  }

  private readRange(): Range {
    const parts = this.readBranch("range");
    return new Range(this.source, parts.pipeline.pos, parts);
  }

  private readBranch(word: "if" | "with" | "range"): BranchParts {
    const mark = this.scope.open();
    const pipeline = this.pipelines.read(word, "right delimiter");
    if (word === "range") this.loops += 1;
    const { list: body, ending } = this.readList();
    if (word === "range") this.loops -= 1;
    const otherwise = ending.word === "else" ? this.readOtherwise(word) : undefined;
    this.scope.close(mark);
    return { pipeline, body, otherwise };
  }

  private readOtherwise(word: "if" | "with" | "range"): List {
    const next = this.tokens.peek();
    if (next.kind === word && word !== "range") {
      this.tokens.next();
      return new List(this.source, next.pos, [word === "if" ? this.readIf() : this.readWith()]);
    }
    const { list, ending } = this.readList();
    if (ending.word !== "end") this.tokens.fail(`expected end; found {{${ending.word}}}`);
    return list;
  }

  private readBlock(): Statement {
    const context = "block clause";
    const token = this.tokens.next();
    const name = this.pipelines.readName(token, context);
    const pipeline = this.pipelines.read(context, "right delimiter");
    this.tokens.actionStart = undefined;
    const { last } = this.tokens;
    const { list, ending } = new StatementParser(this.file).readList();
    if (ending.word !== "end") this.tokens.fail(`unexpected {{${ending.word}}} in ${context}`, last);
    this.file.add(new Template(name, list));
    return new TemplateCall(this.source, token.pos, name, pipeline);
  }

  private readTemplateCall(): Statement {
    const context = "template clause";
    const token = this.tokens.next();
    const name = this.pipelines.readName(token, context);
    const next = this.tokens.next();
    let pipeline: Pipeline | undefined;
    if (next.kind !== "right delimiter") {
      this.tokens.back(next);
      pipeline = this.pipelines.read(context, "right delimiter");
    }
    return new TemplateCall(this.source, token.pos, name, pipeline);
  }
}
