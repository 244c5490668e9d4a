import { ReconcileError } from "../src/errors.ts";
import { parseManifests, parseYaml, type ManifestDocument, type YamlDocument } from "../src/object/yaml.ts";
import type { FileTree } from "../sources/file-tree.ts";
import type { ParseCache } from "./parse-cache.ts";
import { joinPath, resolvePath, type Resolved } from "./tree-path.ts";

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
  /** Trees besides the own one, by the path that they are put under. */
  readonly #mounts = new Map<string, FileTree>();
  #total = 0;

  constructor(tree: FileTree, cache: ParseCache) {
    this.tree = tree;
    this.#cache = cache;
  }

  /** Puts another tree under a path that no path of a tree can be: what begins with it lies in that tree and leads nowhere else. */
  mount(root: string, tree: FileTree): void {
    this.#mounts.set(root, tree);
  }

  /** Where the tree is put that a path lies in; undefined for the own one. */
  mountOf(path: string): string | undefined {
    if (this.#mounts.size === 0) return undefined;
    for (const root of this.#mounts.keys()) if (path.startsWith(root) && (path.length === root.length || path[root.length] === "/")) return root;
    return undefined;
  }

  /** A path from a folder as one, in the tree of that folder; undefined where it leads out of it. */
  join(folder: string, relative: string): string | undefined {
    const root = this.mountOf(folder);
    if (root === undefined) return joinPath(folder, relative);
    const path = joinPath(folder.slice(root.length + 1), relative);
    return path === undefined ? undefined : mounted(root, path);
  }

  /** What a path leads to, links followed. */
  resolve(path: string): Resolved | undefined {
    const { tree, root, rest } = this.#place(path);
    if (root === undefined) return resolvePath(tree, path);
    const found = resolvePath(tree, rest, `${root}/`);
    return found === undefined ? undefined : { path: mounted(root, found.path), kind: found.kind, id: found.id };
  }

  #place(path: string): { readonly tree: FileTree; readonly root: string | undefined; readonly rest: string } {
    const root = this.mountOf(path);
    return root === undefined ? { tree: this.tree, root, rest: path } : { tree: this.#mounts.get(root) ?? this.tree, root, rest: path.slice(root.length + 1) };
  }

  /** The bytes of a file. Throws BUILD_FAILED where it is none, LIMIT_EXCEEDED where it is too large. */
  bytes(file: Resolved): Uint8Array {
    const known = this.#read.get(file.path);
    if (known !== undefined) return known;
    const bytes = file.kind === "file" ? this.#content(file.path) : undefined;
    if (bytes === undefined) throw new ReconcileError("BUILD_FAILED", `is a ${file.kind}, a file is needed`, { position: { file: file.path } });
    this.#count(file.path, bytes.length);
    this.#read.set(file.path, bytes);
    return bytes;
  }

  #content(path: string): Uint8Array | undefined {
    const { tree, rest } = this.#place(path);
    return tree.read(rest);
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
    return this.parsedBytes(reader, file, () => parse(this.text(file)));
  }

  /** The same of a file that need not be text. `weigh`: bytes that the result takes, where it takes more than the file. */
  parsedBytes<Value>(reader: string, file: Resolved, parse: (bytes: Uint8Array) => Value, weigh?: (value: Value) => number): Value {
    const known = this.#cache.find(reader, file.id);
    if (known === undefined) {
      const bytes = this.bytes(file);
      return this.#cache.get(reader, file.id, bytes.length, () => parse(bytes), weigh);
    }
    if (this.#count(file.path, known.bytes)) {
      const { tree, rest } = this.#place(file.path);
      tree.countRead?.(rest, known.bytes);
    }
    return known.value as Value; // put there by the same reader, see ParseCache
  }
}

const mounted = (root: string, path: string): string => (path === "" ? root : `${root}/${path}`);
