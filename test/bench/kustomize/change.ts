import { createHash } from "node:crypto";
import { basename } from "node:path";
import { ParseCache } from "../../../charts/parse-cache.ts";
import { render } from "../../../charts/render.ts";
import { TracedTree } from "../../../charts/traced-tree.ts";
import type { FileTree } from "../../../sources/file-tree.ts";
import { canonicalJson } from "../../../src/object/json.ts";
import { parseYaml } from "../../../src/object/yaml.ts";
import { repositoryTrees, type CorpusRoot } from "../../../scripts/parity/roots.ts";

/** Files of the corpus by path, with the text that a commit gives them. */
export type Change = ReadonlyMap<string, string>;

/**
 * One commit that touches every root: for each that is not touched yet, one of the YAML files that its render reads, whichever
 * the digest of its name picks. A comment is added: the file is another one, and what kustomize builds stays known.
 */
export function changeOfEveryRoot(corpus: string, roots: readonly CorpusRoot[], comment: string): Change {
  const treeOf = repositoryTrees(corpus);
  const cache = new ParseCache(128 << 20);
  const change = new Map<string, string>();
  for (const root of roots) {
    const { repository } = root;
    const tree = treeOf(repository);
    const files = filesRead(tree, root, cache);
    if (files.some((file) => change.has(`${repository}/${file}`))) continue;
    const chosen = pick(files.filter(isNoData(tree, files)).flatMap((file) => withComment(tree, file, comment)), root.dir);
    if (chosen !== undefined) change.set(`${repository}/${chosen.file}`, chosen.text);
  }
  return change;
}

/** The YAML files that the render of a root depends on. */
function filesRead(tree: FileTree, { path, loadRestriction }: CorpusRoot, cache: ParseCache): string[] {
  const traced = new TracedTree(withoutId(tree));
  try {
    render(traced, { path, loadRestriction }, cache);
  } catch {
    // what it read before it failed counts all the same
  }
  return [...traced.trace.entries].filter(([file, entry]) => entry.startsWith("file ") && (isKustomization(file) || /\.ya?ml$/.test(file))).map(([file]) => file);
}

/** The id of a folder on disk is the digest of all that is in it, which nobody needs here. */
const withoutId = (tree: FileTree): FileTree => ({ id: "", entry: (path) => tree.entry(path), list: (path) => tree.list(path), read: (path) => tree.read(path) });

interface Changed {
  readonly file: string;
  readonly text: string;
}

/** Nothing where a comment at the end would be part of a text. */
function withComment(tree: FileTree, file: string, comment: string): Changed[] {
  const before = textOf(tree, file);
  const after = `${before}${before.endsWith("\n") ? "" : "\n"}# ${comment}\n`;
  return valuesOf(before) === valuesOf(after) ? [{ file, text: after }] : [];
}

const textOf = (tree: FileTree, file: string): string => Buffer.from(tree.read(file) ?? "").toString("utf8");

const isKustomization = (file: string): boolean => /(?:^|\/)[Kk]ustomization(?:\.ya?ml)?$/.test(file);

/** False for what a generator takes as data: there a comment would change what is built. */
function isNoData(tree: FileTree, files: readonly string[]): (file: string) => boolean {
  const texts = files.filter(isKustomization).map((file) => textOf(tree, file));
  return (file) => isKustomization(file) || !texts.some((text) => /^(?:configMap|secret)Generator:/m.test(text) && text.includes(basename(file)));
}

function valuesOf(text: string): string {
  try {
    return parseYaml(text, "before").map(({ value }) => canonicalJson(value)).join("\n");
  } catch {
    return text;
  }
}

const pick = (changes: readonly Changed[], name: string): Changed | undefined => changes[createHash("sha256").update(name).digest().readUInt32BE() % changes.length];
