import { createHash } from "node:crypto";
import { helmCases, type HelmCase } from "../../../scripts/parity/helm-cases.ts";
import { renderHelmCase } from "../../../scripts/parity/helm-rendering.ts";
import type { FileTree } from "../../../sources/file-tree.ts";
import { NOW } from "./moment.ts";

/** A file of the corpus and the text that a commit gives it. */
export interface Change {
  readonly file: string;
  readonly text: string;
}

/** A key with a number or a plain text of a few letters behind it. */
const SCALAR = /^[ \t]*[\w-]+:[ \t]+(?:(\d{1,6})|"?([A-Za-z][\w.-]{1,40})"?)[ \t]*$/;
const WORDS = new Set(["true", "false", "yes", "no", "on", "off", "null", "y", "n"]);
/** Values that are tried for each chart. */
const TRIED = 12;

/**
 * One commit that changes one value of each chart: the first one, in an order that the digest of its name picks, with which the
 * chart gives something else. A chart of which none does is left as it is.
 */
export function changeOfEveryChart(corpus: string, tree: FileTree): Change[] {
  const defaults = helmCases(corpus).filter(({ values }) => values === undefined);
  return defaults.flatMap((given) => changeOf(given, tree) ?? []);
}

function changeOf(given: HelmCase, tree: FileTree): Change | undefined {
  const file = `${given.dir}/values.yaml`;
  const before = Buffer.from(tree.read(file) ?? "").toString("utf8");
  const rendered = renderHelmCase(given, { tree, now: NOW });
  for (const text of candidates(before, given.dir)) {
    const changed = renderHelmCase(given, { tree: withFile(tree, file, text), now: NOW });
    if (changed.kind === "Text" && rendered.kind === "Text" && changed.text !== rendered.text) return { file, text };
  }
  return undefined;
}

/** Texts with one value changed, in an order that looks random. */
function candidates(text: string, name: string): string[] {
  const lines = text.split("\n");
  const places = lines.flatMap((line, index) => (changedLine(line) === undefined ? [] : [index]));
  const order = places.toSorted((left, right) => rank(name, left) - rank(name, right));
  return order.slice(0, TRIED).map((place) => lines.map((line, index) => (index === place ? (changedLine(line) ?? line) : line)).join("\n"));
}

function changedLine(line: string): string | undefined {
  const [, number, word] = SCALAR.exec(line) ?? [];
  if (number !== undefined) return line.replace(/\d+(?=[ \t]*$)/, String(Number(number) + 1));
  return word === undefined || WORDS.has(word.toLowerCase()) ? undefined : line.replace(/"?[ \t]*$/, (end) => `x${end}`);
}

const rank = (name: string, index: number): number => createHash("sha256").update(`${name} ${index}`).digest().readUInt32BE();

/** A tree with another text in one file. */
export function withFile(tree: FileTree, file: string, text: string): FileTree {
  const id = createHash("sha1").update(text).digest("hex");
  return {
    id: tree.id,
    entry: (path) => {
      const entry = tree.entry(path);
      return entry === undefined || path !== file ? entry : { name: entry.name, kind: "file", id };
    },
    list: (path) => tree.list(path)?.map((entry) => (joined(path, entry.name) === file ? { name: entry.name, kind: "file", id } : entry)),
    read: (path) => (path === file ? Buffer.from(text) : tree.read(path)),
  };
}

const joined = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);
