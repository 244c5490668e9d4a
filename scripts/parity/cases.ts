/** The cases that `driftless` and `kustomize build` are compared on: see ../shared/corpus/README.md for their form. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { RenderOptions } from "../../charts/render.ts";
import type { FileTree } from "../../sources/file-tree.ts";
import { isJsonObject } from "../../src/object/json.ts";
import { TOOLS } from "../../src/sandbox/versions.ts";
import { memoryTree } from "../../test/support/memory-tree.ts";
import { corpusRoots, repositoryTrees, type CorpusRoot } from "./roots.ts";

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
  const treeOf = repositoryTrees(folder);
  const caseOf = (set: SetName, { repository, dir, path, loadRestriction, sha256 }: CorpusRoot): ParityCase => {
    const expected: Expected = set === "failing" ? { kind: "Error" } : { kind: "Digest", sha256 };
    return { set, name: dir, tree: treeOf(repository), options: { path, loadRestriction }, expected, source: { dir: join(folder, dir) } };
  };
  return [...corpusRoots(folder).map((root) => caseOf("trees", root)), ...corpusRoots(folder, "failing.json").map((root) => caseOf("failing", root))];
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
