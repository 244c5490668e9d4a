import { readFileSync } from "node:fs";
import { ReconcileError } from "../../src/errors.ts";
import type { FileTree } from "../file-tree.ts";
import { GitTree } from "./git-tree.ts";
import type { DirectoryCache } from "./git-tree.ts";
import { Lru } from "./lru.ts";
import { manifestPath, packPath, parseManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { PackFile } from "./pack-file.ts";
import { PackIndex } from "./pack-index.ts";
import { Snapshot, tellingFailures } from "./snapshot.ts";
import type { ObjectCache, StoredPack } from "./snapshot.ts";

/** Where a tree lies on disk. Plain data: it may be sent to another thread. */
export interface StoredPlace {
  readonly directory: string;
  /** Git id of the tree. */
  readonly tree: string;
}

/** Where a tree lies, or undefined for one that does not come from an object store. */
export function storedPlace(tree: FileTree): StoredPlace | undefined {
  return tree instanceof GitTree && tree.store !== undefined ? { directory: tree.store, tree: tree.id } : undefined;
}

const OBJECT_CACHE_BYTES = 8 << 20;
const DIRECTORY_CACHE_BYTES = 2 << 20;

/**
 * Reads trees from the stores that another thread of this process has written and verified. Changes nothing on disk.
 * The store goes on meanwhile: what is no longer in it cannot be read here, though the thread that had it open can.
 */
export class StoredTrees {
  readonly #objects: ObjectCache = new Lru(OBJECT_CACHE_BYTES);
  readonly #directories: DirectoryCache = new Lru(DIRECTORY_CACHE_BYTES);
  #opened = new Map<string, StoredPack>();
  #nextId = 1;
  #failed = false;

  /** True once a read of the tree that was opened last has failed, whatever became of that error. */
  get failed(): boolean {
    return this.#failed;
  }

  /**
   * The trees, readable until the next call of `open`. Throws GIT_PACK_INVALID or the file system's error when a store
   * is not readable now; reading throws GIT_PACK_INVALID where something is missing.
   */
  open(...[place, ...others]: readonly [StoredPlace, ...StoredPlace[]]): [FileTree, ...FileTree[]] {
    const before = this.#opened;
    this.#opened = new Map();
    try {
      return [this.#tree(place, before), ...others.map((other) => this.#tree(other, before))];
    } finally {
      for (const [path, { file }] of before) if (!this.#opened.has(path)) file.close();
      this.#failed = false;
    }
  }

  #tree({ directory, tree }: StoredPlace, before: ReadonlyMap<string, StoredPack>): FileTree {
    const manifest = parseManifest(readFileSync(manifestPath(directory), "utf8"));
    if (manifest === undefined) throw new ReconcileError("GIT_PACK_INVALID", "the manifest of a stored repository is damaged");
    const packs = manifest.packs.map((pack) => this.#pack(directory, pack, before));
    return new GitTree(tree, tellingFailures(new Snapshot(packs, this.#objects), () => (this.#failed = true)), this.#directories, directory);
  }

  /** One that was opened for the trees before is not opened again. */
  #pack(directory: string, { name, origin }: Manifest["packs"][number], before: ReadonlyMap<string, StoredPack>): StoredPack {
    const path = packPath(directory, name, "pack");
    const pack = this.#opened.get(path) ?? before.get(path) ?? { id: this.#nextId++, name, origin, file: new PackFile(path), index: PackIndex.parse(readFileSync(packPath(directory, name, "idx"))) };
    this.#opened.set(path, pack);
    return pack;
  }
}
