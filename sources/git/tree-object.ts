/**
 * Tree objects: *( mode SP name NUL oid ), mode in octal digits, oid as 20 bytes. isomorphic-git reads them too, but
 * only asynchronously; tests compare the two.
 */
import { isUtf8 } from "node:buffer";
import { ReconcileError } from "../../src/errors.ts";
import type { TreeEntry } from "../file-tree.ts";

/** 100664 is what old versions of Git wrote, the leading zero what some other tools write. */
const KINDS: Readonly<Record<string, TreeEntry["kind"]>> = {
  "100644": "file",
  "100755": "file",
  "100664": "file",
  "40000": "directory",
  "040000": "directory",
  "120000": "symlink",
  "160000": "submodule",
};

/** Characters that some file systems leave out of names, so that `.g\u200cit` would be `.git`. */
const IGNORED_IN_NAMES = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * The entries of a tree in its own order. Throws GIT_PACK_INVALID when it is malformed or has an entry that no
 * honest tree has: `.`, `..`, `.git` in any spelling, a slash, a backslash, a name twice, an unknown mode.
 */
export function parseTree(data: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const names = new Set<string>();
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const nul = data.indexOf(0, at);
    if (space < 0 || nul < space || nul + 21 > data.length) throw new ReconcileError("GIT_PACK_INVALID", "the tree is malformed");
    const name = decodeName(data.subarray(space + 1, nul));
    const problem = names.has(name) ? "is there twice" : unsafe(name);
    if (problem !== undefined) throw refused(name, problem);
    names.add(name);
    entries.push({ name, kind: kindOf(data.toString("latin1", at, space), name), id: data.toString("hex", nul + 1, nul + 21) });
    at = nul + 21;
  }
  return entries;
}

/** Names are bytes to Git; what is not UTF-8 is taken as Latin-1 so that every name stays distinct. */
function decodeName(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? "utf8" : "latin1");
}

function unsafe(name: string): string | undefined {
  if (name === "") return "has no name";
  if (name.includes("/")) return "has a slash in its name";
  const visible = name.replace(IGNORED_IN_NAMES, "");
  if (visible === "." || visible === "..") return "leads out of its directory";
  const [stem = ""] = visible.split(":");
  const folded = stem.toLowerCase().replace(/[. ]+$/, "");
  return folded === ".git" || /^git~\d+$/.test(folded) ? "is a spelling of .git" : undefined;
}

function kindOf(mode: string, name: string): TreeEntry["kind"] {
  const kind = Object.hasOwn(KINDS, mode) ? KINDS[mode] : undefined;
  if (kind === undefined) throw refused(name, `has the unknown mode ${JSON.stringify(mode.slice(0, 12))}`);
  return kind;
}

function refused(name: string, problem: string): ReconcileError {
  return new ReconcileError("GIT_PACK_INVALID", `the entry ${JSON.stringify(name.slice(0, 100))} ${problem}; such a tree is not used, remove the entry from the repository`);
}
