/** The cases that `driftless` and `kustomize build` are compared on: see ../shared/corpus/README.md for their form. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { RenderOptions } from "../../charts/render.ts";
import { DirectoryTree } from "../../sources/directory-tree.ts";
import type { FileTree } from "../../sources/file-tree.ts";
import { isJsonObject } from "../../src/object/json.ts";
import { TOOLS } from "../../src/sandbox/versions.ts";
import { memoryTree } from "../../test/support/memory-tree.ts";

/** `trees`: roots that kustomize builds. `failing`: roots that it refuses. `krusty`: cases of its own suite. */
export const SETS = ["trees", "failing", "krusty"] as const;
/** Name of a set of cases. */
export type SetName = (typeof SETS)[number];

/** What kustomize makes of a case: a text, the digest of a text, or an error. */
export type Expected = { readonly kind: "Text"; readonly text: string } | { readonly kind: "Digest"; readonly sha256: string } | { readonly kind: "Error" };

/** One thing to build. */
export interface ParityCase {
  readonly set: SetName;
  readonly name: string;
  readonly tree: FileTree;
  readonly options: RenderOptions;
  readonly expected: Expected;
  /** How the reference is run on it: a folder of the file system, or files that are to be written first. */
  readonly source: { readonly dir: string } | { readonly files: Readonly<Record<string, string>> };
}

/** An entry of index.json or failing.json; `dir` is the repository's folder followed by `path`. */
interface Root {
  readonly dir: string;
  readonly path: string;
  readonly sha256?: string;
  readonly flags?: readonly string[];
}

/** A case of krusty.json. */
interface KrustyCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly root: string;
  readonly options: Readonly<Record<string, string | boolean>>;
  readonly expected: string | null;
  readonly expectedError?: unknown;
}

/** The roots of `index.json` and `failing.json` in a folder; a missing file has none. */
export function corpusCases(folder: string): ParityCase[] {
  const trees = new Map<string, FileTree>();
  return [...readRoots(folder, "index.json", "trees", trees), ...readRoots(folder, "failing.json", "failing", trees)];
}

function readRoots(folder: string, file: string, set: SetName, trees: Map<string, FileTree>): ParityCase[] {
  const path = join(folder, file);
  if (!existsSync(path)) return [];
  const roots = JSON.parse(readFileSync(path, "utf8")) as Root[]; // of the corpus
  return roots.map(({ dir, path, sha256, flags = [] }) => {
    const repository = path === "" ? dir : dir.slice(0, dir.length - path.length - 1);
    const tree = trees.get(repository) ?? new DirectoryTree(join(folder, repository));
    trees.set(repository, tree);
    const expected: Expected = sha256 === undefined ? { kind: "Error" } : { kind: "Digest", sha256 };
    return { set, name: dir, tree, options: { path, loadRestriction: flags.length > 0 ? "None" : "RootOnly" }, expected, source: { dir: join(folder, dir) } };
  });
}

/** The cases of krusty.json; none where there is no such file. */
export function krustyCases(path: string): ParityCase[] {
  if (!existsSync(path)) return [];
  const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: KrustyCase[] }; // of the corpus
  return cases.map((given) => {
    const files = filesOf(given);
    const loadRestriction = given.options["LoadRestrictions"] === "LoadRestrictionsNone" ? "None" : "RootOnly";
    const expected: Expected = given.expectedError === undefined && given.expected !== null ? { kind: "Text", text: given.expected.replaceAll(TEST_VERSION, VERSION) } : { kind: "Error" };
    return { set: "krusty", name: given.name, tree: memoryTree(files), options: { path: given.root, loadRestriction }, expected, source: { files } };
  });
}

/** What the suite's build calls itself, and what the release does. */
const TEST_VERSION = "kustomize-(test)";
const VERSION = `kustomize-${TOOLS.kustomize.version}`;

const KUSTOMIZATIONS = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** The suite's harness keeps objects in the order of input unless the kustomization says otherwise; the command would sort them. */
function filesOf({ files, root, options }: KrustyCase): Record<string, string> {
  const relative = Object.fromEntries(Object.entries(files).map(([path, text]) => [path.replace(/^\/+/, ""), text]));
  const path = KUSTOMIZATIONS.map((name) => (root === "." ? name : `${root}/${name}`)).find((path) => relative[path] !== undefined);
  if (path === undefined || options["Reorder"] !== "none") return relative;
  return { ...relative, [path]: inInputOrder(relative[path] ?? "") };
}

function inInputOrder(text: string): string {
  try {
    const value = load(text, { json: true }); // a key may be there twice
    return !isJsonObject(value) || "sortOptions" in value ? text : `${text.trimEnd()}\nsortOptions:\n  order: fifo\n`;
  } catch {
    return text; // it is there to be refused
  }
}
