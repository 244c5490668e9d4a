import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join } from "node:path";
import { ReconcileError } from "../src/errors.ts";
import type { FileTree, TreeEntry } from "./file-tree.ts";
import { hashObject } from "./git/oid.ts";

/** Bounds on a directory that is rendered. */
export interface DirectoryLimits {
  /** Largest file, in bytes (default 64 MiB). */
  readonly maxFileBytes: number;
  /** Most entries of one directory (default 100,000). */
  readonly maxEntries: number;
  /** Deepest nesting (default 100). */
  readonly maxDepth: number;
}

const DEFAULTS: DirectoryLimits = { maxFileBytes: 64 << 20, maxEntries: 100_000, maxDepth: 100 };

/**
 * A directory of the file system as a FileTree. Ids are those that Git would give the content, computed when asked
 * for; `.git`, sockets and the like are left out, and so are empty directories, which Git does not know. No symbolic
 * link is followed. Throws PATH_NOT_FOUND when there is no such directory, LIMIT_EXCEEDED beyond a bound.
 */
export class DirectoryTree implements FileTree {
  readonly #root: string;
  readonly #limits: DirectoryLimits;
  readonly #listings = new Map<string, readonly DirectoryEntry[]>();

  constructor(root: string, limits: Partial<DirectoryLimits> = {}) {
    this.#root = root;
    this.#limits = { ...DEFAULTS, ...limits };
    if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) throw new ReconcileError("PATH_NOT_FOUND", `${root}: there is no such directory`);
  }

  get id(): string {
    return this.#treeId("", 0);
  }

  entry(path: string): TreeEntry | undefined {
    if (path === "") return new DirectoryEntry("", "directory", () => this.id);
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    return this.#entries(path.slice(0, Math.max(slash, 0)))?.find((entry) => entry.name === name);
  }

  list(path: string): readonly TreeEntry[] | undefined {
    return this.#entries(path);
  }

  read(path: string): Uint8Array | undefined {
    const kind = this.entry(path)?.kind;
    if (kind === "symlink") return readlinkSync(join(this.#root, path), "buffer");
    return kind === "file" ? this.#content(path) : undefined;
  }

  #entries(path: string): readonly DirectoryEntry[] | undefined {
    const known = this.#listings.get(path);
    if (known !== undefined) return known;
    if (path !== "" && this.entry(path)?.kind !== "directory") return undefined;
    const found = readdirSync(join(this.#root, path), { withFileTypes: true });
    if (found.length > this.#limits.maxEntries) throw new ReconcileError("LIMIT_EXCEEDED", `${path || "."}: more than ${this.#limits.maxEntries} entries in one directory`);
    const entries = found.flatMap((dirent) => this.#toEntry(path, dirent)).sort(byGitOrder);
    this.#listings.set(path, entries);
    return entries;
  }

  #toEntry(parent: string, dirent: Dirent): DirectoryEntry[] {
    const { name } = dirent;
    const path = parent === "" ? name : `${parent}/${name}`;
    if (name === ".git") return [];
    if (dirent.isDirectory()) return [new DirectoryEntry(name, "directory", () => this.#treeId(path, path.split("/").length))];
    if (dirent.isSymbolicLink()) return [new DirectoryEntry(name, "symlink", () => hashObject("blob", readlinkSync(join(this.#root, path), { encoding: "buffer" })))];
    if (!dirent.isFile()) return [];
    const isExecutable = (): boolean => ((lstatSync(join(this.#root, path), { throwIfNoEntry: false })?.mode ?? 0) & 0o100) !== 0;
    return [new DirectoryEntry(name, "file", () => hashObject("blob", this.#content(path)), isExecutable)];
  }

  #content(path: string): Buffer {
    // a symbolic link that took the place of the file meanwhile is not followed
    const descriptor = openSync(join(this.#root, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      if (fstatSync(descriptor).size > this.#limits.maxFileBytes) throw new ReconcileError("LIMIT_EXCEEDED", `${path}: the file has more than ${this.#limits.maxFileBytes} bytes`);
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  #treeId(path: string, depth: number): string {
    if (depth > this.#limits.maxDepth) throw new ReconcileError("LIMIT_EXCEEDED", `${path}: directories are nested deeper than ${this.#limits.maxDepth}`);
    const entries = (this.#entries(path) ?? []).filter((entry) => entry.kind !== "directory" || entry.id !== EMPTY_TREE);
    const parts = entries.flatMap((entry) => [Buffer.from(`${entry.mode} ${entry.name}\0`), Buffer.from(entry.id, "hex")]);
    return hashObject("tree", Buffer.concat(parts));
  }
}

/** Written out, so that to list a folder does not load what hashes. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const MODES: Readonly<Record<string, string>> = { directory: "40000", symlink: "120000", file: "100644" };

class DirectoryEntry implements TreeEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink";
  readonly #compute: () => string;
  readonly #isExecutable: () => boolean;
  #id: string | undefined;

  constructor(name: string, kind: "file" | "directory" | "symlink", compute: () => string, isExecutable: () => boolean = () => false) {
    this.name = name;
    this.kind = kind;
    this.#compute = compute;
    this.#isExecutable = isExecutable;
  }

  get mode(): string {
    return this.#isExecutable() ? "100755" : (MODES[this.kind] ?? "100644");
  }

  get id(): string {
    this.#id ??= this.#compute();
    return this.#id;
  }
}

/** Git sorts by bytes, a directory as if its name ended with a slash. */
function byGitOrder(left: DirectoryEntry, right: DirectoryEntry): number {
  const [a, b] = [gitName(left), gitName(right)];
  return BEYOND_ASCII.test(a) || BEYOND_ASCII.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : a > b ? 1 : 0;
}

const gitName = ({ name, kind }: DirectoryEntry): string => (kind === "directory" ? `${name}/` : name);
const BEYOND_ASCII = /[^\0-\x7f]/;
