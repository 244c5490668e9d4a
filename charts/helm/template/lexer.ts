/*
 * The pieces of a template: https://pkg.go.dev/text/template. Text runs up to `{{`; inside of an action tokens are read
 * one by one as the parser asks for them. An error is a token too, and the last one.
 */
import { quote } from "../go/strconv.ts";
import { describeCharacter, IS_WORD, isDigit, isSpace, isWordCharacter } from "./characters.ts";
import { scanNumber } from "./scan-number.ts";
import { KEYWORDS, type Token, type TokenKind } from "./token.ts";

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const DOLLAR = 0x24;
const APOSTROPHE = 0x27;
const LEFT_PAREN = 0x28;
const RIGHT_PAREN = 0x29;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const BACK_QUOTE = 0x60;
const PIPE = 0x7c;
const RIGHT_BRACE = 0x7d;

/** In a pattern, because templates are mostly read before their reader is compiled. */
const ASCII_WORD = /\w*/y;
/** What is left of a quoted text without escapes. */
const PLAIN_QUOTED = /[^"\\\n]*"/y;

/** Reads a template token by token. */
export class Lexer {
  private readonly text: string;
  private readonly isLoopWord: boolean;
  private pos = 0;
  private start = 0;
  private depth = 0;
  private insideAction = false;
  private isAfterSpace = false;
  private failure: Token | undefined;

  /** `hasLoopWords`: `break` and `continue` are words of the language, no functions. */
  constructor(text: string, hasLoopWords: boolean) {
    this.text = text;
    this.isLoopWord = hasLoopWords;
  }

  /** The next token; behind the end `end of file` again and again. */
  next(): Token {
    if (this.failure !== undefined) return this.failure;
    return this.insideAction ? this.readInside() : this.readText();
  }

  private readText(): Token {
    for (;;) {
      const open = this.text.indexOf("{{", this.pos);
      if (open < 0) return this.readRest();
      const isTrimmed = this.text.charCodeAt(open + 2) === MINUS && isSpace(this.text.charCodeAt(open + 3));
      const end = isTrimmed ? this.trimmedEnd(open) : open;
      if (end > this.pos) {
        this.start = this.pos;
        this.pos = end;
        const token = this.take("text");
        this.pos = open;
        return token;
      }
      this.start = open;
      const inside = open + (isTrimmed ? 4 : 2);
      if (!this.text.startsWith("/*", inside)) return this.openAction(open, inside);
      this.pos = inside;
      const failure = this.skipComment();
      if (failure !== undefined) return failure;
    }
  }

  private readRest(): Token {
    this.start = this.pos;
    this.pos = this.text.length;
    return this.take(this.pos > this.start ? "text" : "end of file");
  }

  private openAction(open: number, inside: number): Token {
    this.pos = inside;
    this.insideAction = true;
    this.depth = 0;
    return { kind: "left delimiter", pos: open, text: "{{", isAfterSpace: false };
  }

  private skipComment(): Token | undefined {
    this.start = this.pos;
    const close = this.text.indexOf("*/", this.pos + 2);
    if (close < 0) return this.fail("unclosed comment");
    this.pos = close + 2;
    const width = this.closeWidth(this.pos);
    if (width === 0) return this.fail("comment ends before closing delimiter");
    this.pos += width;
    if (width === 4) this.skipSpaces();
    return undefined;
  }

  private readInside(): Token {
    const { text } = this;
    let at = this.pos;
    let code = text.charCodeAt(at);
    while (isSpace(code)) {
      if (text.charCodeAt(at + 1) === MINUS && text.startsWith("}}", at + 2)) return this.closeAction(at, 4);
      at += 1;
      code = text.charCodeAt(at);
    }
    this.isAfterSpace = at > this.pos;
    if (code === RIGHT_BRACE && text.charCodeAt(at + 1) === RIGHT_BRACE) return this.closeAction(at, 2);
    this.start = at;
    this.pos = at;
    if (code < 0x80 ? IS_WORD[code] === 1 && !isDigit(code) : isWordCharacter(text.codePointAt(at) ?? 0) ) return this.readWord();
    if (at >= text.length) return this.fail("unclosed action");
    code = text.codePointAt(at) ?? 0;
    this.pos += code > 0xffff ? 2 : 1;
    return this.readSign(code);
  }

  private readSign(code: number): Token {
    switch (code) {
      case DOT:
        return isDigit(this.text.charCodeAt(this.pos)) || this.pos === this.text.length ? this.readNumber() : this.readName("field", ".");
      case DOLLAR:
        return this.readName("variable", "variable");
      case QUOTE:
        return this.readString();
      case APOSTROPHE:
        return this.readQuoted(APOSTROPHE, "character", "unterminated character constant");
      case BACK_QUOTE:
        return this.readRawString();
      case PIPE:
        return this.take("pipe");
      case EQUALS:
        return this.take("assign");
      case COLON:
        return this.readDeclare();
      case LEFT_PAREN:
        this.depth += 1;
        return this.take("left paren");
      case RIGHT_PAREN:
        this.depth -= 1;
        return this.depth < 0 ? this.fail("unexpected right paren") : this.take("right paren");
      default:
        return this.readOther(code);
    }
  }

  private readOther(code: number): Token {
    if (code === PLUS || code === MINUS || isDigit(code)) return this.readNumber();
    return code > 0x20 && code < 0x7f ? this.take("punctuation") : this.fail(`unrecognized character in action: ${describeCharacter(code)}`);
  }

  private readDeclare(): Token {
    if (this.text.charCodeAt(this.pos) !== EQUALS) return this.fail("expected :=");
    this.pos += 1;
    return this.take("declare");
  }

  private readNumber(): Token {
    const scan = scanNumber(this.text, this.start);
    this.pos = scan.end;
    return scan.kind === undefined ? this.fail(`bad number syntax: ${quote(this.text.slice(this.start, this.pos))}`) : this.take(scan.kind);
  }

  private closeAction(at: number, width: number): Token {
    this.start = at;
    this.pos = at + width;
    if (this.depth > 0) return this.fail("unclosed left paren");
    if (width === 4) this.skipSpaces();
    this.insideAction = false;
    return { kind: "right delimiter", pos: at + width - 2, text: "}}", isAfterSpace: false };
  }

  private readWord(): Token {
    this.skipWord();
    if (!this.isAtEndOfWord()) return this.failAtCharacter();
    const word = this.text.slice(this.start, this.pos);
    const keyword = KEYWORDS.get(word);
    if (keyword !== undefined && (this.isLoopWord || (keyword !== "break" && keyword !== "continue"))) return this.take(keyword);
    return this.take(word === "true" || word === "false" ? "boolean" : "identifier");
  }

  /** What stands behind a `.` or `$`, which is `alone` where nothing does. */
  private readName(kind: TokenKind, alone: TokenKind): Token {
    if (this.isAtEndOfWord()) return this.take(alone);
    this.skipWord();
    return this.isAtEndOfWord() ? this.take(kind) : this.failAtCharacter();
  }

  private readString(): Token {
    PLAIN_QUOTED.lastIndex = this.pos;
    if (!PLAIN_QUOTED.test(this.text)) return this.readQuoted(QUOTE, "string", "unterminated quoted string");
    this.pos = PLAIN_QUOTED.lastIndex;
    return this.take("string");
  }

  private readQuoted(mark: number, kind: TokenKind, problem: string): Token {
    for (;;) {
      let code = this.text.charCodeAt(this.pos);
      this.pos += 1;
      if (code === mark) return this.take(kind);
      if (code === BACKSLASH) {
        code = this.text.charCodeAt(this.pos);
        this.pos += 1;
      }
      if (code === NEWLINE || Number.isNaN(code)) return this.fail(problem);
    }
  }

  private readRawString(): Token {
    const end = this.text.indexOf("`", this.pos);
    if (end < 0) return this.fail("unterminated raw quoted string");
    this.pos = end + 1;
    return this.take("raw string");
  }

  private isAtEndOfWord(): boolean {
    if (this.pos >= this.text.length) return true;
    const code = this.text.charCodeAt(this.pos);
    if (isSpace(code) || code === DOT || code === COMMA || code === PIPE || code === COLON || code === RIGHT_PAREN || code === LEFT_PAREN) return true;
    return code === RIGHT_BRACE && this.text.charCodeAt(this.pos + 1) === RIGHT_BRACE;
  }

  private skipWord(): void {
    const { text } = this;
    ASCII_WORD.lastIndex = this.pos;
    ASCII_WORD.test(text);
    this.pos = ASCII_WORD.lastIndex;
    if (!(text.charCodeAt(this.pos) >= 0x80)) return;
    for (let code = text.codePointAt(this.pos); code !== undefined && isWordCharacter(code); code = text.codePointAt(this.pos)) this.pos += code > 0xffff ? 2 : 1;
  }

  private skipSpaces(): void {
    while (isSpace(this.text.charCodeAt(this.pos))) this.pos += 1;
  }

  /** Characters of the closing delimiter at an offset: 2, with a trim marker 4, 0 where there is none. */
  private closeWidth(at: number): number {
    const code = this.text.charCodeAt(at);
    if (code === RIGHT_BRACE) return this.text.charCodeAt(at + 1) === RIGHT_BRACE ? 2 : 0;
    return isSpace(code) && this.text.charCodeAt(at + 1) === MINUS && this.text.startsWith("}}", at + 2) ? 4 : 0;
  }

  private trimmedEnd(end: number): number {
    let at = end;
    while (at > this.pos && isSpace(this.text.charCodeAt(at - 1))) at -= 1;
    return at;
  }

  private failAtCharacter(): Token {
    return this.fail(`bad character ${describeCharacter(this.text.codePointAt(this.pos) ?? 0)}`);
  }

  private take(kind: TokenKind): Token {
    return { kind, pos: this.start, text: this.text.slice(this.start, this.pos), isAfterSpace: this.isAfterSpace };
  }

  private fail(message: string): Token {
    this.failure = { kind: "error", pos: this.start, text: message, isAfterSpace: this.isAfterSpace };
    return this.failure;
  }
}
