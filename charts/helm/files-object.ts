import { writeGoYaml } from "../../src/object/go-yaml-write.ts";
import type { ChartFile } from "./chart/chart.ts";
import { fn } from "./functions/define.ts";
import { globMatcher } from "./glob.ts";
import { GoList, GoMap, GoObject, Integer, type CallScope, type GoFunction, type GoValue } from "./go/value.ts";
import { textOf, type WatchedFiles } from "./watched-files.ts";

/** Go's type of the bytes of a file. */
const BYTES = "[]uint8";
const OCTETS: readonly Integer[] = Array.from({ length: 256 }, (_, value) => new Integer("uint8", BigInt(value)));

/** `.Files`: a map from the paths of a chart's files to their bytes, with methods. A file counts as read once its content is asked for. */
export class FilesObject extends GoObject {
  readonly type = "engine.files";
  readonly kind = "map";
  readonly #files: WatchedFiles;
  /** Undefined: all of them. */
  readonly #names: ReadonlySet<string> | undefined;

  /** `names`: those that are shown; default all. */
  constructor(files: WatchedFiles, names?: ReadonlySet<string>) {
    super();
    this.#files = files;
    this.#names = names;
  }

  override member(name: string): GoValue | GoFunction {
    const method = METHODS.get(name);
    return method === undefined ? this.bytes(name) : { name, ...method(this) };
  }

  override toText(): string {
    return `map[${this.#inOrder().map(([name, file]) => `${name}:[${this.#read(file).bytes.join(" ")}]`).join(" ")}]`;
  }

  override toValue(): GoMap {
    return new GoMap(new Map(this.#inOrder().map(([name]) => [name, this.bytes(name)])), this.type);
  }

  override get isTrue(): boolean {
    return this.#inOrder().length > 0;
  }

  /** Text of a file; empty where there is none. */
  text(name: string): string {
    const file = this.#find(name);
    return file === undefined ? "" : textOf(file);
  }

  bytes(name: string): GoList {
    return bytesOf(this.#find(name));
  }

  glob(pattern: string, scope: CallScope): FilesObject {
    scope.spend(pattern.length + (this.#names?.size ?? this.#files.count) / 10);
    const matches = globMatcher(pattern, scope.spend);
    return new FilesObject(this.#files, new Set(this.#inOrder().flatMap(([name]) => (matches(name) ? [name] : []))));
  }

  /** YAML of the files by the last part of their path, their content made a text by `write`. */
  asYaml(write: (file: ChartFile) => string, scope: CallScope): string {
    const data: Record<string, string> = Object.create(null) as Record<string, string>; // any name is a key
    for (const [name, file] of this.#inOrder()) data[name.slice(name.lastIndexOf("/") + 1)] = write(this.#read(file));
    const text = writeGoYaml(data).replace(/\n$/, "");
    scope.spendText(text.length);
    return text;
  }

  lines(name: string): GoList {
    const text = this.text(name);
    if (text === "") return new GoList([], "[]string");
    return new GoList((text.endsWith("\n") ? text.slice(0, -1) : text).split("\n"), "[]string");
  }

  #inOrder(): [name: string, file: ChartFile][] {
    const names = this.#names;
    const shown = Array.from(this.#files.list(), (file): [string, ChartFile] => [file.name, file]);
    return (names === undefined ? shown : shown.filter(([name]) => names.has(name))).sort(([left], [right]) => (left < right ? -1 : 1));
  }

  #find(name: string): ChartFile | undefined {
    return this.#names?.has(name) === false ? undefined : this.#files.find(name);
  }

  #read(file: ChartFile): ChartFile {
    return this.#files.find(file.name) ?? file;
  }
}

function bytesOf(file: ChartFile | undefined): GoList {
  return new GoList(file === undefined ? [] : Array.from(file.bytes, (byte) => OCTETS[byte] ?? null), BYTES);
}

const base64 = ({ bytes }: ChartFile): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

const METHODS: ReadonlyMap<string, (files: FilesObject) => Omit<GoFunction, "name">> = new Map(
  Object.entries({
    Get: (files: FilesObject) => fn(["string"], (name, scope) => paid(files.text(name), scope)),
    GetBytes: (files: FilesObject) => fn(["string"], (name) => files.bytes(name)),
    Glob: (files: FilesObject) => fn(["string"], (pattern, scope) => files.glob(pattern, scope)),
    Lines: (files: FilesObject) => fn(["string"], (name) => files.lines(name)),
    AsConfig: (files: FilesObject) => fn([], (scope) => files.asYaml(textOf, scope)),
    AsSecrets: (files: FilesObject) => fn([], (scope) => files.asYaml(base64, scope)),
  }),
);

function paid(text: string, scope: CallScope): string {
  scope.spendText(text.length);
  return text;
}
