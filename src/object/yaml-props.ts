import { CODE, type Cursor, YamlError } from "./yaml-cursor.ts";

/** What may stand before a value: `&anchor` and `!tag`, in either order. */
export interface Props {
  readonly anchor?: string | undefined;
  /** `!!int` for tags of YAML itself, `!` alone, or any other tag as it is written. */
  readonly tag?: string | undefined;
}

const NAME = /[&*]([\w-]+)(?=[ \t\n?:,\]}%@`]|$)/y;
const TAG = /!(?:<([^> \t\n]*)>|([\w-]*!)?((?:[\w;/?:@&=+$,.!~*'()[\]-]|%[\da-fA-F]{2})*))(?=[ \t\n]|$)/y;
const YAML_TAG = "tag:yaml.org,2002:";

/** The handles that `%TAG` lines give meanings to. */
export type TagHandles = ReadonlyMap<string, string>;

/** True where an anchor or a tag begins. */
export function startsProps(code: number): boolean {
  return code === CODE.ampersand || code === CODE.exclamation;
}

/** Reads the anchor and the tag that follow on this line, and the white space behind them. */
export function readProps(cursor: Cursor, handles: TagHandles): Props {
  let props: Props = {};
  for (let code = cursor.code; startsProps(code); code = cursor.code) {
    const at = cursor.pos;
    cursor.mayStart = false;
    props = joinProps(props, code === CODE.ampersand ? { anchor: readName(cursor) } : { tag: readTag(cursor, handles) }, at);
    while (cursor.code === CODE.space || cursor.code === CODE.tab) cursor.pos += 1;
  }
  return props;
}

/** Both together. Throws YamlError where there would be two anchors or two tags. */
export function joinProps(outer: Props | undefined, inner: Props, at: number): Props {
  if (outer?.anchor !== undefined && inner.anchor !== undefined) throw new YamlError("value has two anchors; leave out one", at);
  if (outer?.tag !== undefined && inner.tag !== undefined) throw new YamlError("value has two tags; leave out one", at);
  return { anchor: outer?.anchor ?? inner.anchor, tag: outer?.tag ?? inner.tag };
}

/** Reads the name behind `&` or `*`. */
export function readName(cursor: Cursor): string {
  NAME.lastIndex = cursor.pos;
  const name = NAME.exec(cursor.text)?.[1];
  if (name === undefined) throw new YamlError(`the name of an ${cursor.code === CODE.ampersand ? "anchor" : "alias"} consists of letters, digits, - and _; quote the value if text is meant`, cursor.pos);
  cursor.pos = NAME.lastIndex;
  return name;
}

function readTag(cursor: Cursor, handles: TagHandles): string {
  TAG.lastIndex = cursor.pos;
  const found = TAG.exec(cursor.text);
  const tag = found === null ? undefined : fullTag(found, handles);
  if (tag === undefined) throw new YamlError("tag is malformed, or its handle is unknown; quote the value if text is meant", cursor.pos);
  cursor.pos = TAG.lastIndex;
  return tag.startsWith(YAML_TAG) ? `!!${tag.slice(YAML_TAG.length)}` : tag;
}

function fullTag([, verbatim, handle, suffix = ""]: RegExpExecArray, handles: TagHandles): string | undefined {
  if (verbatim !== undefined) return verbatim === "" ? undefined : verbatim;
  if (handle === undefined) return `!${suffix}`;
  const prefix = handle === "!" ? YAML_TAG : handles.get(`!${handle}`);
  return prefix === undefined || suffix === "" ? undefined : `${prefix}${suffix}`;
}
