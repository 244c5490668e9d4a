import type { TreeFiles } from "../../tree-files.ts";
import type { Resolved } from "../../tree-path.ts";
import { fromBytes } from "../go/bytes.ts";
import type { ChartFile } from "./chart.ts";

/** A file that can be taken as one of a chart further down: `charts/redis/Chart.yaml` → `redis/Chart.yaml` → `Chart.yaml`. */
export interface LoadedFile extends ChartFile {
  /** The same file under another name. */
  renamed(name: string): LoadedFile;
}

/** A file of the repository. */
export class TreeFile implements LoadedFile {
  readonly name: string;
  readonly #files: TreeFiles;
  readonly #at: Resolved;

  constructor(files: TreeFiles, at: Resolved, name: string) {
    this.#files = files;
    this.#at = at;
    this.name = name;
  }

  get path(): string {
    return this.#at.path;
  }

  get id(): string {
    return this.#at.id;
  }

  get bytes(): Uint8Array {
    return withoutMark(this.#files.bytes(this.#at));
  }

  get text(): string {
    return fromBytes(this.bytes);
  }

  parsed<Value>(reader: string, parse: (text: string) => Value): Value {
    return this.#files.parsedBytes(`helm ${reader}`, this.#at, (bytes) => parse(fromBytes(withoutMark(bytes))));
  }

  renamed(name: string): TreeFile {
    return new TreeFile(this.#files, this.#at, name);
  }
}

/** A file of an archive. What was made of it is kept as long as the unpacked archive is. */
export class PackedFile implements LoadedFile {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly #made: Map<string, unknown>;

  /** `made`: what its readers made of it, shared by all names of the file. */
  constructor({ name, path, id, bytes, made = new Map<string, unknown>() }: { readonly name: string; readonly path: string; readonly id: string; readonly bytes: Uint8Array; readonly made?: Map<string, unknown> }) {
    this.name = name;
    this.path = path;
    this.id = id;
    this.bytes = withoutMark(bytes);
    this.#made = made;
  }

  get text(): string {
    return fromBytes(this.bytes);
  }

  parsed<Value>(reader: string, parse: (text: string) => Value): Value {
    if (this.#made.has(reader)) return this.#made.get(reader) as Value; // put there by the same reader
    const value = parse(this.text);
    this.#made.set(reader, value);
    return value;
  }

  renamed(name: string): PackedFile {
    return new PackedFile({ name, path: this.path, id: this.id, bytes: this.bytes, made: this.#made });
  }
}

/** Helm takes the byte order mark off every file of a chart. */
const withoutMark = (bytes: Uint8Array): Uint8Array => (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes);
