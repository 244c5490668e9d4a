import { isSpace } from "./characters.ts";

/*
 * Most templates are made of few things, written plainly. A process that renders one chart and ends reads them before V8 has
 * compiled what reads: patterns, which run natively from the start, take the words of an action apart in one go. Whatever is
 * out of the ordinary, errors above all, is left to the parser of the whole language; what is read here is equal to what that reads.
 */

/** The words of an action and the spaces between them. What is none of that is a word of one character, which nothing takes. */
const WORDS = /[ \t\r\n]+|[A-Za-z_]\w*|(?:\.[A-Za-z_]\w*)+|\$\w*(?:\.[A-Za-z_]\w*)*|"[ !#-[\]-~]*"|`[\t\n -_a-~]*`|-?\d+|:=|[^]/g;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const MINUS = 0x2d;
const BACK_QUOTE = 0x60;

/** Blocks and parentheses within one another that are read here. */
const MAX_DEPTH = 100;

/** Thrown where the parser of the whole language is to read the file. */
export const UNUSUAL = new Error("the template is read by the parser of the whole language");

/** The texts and actions of a template one by one, and the words of the action at hand. */
export class QuickWords {
  readonly text: string;
  /** The piece at hand: a text from `start` to `end`, or an action that begins at `start`. */
  isText = false;
  start = 0;
  end = 0;
  /** Of an action: its words, the next one, where that begins, and where the `}}` stands. */
  words: readonly string[] = [];
  at = 0;
  offset = 0;
  close = 0;
  private depth = 0;
  /** Behind the last action. */
  private pos = 0;

  constructor(text: string) {
    this.text = text;
    this.advance();
  }

  /** Goes to the next text or action; behind the last one `start` is the length of the text. */
  advance(): void {
    const { text } = this;
    for (;;) {
      const open = text.indexOf("{{", this.pos);
      const isTrimmed = open >= 0 && text.charCodeAt(open + 2) === MINUS && isSpace(text.charCodeAt(open + 3));
      let end = open < 0 ? text.length : open;
      if (isTrimmed) while (end > this.pos && isSpace(text.charCodeAt(end - 1))) end -= 1;
      this.isText = end > this.pos;
      this.start = this.isText ? this.pos : end;
      this.end = end;
      if (this.isText) {
        this.pos = open < 0 ? text.length : open;
        return;
      }
      if (open < 0) return;
      this.start = open;
      this.offset = open + (isTrimmed ? 4 : 2);
      if (!text.startsWith("/*", this.offset)) return;
      const comment = text.indexOf("*/", this.offset + 2);
      if (comment < 0) throw UNUSUAL;
      this.closeAt(comment + 2);
    }
  }

  /** Ends an action at its `}}`, before which a trim mark may stand. */
  private closeAt(at: number): void {
    const { text } = this;
    const isTrimmed = isSpace(text.charCodeAt(at)) && text.charCodeAt(at + 1) === MINUS;
    const close = isTrimmed ? at + 2 : at;
    if (!text.startsWith("}}", close)) throw UNUSUAL;
    this.pos = close + 2;
    if (isTrimmed) this.skipSpaces();
  }

  private skipSpaces(): void {
    const { text } = this;
    let { pos } = this;
    for (let code = text.charCodeAt(pos); code === SPACE || code === NEWLINE || isSpace(code); code = text.charCodeAt(pos)) pos += 1;
    this.pos = pos;
  }

  /** Takes the action at hand apart. What stands behind it is the next piece. */
  open(): void {
    const { text } = this;
    const close = text.indexOf("}}", this.offset);
    if (close < 0) throw UNUSUAL;
    const isTrimmed = text.charCodeAt(close - 1) === MINUS && isSpace(text.charCodeAt(close - 2));
    const end = isTrimmed ? close - 2 : close;
    const words = end > this.offset ? text.slice(this.offset, end).match(WORDS) : null;
    if (words === null) throw UNUSUAL;
    this.words = words;
    this.at = 0;
    this.close = close;
    this.pos = close + 2;
    if (isTrimmed) this.skipSpaces();
    this.skipSpace();
  }

  /** The next word; undefined behind the last one. */
  get next(): string | undefined {
    return this.words[this.at];
  }

  /** Passes over the spaces between words; true where there are some. */
  skipSpace(): boolean {
    const word = this.words[this.at];
    if (word === undefined || word.charCodeAt(0) > SPACE) return false;
    this.step(word);
    return true;
  }

  /** The same where there have to be some. */
  needSpace(): void {
    if (!this.skipSpace()) throw UNUSUAL;
  }

  /** Passes over a word, which is the next one. */
  step(word: string): void {
    this.offset += word.length;
    this.at += 1;
  }

  /** Ends the action behind its last word. */
  finish(): void {
    this.skipSpace();
    if (this.at < this.words.length) throw UNUSUAL;
    this.advance();
  }

  /** A quoted name. */
  readName(): string {
    const word = this.words[this.at] ?? "";
    const code = word.charCodeAt(0);
    if (word.length < 2 || (code !== QUOTE && code !== BACK_QUOTE)) throw UNUSUAL;
    this.step(word);
    return word.slice(1, -1);
  }

  /** Goes into a block or into parentheses, to be left with `leave`. */
  deepen(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw UNUSUAL;
  }

  leave(): void {
    this.depth -= 1;
  }
}
