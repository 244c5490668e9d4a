import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DirectoryTree } from "../../../sources/directory-tree.ts";
import type { FileTree } from "../../../sources/file-tree.ts";

/** A root of the corpus that kustomize builds. */
export interface CorpusRoot {
  /** Folder of its repository, below the corpus. */
  readonly repository: string;
  /** Its own folder, below the corpus. */
  readonly dir: string;
  /** Its own folder, below that of its repository. */
  readonly path: string;
  readonly loadRestriction: "None" | "RootOnly";
  /** Of what `kustomize build` prints. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The roots that index.json names. */
export function corpusRoots(corpus: string): CorpusRoot[] {
  const entries = JSON.parse(readFileSync(join(corpus, "index.json"), "utf8")) as (CorpusRoot & { flags: readonly string[] })[]; // of the corpus
  return entries.map(({ dir, path, flags, sha256, bytes }) => {
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
