import { Lexer } from "./lexer.ts";
import type { Source } from "./source.ts";
import { TemplateError } from "./template-error.ts";
import { describeToken, type Token, type TokenKind } from "./token.ts";

/** The tokens of a template with some to look ahead, and the errors of parsing. */
export class TokenStream {
  readonly source: Source;
  /** Offset of the action being read, for errors that are found lines below; undefined outside of one. */
  actionStart: number | undefined;
  /** The token that was read last of all. */
  last: Token = { kind: "end of file", pos: 0, text: "", isAfterSpace: false };
  private readonly lexer: Lexer;
  private readonly ahead: Token[] = [];

  /** `hasLoopWords`: see Lexer. */
  constructor(source: Source, hasLoopWords: boolean) {
    this.source = source;
    this.lexer = new Lexer(source.text, hasLoopWords);
  }

  next(): Token {
    const token = this.ahead.pop();
    if (token !== undefined) return token;
    this.last = this.lexer.next();
    return this.last;
  }

  peek(): Token {
    const token = this.next();
    this.ahead.push(token);
    return token;
  }

  /** Puts a token back: it is the next one. */
  back(token: Token): void {
    this.ahead.push(token);
  }

  expect(kinds: readonly TokenKind[], context: string): Token {
    const token = this.next();
    return kinds.includes(token.kind) ? token : this.unexpected(token, context);
  }

  /** Throws Go's error of parsing. */
  fail(message: string, at: Token = this.last): never {
    const { name } = this.source;
    const line = this.source.lineAt(at.pos);
    throw new TemplateError(`template: ${name}:${line}: ${message}`, { templateName: name, line });
  }

  unexpected(token: Token, context: string): never {
    return this.fail(token.kind === "error" ? `${token.text}${this.started(token)}` : `unexpected ${describeToken(token)} in ${context}`);
  }

  /** ` in action started at x.yaml:3`, where that is another line. */
  private started(token: Token): string {
    if (this.actionStart === undefined) return "";
    const line = this.source.lineAt(this.actionStart);
    if (line === this.source.lineAt(token.pos)) return "";
    const start = ` started at ${this.source.name}:${line}`;
    return token.text.endsWith(" action") ? start : ` in action${start}`;
  }
}
