import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DirectoryTree } from "../../sources/directory-tree.ts";
import type { FileTree } from "../../sources/file-tree.ts";

/** A root of the corpus. */
export interface CorpusRoot {
  /** Folder of its repository, below the corpus. */
  readonly repository: string;
  /** Its own folder, below the corpus. */
  readonly dir: string;
  /** Its own folder, below that of its repository. */
  readonly path: string;
  readonly loadRestriction: "None" | "RootOnly";
  /** Of what `kustomize build` prints; empty where that fails. */
  readonly sha256: string;
  /** Length of what it prints. */
  readonly bytes: number;
}

/** An entry of index.json or failing.json; `dir` is the repository's folder followed by `path`. */
interface Entry {
  readonly dir: string;
  readonly path: string;
  readonly sha256?: string;
  readonly bytes?: number;
  readonly flags?: readonly string[];
}

/** The roots that a file of the corpus names; none where there is no such file. */
export function corpusRoots(corpus: string, file: "index.json" | "failing.json" = "index.json"): CorpusRoot[] {
  if (!existsSync(join(corpus, file))) return [];
  const entries = JSON.parse(readFileSync(join(corpus, file), "utf8")) as Entry[]; // of the corpus
  return entries.map(({ dir, path, flags = [], sha256 = "", bytes = 0 }) => {
    const repository = path === "" ? dir : dir.slice(0, -path.length - 1);
    return { repository, dir, path, sha256, bytes, loadRestriction: flags.length > 0 ? "None" : "RootOnly" };
  });
}

/** The tree of each repository of the corpus, opened once. */
export function repositoryTrees(corpus: string): (repository: string) => FileTree {
  const trees = new Map<string, FileTree>();
  return (repository) => {
    const tree = trees.get(repository) ?? new DirectoryTree(join(corpus, repository));
    trees.set(repository, tree);
    return tree;
  };
}
