import { expect, test } from "vitest";
import { GitTree } from "../../../../sources/git/git-tree.ts";
import type { Directory } from "../../../../sources/git/git-tree.ts";
import { Lru } from "../../../../sources/git/lru.ts";
import type { GitObject } from "../../../../sources/git/oid.ts";

const FILES = 300;
const ROOT = "1".repeat(40);

/** A tree object of many files, all with the same content. */
function wideTree(): Buffer {
  const names = Array.from({ length: FILES }, (_, index) => `file-${String(index).padStart(4, "0")}`);
  return Buffer.concat(names.map((name) => Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.alloc(20, 2)])));
}

test("a folder that is too large for the cache is parsed once for all its files", () => {
  const reads: string[] = [];
  const read = (oid: string): GitObject => {
    reads.push(oid);
    return oid === ROOT ? { type: "tree", data: wideTree() } : { type: "blob", data: Buffer.from("content") };
  };
  const tree = new GitTree(ROOT, { read, typeOf: () => undefined }, new Lru<Directory>(1_000), "test");
  const entries = tree.list("") ?? [];
  for (const { name } of entries) tree.read(name);
  expect(entries).toHaveLength(FILES);
  expect(reads.filter((oid) => oid === ROOT)).toHaveLength(1);
});
