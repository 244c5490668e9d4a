import { ReconcileError } from "../src/errors.ts";
import { parseManifests, parseYaml, type ManifestDocument, type YamlDocument } from "../src/object/yaml.ts";
import type { FileTree } from "../sources/file-tree.ts";
import type { ParseCache } from "./parse-cache.ts";
import { resolvePath, type Resolved } from "./tree-path.ts";

/** Bytes of one file. */
const MAX_FILE = 16 * 1024 * 1024;
/** Bytes and files of one render. */
const MAX_TOTAL = 64 * 1024 * 1024;
const MAX_FILES = 10_000;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** The files of one render: links followed, sizes bounded, parsed once per content. */
export class TreeFiles {
  readonly tree: FileTree;
  readonly #cache: ParseCache;
  readonly #read = new Map<string, Uint8Array>();
  /** Paths of the files that count as read. */
  readonly #counted = new Set<string>();
  #total = 0;

  constructor(tree: FileTree, cache: ParseCache) {
    this.tree = tree;
    this.#cache = cache;
  }

  /** What a path leads to, links followed. */
  resolve(path: string): Resolved | undefined {
    return resolvePath(this.tree, path);
  }

  /** The bytes of a file. Throws BUILD_FAILED where it is none, LIMIT_EXCEEDED where it is too large. */
  bytes(file: Resolved): Uint8Array {
    const known = this.#read.get(file.path);
    if (known !== undefined) return known;
    const bytes = file.kind === "file" ? this.tree.read(file.path) : undefined;
    if (bytes === undefined) throw new ReconcileError("BUILD_FAILED", `is a ${file.kind}, a file is needed`, { position: { file: file.path } });
    this.#count(file.path, bytes.length);
    this.#read.set(file.path, bytes);
    return bytes;
  }

  /** Takes note of a file once; true where it is a new one. */
  #count(path: string, bytes: number): boolean {
    if (this.#counted.has(path)) return false;
    this.#counted.add(path);
    this.#total += bytes;
    const position = { file: path };
    if (bytes > MAX_FILE) throw new ReconcileError("LIMIT_EXCEEDED", `is larger than ${MAX_FILE / 1024 / 1024} MiB`, { position });
    if (this.#total > MAX_TOTAL) throw new ReconcileError("LIMIT_EXCEEDED", `the files of one render are larger than ${MAX_TOTAL / 1024 / 1024} MiB`, { position });
    if (this.#counted.size > MAX_FILES) throw new ReconcileError("LIMIT_EXCEEDED", `one render reads more than ${MAX_FILES} files`, { position });
    return true;
  }

  /** The text of a file. Throws BUILD_FAILED where it is not UTF-8. */
  text(file: Resolved): string {
    try {
      return UTF8.decode(this.bytes(file));
    } catch (error) {
      if (error instanceof ReconcileError) throw error;
      throw new ReconcileError("BUILD_FAILED", "is not UTF-8 text", { position: { file: file.path }, cause: error });
    }
  }

  /** The objects of a manifest file; shared, never to be changed. */
  manifests(file: Resolved): readonly ManifestDocument[] {
    return this.parsed("manifests", file, (text) => parseManifests(text, file.path));
  }

  /** The documents of a YAML file; shared, never to be changed. */
  documents(file: Resolved): readonly YamlDocument[] {
    return this.parsed("documents", file, (text) => parseYaml(text, file.path));
  }

  /** What a reader makes of a file's text, remembered by content. `reader` names the function. */
  parsed<Value>(reader: string, file: Resolved, parse: (text: string) => Value): Value {
    const known = this.#cache.find(reader, file.id);
    if (known === undefined) return this.#cache.get(reader, file.id, this.bytes(file).length, () => parse(this.text(file)));
    if (this.#count(file.path, known.bytes)) this.tree.countRead?.(file.path, known.bytes);
    return known.value as Value; // put there by the same reader, see ParseCache
  }
}
