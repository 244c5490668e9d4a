/** What a path of a tree is. `id` is the Git object id: equal ids mean equal content, whatever the revision. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink" | "submodule";
  readonly id: string;
}

/**
 * A read-only tree of files, as one commit has it. Paths are relative, separated by `/`, without `.` and `..`;
 * the root is the empty path. Symbolic links are entries, never followed here. Reading is synchronous and bounded:
 * the content was verified when it was fetched.
 */
export interface FileTree {
  /** Git id of the root tree. */
  readonly id: string;
  /** The entry at a path, or undefined. */
  entry(path: string): TreeEntry | undefined;
  /** The entries of a directory in Git's order, or undefined where there is no directory. */
  list(path: string): readonly TreeEntry[] | undefined;
  /** The bytes of a file, or the target of a symbolic link as it is written; undefined where there is neither. */
  read(path: string): Uint8Array | undefined;
  /** Told of a file that counts as read although what was made of its bytes is at hand; for trees that weigh, or write down, what is read. */
  countRead?(path: string, bytes: number): void;
}
