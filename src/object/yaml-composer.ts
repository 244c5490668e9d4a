import { messageOf } from "../errors.ts";
import { readScalar, type Dialect, type Scalar } from "./go-scalar.ts";
import type { Json } from "./json.ts";
import { YamlError } from "./yaml-cursor.ts";
import { keyOf, plainKey, type Key } from "./yaml-key.ts";
import { MapDraft } from "./yaml-draft.ts";
import type { MarkRecorder } from "./yaml-position.ts";
import { FOLDED, QUOTES } from "./written.ts";
import type { Props, TagHandles } from "./yaml-props.ts";
import { readTagged } from "./yaml-tag.ts";

/** What an anchor names. */
interface Anchored {
  readonly value: Json;
  /** Values in it, with aliases expanded. */
  readonly size: number;
  readonly depth: number;
  readonly written: string | undefined;
}

/** A map or list that has begun. */
export interface Opened {
  readonly props: Props | undefined;
  readonly size: number;
  readonly deepest: number;
}

/** How a document is read. */
export interface ComposerOptions {
  readonly dialect: Dialect;
  readonly handles: TagHandles;
  /** Values the document may have, with aliases expanded. */
  readonly maxValues: number;
  readonly marks?: MarkRecorder | undefined;
}

const MAX_DEPTH = 100;

/** Makes the values of a document out of what is read of it, as Go does, and keeps them within bounds. */
export class Composer {
  readonly dialect: Dialect;
  readonly handles: TagHandles;
  readonly marks: MarkRecorder | undefined;
  /** What the last value was written as, where it does not tell by itself and kustomize would remember. */
  written: string | undefined;
  /** The last key as it was written. */
  keyText = "";
  /** True where the last value was an alias. */
  isAlias = false;
  readonly #maxValues: number;
  /** What anchors name, and the map or list that is still being read. */
  readonly #anchors = new Map<string, Anchored | Opened>();
  #size = 0;
  #depth = 0;
  /** The depth that was reached since the last map or list with an anchor began. */
  #deepest = 0;

  constructor({ dialect, handles, maxValues, marks }: ComposerOptions) {
    this.dialect = dialect;
    this.handles = handles;
    this.marks = marks;
    this.#maxValues = maxValues;
  }

  /** The value of a text; `isPlain`: it stands without quotes and may be a number or a word; `isFolded`: it stands below a `>`. */
  scalar(text: string, isPlain: boolean, props: Props | undefined, at: number, isFolded = false): Json {
    this.#count(1, at);
    this.marks?.scalar(text, at);
    this.isAlias = false;
    if (!isPlain && props === undefined) {
      this.written = this.dialect === "kustomize" ? (isFolded ? FOLDED : QUOTES) : undefined;
      return text;
    }
    const value = this.#read(text, isPlain, props?.tag, at);
    const tells = !isPlain || props?.tag !== undefined || this.dialect === "kubectl" || (value !== null && String(value) === text);
    this.written = isFolded && this.dialect === "kustomize" ? FOLDED : tells ? undefined : text;
    if (props?.anchor !== undefined) this.#anchors.set(props.anchor, { value, size: 1, depth: 0, written: this.written });
    return value;
  }

  /** The key that a text is. */
  key(text: string, isPlain: boolean, props: Props | undefined, at: number): Key {
    this.keyText = text;
    if (props === undefined) return isPlain ? plainKey(text, this.dialect, at) : text;
    const { anchor, tag } = props;
    if (tag !== undefined && tag !== "!!str" && tag !== "!" && this.dialect === "kustomize") throw new YamlError(`a key cannot have the tag ${tag}; quote it if text is meant`, at);
    const value = this.#read(text, isPlain, tag, at);
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: 1, depth: 0, written: undefined });
    if (tag === "!" && this.dialect === "kubectl" && text !== "<<") return text;
    if (tag === undefined || tag === "!") return isPlain ? plainKey(text, this.dialect, at) : text;
    return keyOf(value, typeof value === "string" ? "" : text, this.dialect, at);
  }

  /** The key that an alias stands for. */
  aliasKey(name: string, at: number): string {
    return this.keyOf(this.#anchored(name, at).value, at);
  }

  /** The key that a value becomes. */
  keyOf(value: Json, at: number): string {
    if (typeof value === "object" && value !== null) throw new YamlError("a list or map cannot be a key; quote it if text is meant", at);
    this.keyText = String(value);
    return keyOf(value, this.keyText, this.dialect, at);
  }

  alias(name: string, at: number): Json {
    const { value, size, depth, written } = this.#anchored(name, at);
    this.#count(size, at);
    this.#reach(this.#depth + depth, at);
    this.marks?.scalar(undefined, at);
    this.written = written;
    this.isAlias = true;
    return value;
  }

  map(): MapDraft {
    return new MapDraft(this.dialect);
  }

  /** A map or list begins. */
  open(props: Props | undefined, at: number): Opened {
    this.#count(1, at);
    const opened = { props, size: this.#size, deepest: this.#deepest };
    this.#depth += 1;
    if (props?.anchor !== undefined) {
      this.#anchors.set(props.anchor, opened);
      this.#deepest = 0;
    }
    this.#reach(this.#depth, at);
    this.marks?.open(at);
    return opened;
  }

  /** A map or list ends. */
  close(opened: Opened, value: Json): void {
    const { props, size, deepest } = opened;
    this.#depth -= 1;
    this.written = undefined;
    this.isAlias = false;
    this.marks?.close();
    if (props?.anchor === undefined) return;
    if (this.#anchors.get(props.anchor) === opened) this.#anchors.set(props.anchor, { value, size: this.#size - size + 1, depth: this.#deepest - this.#depth, written: undefined });
    this.#deepest = Math.max(this.#deepest, deepest);
  }

  #read(text: string, isPlain: boolean, tag: string | undefined, at: number): Scalar {
    try {
      if (tag !== undefined) return readTagged(text, isPlain, tag, this.dialect);
      return isPlain ? readScalar(text, this.dialect) : text;
    } catch (error) {
      throw new YamlError(messageOf(error), at);
    }
  }

  #anchored(name: string, at: number): Anchored {
    const anchored = this.#anchors.get(name);
    if (anchored !== undefined && "value" in anchored) return anchored;
    throw new YamlError(anchored !== undefined ? `anchor "${name}" holds itself` : `there is no anchor "${name}" before this alias; quote it if text is meant`, at);
  }

  #count(size: number, at: number): void {
    this.#size += size;
    if (this.#size > this.#maxValues) throw new YamlError(size > 1 ? "aliases expand to too many values" : `has more than ${this.#maxValues} values, aliases expanded; split it`, at);
  }

  #reach(depth: number, at: number): void {
    if (depth > this.#deepest) this.#deepest = depth;
    if (depth > MAX_DEPTH) throw new YamlError(`is nested more than ${MAX_DEPTH} deep`, at);
  }
}
