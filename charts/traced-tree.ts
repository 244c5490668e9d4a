import type { FileTree, TreeEntry } from "../sources/file-tree.ts";

/** What a computation looked at in a tree. Equal answers to all of it mean an equal result. */
export interface Trace {
  readonly treeId: string;
  /** path → `kind id` of the entry (a directory: its kind alone), or "" where there was none. */
  readonly entries: ReadonlyMap<string, string>;
  /** path of a directory → the names and kinds in it; ids are recorded only where an entry is asked for or read. */
  readonly listings: ReadonlyMap<string, string>;
}

/**
 * A tree that writes down what is looked at. `list` records names and kinds only, so that a changed file below a folder
 * that was merely searched does not count: whoever relies on the content of an entry asks `entry` or `read`.
 */
export class TracedTree implements FileTree {
  readonly #tree: FileTree;
  readonly #entries = new Map<string, string>();
  readonly #listings = new Map<string, string>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  get id(): string {
    return this.#tree.id;
  }

  entry(path: string): TreeEntry | undefined {
    const entry = this.#tree.entry(path);
    this.#entries.set(path, describe(entry));
    return entry;
  }

  list(path: string): readonly TreeEntry[] | undefined {
    const entries = this.#tree.list(path);
    this.#listings.set(path, describeListing(entries));
    return entries;
  }

  read(path: string): Uint8Array | undefined {
    this.entry(path);
    return this.#tree.read(path);
  }

  countRead(path: string, bytes: number): void {
    this.entry(path);
    this.#tree.countRead?.(path, bytes);
  }

  /** What was looked at so far. */
  get trace(): Trace {
    return { treeId: this.id, entries: this.#entries, listings: this.#listings };
  }
}

/** True where another tree would have given the same answers. */
export function unchangedIn(trace: Trace, tree: FileTree): boolean {
  if (trace.treeId === tree.id) return true;
  for (const [path, seen] of trace.entries) if (describe(tree.entry(path)) !== seen) return false;
  for (const [path, seen] of trace.listings) if (describeListing(tree.list(path)) !== seen) return false;
  return true;
}

function describe(entry: TreeEntry | undefined): string {
  if (entry === undefined) return "";
  return entry.kind === "directory" ? "directory" : `${entry.kind} ${entry.id}`;
}

const describeListing = (entries: readonly TreeEntry[] | undefined): string =>
  entries === undefined ? "" : `/${entries.map((entry) => `${entry.kind} ${entry.name}`).join("/")}`;
