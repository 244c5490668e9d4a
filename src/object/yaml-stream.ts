import type { Dialect } from "./go-scalar.ts";
import type { Json } from "./json.ts";
import { BlockReader } from "./yaml-block.ts";
import { Composer } from "./yaml-composer.ts";
import { CODE, type Cursor, isMarker, lineEnd, YamlError } from "./yaml-cursor.ts";
import type { MarkRecorder } from "./yaml-position.ts";

/** A document of a stream, and the offset of its first content. */
export interface StreamDocument {
  readonly value: Json;
  readonly at: number;
}

/** Without aliases a document has fewer values than characters; with them it may have this many more. */
const MAX_ALIASED = 100_000;
/** Values of one document, however long it is: an API server takes far fewer. */
const MAX_VALUES = 1_000_000;
const DIRECTIVE = /%(?:YAML[ \t]+(\d+\.\d+)|TAG[ \t]+(![\w-]*!?)[ \t]+(\S+))[ \t]*(?:#.*)?(?=\n|$)/y;

/** Reads one document after the other as go-yaml does (v2 for kubectl, v3 for kustomize); those without content are left out. Throws YamlError. `marks` takes note of where things stand. */
export function* readStream(cursor: Cursor, dialect: Dialect, marks?: () => MarkRecorder): Iterable<StreamDocument> {
  for (;;) {
    const handles = readPrologue(cursor);
    if (cursor.pos >= cursor.text.length) return;
    if (cursor.isAtEnd) continue;
    const at = cursor.pos;
    const composer = new Composer({ dialect, handles, maxValues: Math.min(cursor.text.length + MAX_ALIASED, MAX_VALUES), marks: marks?.() });
    const value = new BlockReader(cursor, composer).node(-1, false);
    cursor.skip();
    if (!cursor.isAtEnd) throw new YamlError("only one value may stand in a document; is the indentation right?", cursor.pos);
    yield { value, at };
  }
}

/** Goes to the content of the next document, or to the end of it where it has none: behind `...`, directives and `---`. */
function readPrologue(cursor: Cursor): ReadonlyMap<string, string> {
  const handles = new Map<string, string>();
  let hasDirective = false;
  cursor.mayStart = true;
  cursor.skip();
  for (; cursor.column === 0; cursor.skip()) {
    if (cursor.code === CODE.percent) {
      readDirective(cursor, handles);
      hasDirective = true;
    } else if (isMarker(cursor.text, cursor.pos) && cursor.code === CODE.dot) passEnd(cursor);
    else break;
  }
  if (cursor.column === 0 && isMarker(cursor.text, cursor.pos)) {
    cursor.pos += 3;
    cursor.mayStart = false;
    cursor.skip();
  } else if (hasDirective) throw new YamlError('"---" is missing behind the "%" lines', cursor.pos);
  return handles;
}

function passEnd(cursor: Cursor): void {
  cursor.pos += 3;
  cursor.mayStart = false;
  const { lineStart } = cursor;
  cursor.skip();
  if (cursor.lineStart === lineStart && cursor.pos < cursor.text.length) throw new YamlError('only a comment may stand behind "..."', cursor.pos);
}

function readDirective(cursor: Cursor, handles: Map<string, string>): void {
  DIRECTIVE.lastIndex = cursor.pos;
  const [, version, handle, prefix] = DIRECTIVE.exec(cursor.text) ?? [];
  if (version !== undefined && version !== "1.1") throw new YamlError(`document says YAML ${version}, manifests are YAML 1.1; remove the %YAML line`, cursor.pos);
  if (handle !== undefined && prefix !== undefined) handles.set(handle, prefix);
  else if (version === undefined) throw new YamlError("directive is malformed or unknown; remove the line", cursor.pos);
  cursor.pos = lineEnd(cursor.text, cursor.pos);
}
