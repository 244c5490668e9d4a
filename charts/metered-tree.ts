import type { FileTree, TreeEntry } from "../sources/file-tree.ts";
import { ReconcileError } from "../src/errors.ts";

/** What an entry of a listing weighs, and a file besides its content: finding it costs about as much as reading so many bytes. */
const ENTRY_BYTES = 64;
const FILE_BYTES = 1024;

/** A tree that weighs what is read of it, and reads no more beyond a bound. The weight is that of the content: caches do not change it. */
export class MeteredTree implements FileTree {
  readonly #tree: FileTree;
  readonly #scale: { readonly maxBytes: number; bytes: number };

  /** `scale`: the bound, or another tree that is weighed together with this one. Default no bound. */
  constructor(tree: FileTree, scale: number | MeteredTree = Infinity) {
    this.#tree = tree;
    this.#scale = typeof scale === "number" ? { maxBytes: scale, bytes: 0 } : scale.#scale;
  }

  get id(): string {
    return this.#tree.id;
  }

  /** What was read so far: bytes of files, and some for each file and each entry of a listing. */
  get bytes(): number {
    return this.#scale.bytes;
  }

  /** True once more than the bound was asked for: whatever was made of the tree since then is to be thrown away. */
  get exceeded(): boolean {
    return this.#scale.bytes > this.#scale.maxBytes;
  }

  entry(path: string): TreeEntry | undefined {
    this.#weigh(0);
    return this.#tree.entry(path);
  }

  list(path: string): readonly TreeEntry[] | undefined {
    const entries = this.#tree.list(path);
    this.#weigh((entries?.length ?? 0) * ENTRY_BYTES);
    return entries;
  }

  read(path: string): Uint8Array | undefined {
    const bytes = this.#tree.read(path);
    this.countRead(path, bytes?.length ?? 0);
    return bytes;
  }

  countRead(_path: string, bytes: number): void {
    this.#weigh(FILE_BYTES + bytes);
  }

  #weigh(bytes: number): void {
    this.#scale.bytes += bytes;
    if (this.exceeded) throw new ReconcileError("LIMIT_EXCEEDED", `more than ${this.#scale.maxBytes} bytes are read`);
  }
}
