import type { Json } from "./json.ts";
import type { Composer } from "./yaml-composer.ts";
import { CODE, type Cursor, YamlError } from "./yaml-cursor.ts";
import { ListDraft } from "./yaml-draft.ts";
import type { Key } from "./yaml-key.ts";
import { readPlain } from "./yaml-plain.ts";
import { joinProps, readName, readProps, startsProps, type Props } from "./yaml-props.ts";
import { readQuoted } from "./yaml-quoted.ts";

/** A key and its `:` stand on one line, and no further apart than this. */
export const MAX_KEY = 1024;

/** What cannot begin a value within brackets. */
const NO_START = /^(?:[ \t\n?:,\]}|>%@`]|-(?:[ \t\n]|$)|$)/;

/** Reads what stands in brackets or braces, on as many lines as it takes. */
export class FlowReader {
  readonly #cursor: Cursor;
  readonly #composer: Composer;
  readonly #indent: number;

  /** `indent`: where the lines of the block that holds it must begin at least. */
  constructor(cursor: Cursor, composer: Composer, indent: number) {
    this.#cursor = cursor;
    this.#composer = composer;
    this.#indent = indent;
  }

  /** The list or map at the cursor; leaves it behind the closing bracket. */
  read(props?: Props): Json {
    const { pos: at, code } = this.#cursor;
    const opened = this.#composer.open(props, at);
    const value = code === CODE.openBracket ? this.#list(at) : this.#map(at);
    this.#composer.close(opened, value);
    this.#cursor.mayStart = false;
    return value;
  }

  #list(at: number): Json {
    const draft = new ListDraft();
    while (this.#goesOn("]", draft.length === 0, at)) draft.add(this.#item(), this.#composer);
    return draft.finish();
  }

  #map(at: number): Json {
    const draft = this.#composer.map();
    for (let isFirst = true; this.#goesOn("}", isFirst, at); isFirst = false) {
      const keyAt = this.#cursor.pos;
      const key = this.#key();
      this.#composer.marks?.key(this.#composer.keyText, keyAt);
      const value = this.#value();
      draft.add(key, value, this.#composer, keyAt);
    }
    return draft.finish();
  }

  /** Goes to the next entry; false at the closing bracket, which is passed. */
  #goesOn(close: string, isFirst: boolean, at: number): boolean {
    const cursor = this.#cursor;
    cursor.pos += isFirst ? 1 : 0;
    cursor.skip(true);
    if (!isFirst && cursor.code === CODE.comma) {
      cursor.pos += 1;
      cursor.skip(true);
    } else if (!isFirst && cursor.text[cursor.pos] !== close) this.#failUnclosed(close, at);
    if (cursor.isAtEnd) this.#failUnclosed(close, at);
    if (cursor.text[cursor.pos] !== close) return true;
    cursor.pos += 1;
    return false;
  }

  #failUnclosed(close: string, at: number): never {
    const line = this.#cursor.text.slice(0, at).split("\n").length;
    throw new YamlError(`"," or "${close}" is missing to go on with the "${this.#cursor.text[at]}" of line ${line}`, this.#cursor.pos);
  }

  #key(): Key {
    const cursor = this.#cursor;
    const isExplicit = cursor.code === CODE.question;
    if (isExplicit) {
      cursor.pos += 1;
      cursor.skip(true);
    }
    const { pos: at, lineStart } = cursor;
    const props = this.#props();
    const name = cursor.code === CODE.asterisk ? this.#alias(props) : undefined;
    const isPlain = name === undefined && !this.#isQuote();
    const text = name ?? (props !== undefined && this.#isEmpty() ? "" : this.#text(isPlain));
    cursor.skip(true);
    if (!isExplicit) this.#checkKey(at, lineStart);
    return name === undefined ? this.#composer.key(text, isPlain, props, at) : this.#composer.aliasKey(name, at);
  }

  #checkKey(at: number, lineStart: number): void {
    const { code, lineStart: line, pos } = this.#cursor;
    if (code === CODE.colon && (line !== lineStart || pos - at > MAX_KEY)) throw new YamlError('a key and its ":" must stand on one line; is a bracket before it not closed?', pos);
  }

  /** The value of a key: what stands behind its `:`, if there is one. */
  #value(): Json {
    const cursor = this.#cursor;
    if (cursor.code === CODE.colon) {
      cursor.pos += 1;
      cursor.skip(true);
      if (!this.#isEmpty() || cursor.code === CODE.colon) return this.#node();
    }
    return this.#composer.scalar("", true, undefined, cursor.pos);
  }

  #isEmpty(): boolean {
    const { code } = this.#cursor;
    return code === CODE.comma || code === CODE.closeBrace || code === CODE.closeBracket || code === CODE.colon;
  }

  /** An item of a list; `[a: b]` holds a map of one member. */
  #item(): Json {
    const cursor = this.#cursor;
    const { pos: at, lineStart } = cursor;
    if (cursor.code === CODE.question) return this.#pair(this.#key(), at);
    const props = this.#props();
    if (cursor.code === CODE.asterisk) {
      const name = this.#alias(props);
      return this.#isKey(at, lineStart) ? this.#pair(this.#composer.aliasKey(name, at), at) : this.#composer.alias(name, at);
    }
    if (this.#isCollection() || (props !== undefined && this.#isEmpty() && cursor.code !== CODE.colon)) return this.#node(props);
    const isPlain = !this.#isQuote();
    const text = props !== undefined && cursor.code === CODE.colon ? "" : this.#text(isPlain);
    return this.#isKey(at, lineStart) ? this.#pair(this.#composer.key(text, isPlain, props, at), at) : this.#composer.scalar(text, isPlain, props, at);
  }

  #isKey(at: number, lineStart: number): boolean {
    this.#cursor.skip(true);
    this.#checkKey(at, lineStart);
    return this.#cursor.code === CODE.colon;
  }

  #pair(key: Key, at: number): Json {
    const draft = this.#composer.map();
    const opened = this.#composer.open(undefined, at);
    this.#composer.marks?.key(this.#composer.keyText, at);
    draft.add(key, this.#value(), this.#composer, at);
    const pair = draft.finish();
    this.#composer.close(opened, pair);
    return pair;
  }

  #node(outer?: Props): Json {
    const cursor = this.#cursor;
    const { pos: at } = cursor;
    const props = outer ?? this.#props();
    if (cursor.code === CODE.asterisk) return this.#composer.alias(this.#alias(props), at);
    if (this.#isCollection()) return this.read(props);
    if (props !== undefined && this.#isEmpty()) return this.#composer.scalar("", true, props, at);
    const isPlain = !this.#isQuote();
    return this.#composer.scalar(this.#text(isPlain), isPlain, props, at);
  }

  #alias(props: Props | undefined): string {
    if (props === undefined) return readName(this.#cursor);
    throw new YamlError("an alias cannot have an anchor or a tag of its own", this.#cursor.pos);
  }

  #isCollection(): boolean {
    const { code } = this.#cursor;
    return code === CODE.openBracket || code === CODE.openBrace;
  }

  #isQuote(): boolean {
    const { code } = this.#cursor;
    return code === CODE.quote || code === CODE.doubleQuote;
  }

  /** Anchor and tag, on as many lines as they take. */
  #props(): Props | undefined {
    const cursor = this.#cursor;
    let props: Props | undefined;
    while (startsProps(cursor.code)) {
      const at = cursor.pos;
      props = joinProps(props, readProps(cursor, this.#composer.handles), at);
      cursor.skip(true);
    }
    return props;
  }

  #text(isPlain: boolean): string {
    const cursor = this.#cursor;
    if (!isPlain) return readQuoted(cursor);
    if (this.#isCollection()) {
      const isTemplate = cursor.text.startsWith("{{", cursor.pos - 1);
      throw new YamlError(isTemplate ? '"{{" begins a template, and this file is read as it is; render it first, or quote it if text is meant' : "a list or map cannot be a key; quote it if text is meant", cursor.pos);
    }
    if (cursor.isAtEnd || NO_START.test(cursor.text.slice(cursor.pos, cursor.pos + 2))) throw new YamlError("a value is missing here; quote it if text is meant", cursor.pos);
    return readPlain(cursor, this.#indent, true);
  }
}
