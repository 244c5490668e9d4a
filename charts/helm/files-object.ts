import { writeGoYaml } from "../../src/object/go-yaml-write.ts";
import type { ChartFile } from "./chart/chart.ts";
import { fn } from "./functions/define.ts";
import { globMatcher } from "./glob.ts";
import { GoList, GoMap, GoObject, Integer, type CallScope, type GoFunction, type GoValue } from "./go/value.ts";

/** Go's type of the bytes of a file. */
const BYTES = "[]uint8";
const OCTETS: readonly Integer[] = Array.from({ length: 256 }, (_, value) => new Integer("uint8", BigInt(value)));

/** `.Files`: a map from the paths of a chart's files to their bytes, with methods. A file counts as read once its content is asked for. */
export class FilesObject extends GoObject {
  readonly type = "engine.files";
  readonly kind = "map";
  readonly #files: ReadonlyMap<string, ChartFile>;

  constructor(files: Iterable<ChartFile>) {
    super();
    this.#files = new Map(Array.from(files, (file) => [file.name, file]));
  }

  override member(name: string): GoValue | GoFunction {
    const method = METHODS.get(name);
    return method === undefined ? bytesOf(this.#files.get(name)) : { name, ...method(this) };
  }

  override toText(): string {
    return `map[${this.#inOrder().map(([name, file]) => `${name}:[${file.bytes.join(" ")}]`).join(" ")}]`;
  }

  override toValue(): GoMap {
    return new GoMap(new Map(this.#inOrder().map(([name, file]) => [name, bytesOf(file)])), this.type);
  }

  override get isTrue(): boolean {
    return this.#files.size > 0;
  }

  /** Text of a file; empty where there is none. */
  text(name: string): string {
    return this.#files.get(name)?.text ?? "";
  }

  bytes(name: string): GoList {
    return bytesOf(this.#files.get(name));
  }

  glob(pattern: string, scope: CallScope): FilesObject {
    scope.spend(pattern.length + this.#files.size / 10);
    const matches = globMatcher(pattern, scope.spend);
    return new FilesObject(this.#inOrder().flatMap(([name, file]) => (matches(name) ? [file] : [])));
  }

  /** YAML of the files by the last part of their path, their content made a text by `write`. */
  asYaml(write: (file: ChartFile) => string, scope: CallScope): string {
    const data: Record<string, string> = Object.create(null) as Record<string, string>; // any name is a key
    for (const [name, file] of this.#inOrder()) data[name.slice(name.lastIndexOf("/") + 1)] = write(file);
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
    return [...this.#files].sort(([left], [right]) => (left < right ? -1 : 1));
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
    AsConfig: (files: FilesObject) => fn([], (scope) => files.asYaml(({ text }) => text, scope)),
    AsSecrets: (files: FilesObject) => fn([], (scope) => files.asYaml(base64, scope)),
  }),
);

function paid(text: string, scope: CallScope): string {
  scope.spendText(text.length);
  return text;
}
