import type { Json } from "./json.ts";
import { readBlockText } from "./yaml-block-text.ts";
import type { Composer } from "./yaml-composer.ts";
import { CODE, type Cursor, isBlank, YamlError } from "./yaml-cursor.ts";
import { ListDraft } from "./yaml-draft.ts";
import { FlowReader, MAX_KEY } from "./yaml-flow.ts";
import type { Key } from "./yaml-key.ts";
import { readPlain } from "./yaml-plain.ts";
import { joinProps, readName, readProps, startsProps, type Props } from "./yaml-props.ts";
import { readQuoted } from "./yaml-quoted.ts";
import { allProps, NO_KEY, problemAt, type Start } from "./yaml-start.ts";

/** Reads what is laid out by indentation. */
export class BlockReader {
  readonly #cursor: Cursor;
  readonly #composer: Composer;

  constructor(cursor: Cursor, composer: Composer) {
    this.#cursor = cursor;
    this.#composer = composer;
  }

  /** The next value. `indent`: of the map or list that holds it, -1 at the root. The list of a member may stand as far left as the map. */
  node(indent: number, isMember: boolean): Json {
    const cursor = this.#cursor;
    const { lineStart } = cursor;
    cursor.skip();
    if (this.#isEmpty(indent, isMember, lineStart)) return this.#composer.scalar("", true, undefined, cursor.pos);
    if (startsProps(cursor.code)) return this.#withProps(indent, isMember);
    return this.#content(indent, cursor.mayStart ? this.#startHere(undefined) : NO_KEY);
  }

  /** True where the value is left out: the text ends, or goes on no further right than what holds it. */
  #isEmpty(indent: number, isMember: boolean, lineStart: number): boolean {
    const cursor = this.#cursor;
    if (cursor.isAtEnd) return true;
    if (cursor.lineStart === lineStart || cursor.column > indent) return false;
    if (cursor.code === CODE.bar || cursor.code === CODE.greater) return cursor.column < indent; // only what is below it is indented
    return cursor.column < indent || !isMember || !this.#isMark(CODE.dash);
  }

  #isMark(code: number): boolean {
    const { text, pos } = this.#cursor;
    return text.charCodeAt(pos) === code && isBlank(text.charCodeAt(pos + 1));
  }

  #startHere(outer: Props | undefined): Start {
    const { pos, column, lineStart, mayStart } = this.#cursor;
    return { at: pos, column, lineStart, mayBeKey: mayStart, props: undefined, outer };
  }

  #withProps(indent: number, isMember: boolean): Json {
    const cursor = this.#cursor;
    let outer: Props | undefined;
    while (startsProps(cursor.code)) {
      const start = this.#startHere(outer);
      const props = readProps(cursor, this.#composer.handles);
      cursor.skip();
      if (cursor.lineStart === start.lineStart && !cursor.isAtEnd) return this.#content(indent, { ...start, props });
      outer = joinProps(outer, props, start.at);
      if (this.#isEmpty(indent, isMember, start.lineStart)) return this.#composer.scalar("", true, outer, start.at);
    }
    return this.#content(indent, this.#startHere(outer));
  }

  #content(indent: number, start: Start): Json {
    const cursor = this.#cursor;
    const { code, pos } = cursor;
    if (this.#isMark(CODE.dash)) return this.#list(indent, this.#checkBlock(start));
    if (this.#isMark(CODE.question)) return this.#map(this.#checkBlock(start), undefined);
    if (code === CODE.openBracket || code === CODE.openBrace) return this.#flow(indent, start);
    if (code === CODE.bar || code === CODE.greater) return this.#composer.scalar(readBlockText(cursor, indent), false, allProps(start), pos, code === CODE.greater);
    if (code === CODE.asterisk) {
      const name = this.#alias(start.props ?? start.outer);
      return this.#isKey(start, indent) ? this.#map(start, this.#composer.aliasKey(name, pos)) : this.#composer.alias(name, pos);
    }
    const isPlain = code !== CODE.quote && code !== CODE.doubleQuote;
    const text = start.props !== undefined && this.#isMark(CODE.colon) ? "" : isPlain ? this.#plain(indent) : readQuoted(cursor);
    return this.#isKey(start, indent) ? this.#map(start, this.#composer.key(text, isPlain, start.props, pos)) : this.#composer.scalar(text, isPlain, allProps(start), pos);
  }

  /** A list or an explicit key begins only where a line does, or behind the mark of another. */
  #checkBlock(start: Start): Start {
    if (this.#cursor.mayStart) return start;
    throw new YamlError("a list or map cannot begin here; put it on a line of its own", this.#cursor.pos);
  }

  #flow(indent: number, start: Start): Json {
    const value = new FlowReader(this.#cursor, this.#composer, indent + 1).read(allProps(start));
    if (this.#isKey(start, indent)) throw new YamlError("a list or map cannot be a key; quote it if text is meant", start.at);
    return value;
  }

  #alias(props: Props | undefined): string {
    if (props === undefined) return readName(this.#cursor);
    throw new YamlError("an alias cannot have an anchor or a tag of its own", this.#cursor.pos);
  }

  #plain(indent: number): string {
    const cursor = this.#cursor;
    const { text, pos } = cursor;
    const problem = problemAt(text[pos] ?? "", text.charCodeAt(pos + 1));
    if (problem !== undefined) throw new YamlError(problem, pos);
    return readPlain(cursor, indent + 1, false);
  }

  /** True where the `:` of a key follows. */
  #isKey({ at, lineStart, mayBeKey }: Start, indent: number): boolean {
    const cursor = this.#cursor;
    while (cursor.code === CODE.space || cursor.code === CODE.tab) cursor.pos += 1;
    if (!this.#isMark(CODE.colon) || (cursor.lineStart !== lineStart && cursor.column <= indent)) return false;
    if (!mayBeKey) throw new YamlError('a map cannot begin here; quote the text if its ":" belongs to it', cursor.pos);
    if (cursor.lineStart !== lineStart || cursor.pos - at > MAX_KEY) throw new YamlError(`a key and its ":" must stand on one line, no more than ${MAX_KEY} characters apart`, cursor.pos);
    return true;
  }

  /** A map whose first key was read already, or stands at the cursor. */
  #map({ at, column: indent, outer }: Start, first: Key | undefined): Json {
    const cursor = this.#cursor;
    const opened = this.#composer.open(outer, at);
    const draft = this.#composer.map();
    let keyAt = at;
    let key = first ?? this.#key(indent);
    for (;;) {
      this.#composer.marks?.key(this.#composer.keyText, keyAt);
      draft.add(key, this.#value(indent), this.#composer, keyAt);
      cursor.skip();
      if (cursor.isAtEnd || cursor.column < indent) break;
      if (cursor.column > indent) throw new YamlError("a key or the end of the map is expected here; is the indentation right?", cursor.pos);
      keyAt = cursor.pos;
      key = this.#key(indent);
    }
    const map = draft.finish();
    this.#composer.close(opened, map);
    return map;
  }

  /** What stands behind the `:` at the cursor; an explicit key may have none. */
  #value(indent: number): Json {
    if (this.#cursor.column < indent || !this.#isMark(CODE.colon)) return this.#composer.scalar("", true, undefined, this.#cursor.pos);
    this.#cursor.pos += 1;
    return this.node(indent, true);
  }

  /** The key at the cursor, which is left at its `:`. */
  #key(indent: number): Key {
    const cursor = this.#cursor;
    if (this.#isMark(CODE.question)) return this.#explicitKey(indent);
    const start = this.#startHere(undefined);
    const props = startsProps(cursor.code) ? readProps(cursor, this.#composer.handles) : undefined;
    const { code, pos } = cursor;
    const name = code === CODE.asterisk ? this.#alias(props) : undefined;
    const isPlain = code !== CODE.quote && code !== CODE.doubleQuote;
    const text = name ?? (props !== undefined && this.#isMark(CODE.colon) ? "" : isPlain ? this.#plain(indent) : readQuoted(cursor));
    if (!this.#isKey(start, indent)) throw new YamlError('":" is missing behind this key; or indent the line, if it belongs to the text before', start.at);
    return name === undefined ? this.#composer.key(text, isPlain, props, pos) : this.#composer.aliasKey(name, pos);
  }

  #explicitKey(indent: number): Key {
    const cursor = this.#cursor;
    cursor.pos += 1;
    cursor.mayStart = true;
    while (cursor.code === CODE.space) cursor.pos += 1;
    const at = cursor.pos;
    const key = this.#composer.keyOf(this.node(indent, true), at);
    cursor.skip();
    if (!cursor.isAtEnd && cursor.column > indent) throw new YamlError('the ":" of a key behind "?" must stand below it', cursor.pos);
    cursor.mayStart = true;
    return key;
  }

  #list(holder: number, { at, column: indent, outer }: Start): Json {
    const cursor = this.#cursor;
    const opened = this.#composer.open(outer, at);
    const draft = new ListDraft();
    do {
      cursor.pos += 1;
      cursor.mayStart = true;
      draft.add(this.node(indent, false), this.#composer);
      cursor.skip();
    } while (this.#hasItem(indent, indent === holder));
    const list = draft.finish();
    this.#composer.close(opened, list);
    return list;
  }

  #hasItem(indent: number, isShared: boolean): boolean {
    const cursor = this.#cursor;
    if (cursor.isAtEnd || cursor.column < indent) return false;
    if (cursor.column === indent && this.#isMark(CODE.dash)) return true;
    if (cursor.column === indent && isShared) return false;
    throw new YamlError('"- " or the end of the list is expected here; is the indentation right?', cursor.pos);
  }
}
