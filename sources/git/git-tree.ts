import type { FileTree, TreeEntry } from "../file-tree.ts";
import type { Lru } from "./lru.ts";
import type { ObjectReader } from "./snapshot.ts";
import { parseTree } from "./tree-object.ts";

/** A parsed directory. */
export interface Directory {
  readonly entries: readonly TreeEntry[];
  readonly byName: ReadonlyMap<string, TreeEntry>;
}

/** Parsed directories by tree id. Equal ids mean equal content, but only directories of one repository share a cache key. */
export type DirectoryCache = Lru<Directory>;

/** What a directory of a tree costs in the cache, in bytes, about. */
const ENTRY_BYTES = 250;

/** The tree of a commit, read from the object store when asked for. */
export class GitTree implements FileTree {
  readonly id: string;
  /** Folder of the object store, for readers on another thread; undefined where there is none. */
  readonly store: string | undefined;
  readonly #objects: ObjectReader;
  readonly #cache: DirectoryCache;
  readonly #scope: string;
  /**
   * Directories too large for the cache. What a WeakRef refers to lives at least to the end of the current job, so a
   * render, which is one job, parses each of them once; afterwards they may go.
   */
  readonly #large = new Map<string, WeakRef<Directory>>();

  /** Directories by path, until the present job is over: a render asks about the same folders over and over. */
  readonly #folders = new Map<string, Directory>();

  /** `scope`: name of the store, so that repositories that do not trust each other share no cached directory. */
  constructor(id: string, objects: ObjectReader, cache: DirectoryCache, scope: string, store?: string) {
    this.id = id;
    this.store = store;
    this.#objects = objects;
    this.#cache = cache;
    this.#scope = scope;
  }

  entry(path: string): TreeEntry | undefined {
    if (path === "") return { name: "", kind: "directory", id: this.id };
    const slash = path.lastIndexOf("/");
    if (slash === 0) return undefined; // no path begins with a slash
    return this.#folder(slash < 0 ? "" : path.slice(0, slash))?.byName.get(path.slice(slash + 1));
  }

  list(path: string): readonly TreeEntry[] | undefined {
    return this.#folder(path)?.entries;
  }

  read(path: string): Uint8Array | undefined {
    const entry = this.entry(path);
    return entry?.kind === "file" || entry?.kind === "symlink" ? this.#objects.read(entry.id).data : undefined;
  }

  #folder(path: string): Directory | undefined {
    if (path === "") return this.#directory(this.id);
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    let folder: Directory | undefined = this.#directory(this.id);
    for (const name of path.split("/")) {
      const entry: TreeEntry | undefined = folder.byName.get(name);
      if (entry?.kind !== "directory") return undefined;
      folder = this.#directory(entry.id);
    }
    if (this.#folders.size === 0) queueMicrotask(() => this.#folders.clear());
    this.#folders.set(path, folder);
    return folder;
  }

  #directory(id: string): Directory {
    const key = `${this.#scope}:${id}`;
    const cached = this.#cache.get(key) ?? this.#large.get(id)?.deref();
    if (cached !== undefined) return cached;
    const entries = parseTree(this.#objects.read(id).data);
    const directory = { entries, byName: new Map(entries.map((entry) => [entry.name, entry])) };
    this.#cache.set(key, directory, 200 + entries.length * ENTRY_BYTES);
    if (this.#cache.get(key) === undefined) this.#large.set(id, new WeakRef(directory));
    return directory;
  }
}
