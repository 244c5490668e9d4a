import type { Statement } from "./node.ts";
import { QuickPipelines } from "./quick-pipeline.ts";
import { QuickWords, UNUSUAL } from "./quick-words.ts";
import { Range } from "./range.ts";
import { Scope } from "./scope.ts";
import type { Source } from "./source.ts";
import { Action, If, Jump, List, TemplateCall, Text, With, type BranchParts } from "./statements.ts";
import { Template } from "./template.ts";
import { KEYWORDS } from "./token.ts";

/** What a file is read with. */
export interface QuickFile {
  readonly source: Source;
  /** Whether `break` and `continue` are words of the language, no functions. */
  readonly hasLoopWords: boolean;
  readonly isFunction: (name: string) => boolean;
}

/** The templates of a file in the order of their ends, its own body last; undefined where anything in it is out of the ordinary, or wrong. */
export function quickParse(name: string, file: QuickFile): readonly Template[] | undefined {
  try {
    return new QuickParser(file).read(name);
  } catch (error) {
    if (error === UNUSUAL) return undefined;
    throw error;
  }
}

type Ending = "end" | "else" | "else if" | "else with" | "end of file";

class QuickParser {
  private readonly source: Source;
  private readonly hasLoopWords: boolean;
  private readonly words: QuickWords;
  private readonly pipelines: QuickPipelines;
  private readonly templates: Template[] = [];
  private loops = 0;

  constructor({ source, hasLoopWords, isFunction }: QuickFile) {
    this.source = source;
    this.hasLoopWords = hasLoopWords;
    this.words = new QuickWords(source.text);
    this.pipelines = new QuickPipelines(source, this.words, new Scope(), isFunction);
  }

  read(name: string): readonly Template[] {
    const { start } = this.words;
    const statements: Statement[] = [];
    if (this.readStatements(statements, true) !== "end of file") throw UNUSUAL;
    this.templates.push(new Template(name, new List(this.source, start, statements.slice())));
    return this.templates;
  }

  /** Statements up to what ends them, that included. */
  private readStatements(into: Statement[], isFile: boolean): Ending {
    for (;;) {
      if (this.words.isText) {
        into.push(new Text(this.source, this.words.start, this.words.text.slice(this.words.start, this.words.end)));
        this.words.advance();
        continue;
      }
      if (this.words.start === this.words.text.length) return "end of file";
      this.words.open();
      const word = this.words.next ?? "";
      const keyword = KEYWORDS.get(word);
      if (keyword === undefined || keyword === "nil") {
        into.push(this.readAction());
        continue;
      }
      const pos = this.words.offset;
      this.words.step(word);
      if (keyword === "end") {
        this.words.finish();
        return "end";
      }
      if (keyword === "else") return this.readElse();
      if (keyword === "define" && isFile) this.readDefinition();
      else into.push(this.readBlock(keyword, pos));
    }
  }

  private readAction(): Statement {
    const pos = this.words.offset;
    const action = new Action(this.source, pos, this.pipelines.read(undefined, "command"));
    this.words.advance();
    return action;
  }

  private readBlock(keyword: string, pos: number): Statement {
    switch (keyword) {
      case "if":
        return this.readIf();
      case "with":
        return this.readWith();
      case "range":
        return this.readRange();
      case "template":
        return this.readTemplateCall();
      default:
        if ((keyword !== "break" && keyword !== "continue") || this.loops === 0 || !this.hasLoopWords) throw UNUSUAL;
        this.words.finish();
        return new Jump(this.source, pos, keyword);
    }
  }

  /** `else if` and `else with` end with the word at hand. */
  private readElse(): Ending {
    const hasSpace = this.words.skipSpace();
    const word = this.words.next;
    if (word === undefined) {
      this.words.advance();
      return "else";
    }
    if (!hasSpace || (word !== "if" && word !== "with")) throw UNUSUAL;
    return word === "if" ? "else if" : "else with";
  }

  private readIf(): Statement {
    const parts = this.readBranch("if");
    return new If(this.source, parts.pipeline.pos, parts);
  }

  private readWith(): Statement {
    const parts = this.readBranch("with");
    return new With(this.source, parts.pipeline.pos, parts);
  }

  private readRange(): Statement {
    const parts = this.readBranch("range");
    return new Range(this.source, parts.pipeline.pos, parts);
  }

  private readBranch(word: "if" | "with" | "range"): BranchParts {
    this.words.deepen();
    const mark = this.pipelines.scope.open();
    this.words.needSpace();
    const pipeline = this.pipelines.read(undefined, word);
    this.words.advance();
    if (word === "range") this.loops += 1;
    const { start } = this.words;
    const statements: Statement[] = [];
    const ending = this.readStatements(statements, false);
    if (word === "range") this.loops -= 1;
    const body = new List(this.source, start, statements.slice());
    const otherwise = ending === "end" ? undefined : this.readOtherwise(word, ending);
    this.pipelines.scope.close(mark);
    this.words.leave();
    return { pipeline, body, otherwise };
  }

  private readOtherwise(word: "if" | "with" | "range", ending: Ending): List {
    const statements: Statement[] = [];
    if (ending === "else") {
      const { start } = this.words;
      if (this.readStatements(statements, false) !== "end") throw UNUSUAL;
      return new List(this.source, start, statements.slice());
    }
    if (ending !== `else ${word}`) throw UNUSUAL;
    const pos = this.words.offset;
    this.words.step(word);
    statements.push(word === "if" ? this.readIf() : this.readWith());
    return new List(this.source, pos, statements);
  }

  private readDefinition(): void {
    this.words.needSpace();
    const name = this.words.readName();
    this.words.finish();
    const { start } = this.words;
    const { scope } = this.pipelines;
    const statements: Statement[] = [];
    this.pipelines.scope = new Scope();
    if (this.readStatements(statements, false) !== "end") throw UNUSUAL;
    this.pipelines.scope = scope;
    this.templates.push(new Template(name, new List(this.source, start, statements.slice())));
  }

  private readTemplateCall(): Statement {
    this.words.needSpace();
    const pos = this.words.offset;
    const name = this.words.readName();
    const hasSpace = this.words.skipSpace();
    const isAlone = this.words.next === undefined;
    if (!isAlone && !hasSpace) throw UNUSUAL;
    const pipeline = isAlone ? undefined : this.pipelines.read(undefined, "template clause");
    this.words.advance();
    return new TemplateCall(this.source, pos, name, pipeline);
  }
}
