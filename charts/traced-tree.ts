import { createHash } from "node:crypto";
import { canonicalJson } from "../src/object/json.ts";
import type { FileTree, TreeEntry } from "../sources/file-tree.ts";
import type { Answer, Answers, ValueAnswer } from "./needs.ts";

/** Stands for a value that was an answer. */
export type Digest = string;

/** What a computation looked at in a tree. Equal answers to all of it mean an equal result. */
export interface Trace {
  readonly treeId: string;
  /** path → `kind id` of the entry (a directory: its kind alone), or "" where there was none. */
  readonly entries: ReadonlyMap<string, string>;
  /** path of a directory → the names and kinds in it; ids are recorded only where an entry is asked for or read. */
  readonly listings: ReadonlyMap<string, string>;
  /** What it was answered, by the key of the need. Default nothing. */
  readonly answers?: ReadonlyMap<string, Trace | Digest>;
}

/**
 * A tree that writes down what is looked at. `list` records names and kinds only, so that a changed file below a folder
 * that was merely searched does not count: whoever relies on the content of an entry asks `entry` or `read`.
 */
export class TracedTree implements FileTree {
  readonly #tree: FileTree;
  readonly #entries = new Map<string, string>();
  readonly #listings = new Map<string, string>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  get id(): string {
    return this.#tree.id;
  }

  entry(path: string): TreeEntry | undefined {
    const entry = this.#tree.entry(path);
    this.#entries.set(path, describe(entry));
    return entry;
  }

  list(path: string): readonly TreeEntry[] | undefined {
    const entries = this.#tree.list(path);
    this.#listings.set(path, describeListing(entries));
    return entries;
  }

  read(path: string): Uint8Array | undefined {
    this.entry(path);
    return this.#tree.read(path);
  }

  countRead(path: string, bytes: number): void {
    this.entry(path);
    this.#tree.countRead?.(path, bytes);
  }

  /** What was looked at so far. */
  get trace(): Trace {
    return { treeId: this.id, entries: this.#entries, listings: this.#listings };
  }
}

/** Answers that write down which of them were asked for, and what of them was looked at. */
export class TracedAnswers implements Answers {
  readonly #answers: Answers | undefined;
  readonly #traced = new Map<string, TracedTree>();
  readonly #values = new Map<string, Digest>();

  constructor(answers: Answers | undefined) {
    this.#answers = answers;
  }

  get(key: string): Answer | undefined {
    const answer = this.#answers?.get(key);
    if (answer === undefined) return undefined;
    if (answer.kind === "Value") {
      if (!this.#values.has(key)) this.#values.set(key, digestOf(answer));
      return answer;
    }
    const tree = this.#traced.get(key) ?? new TracedTree(answer.tree);
    this.#traced.set(key, tree);
    return { ...answer, tree };
  }

  /** What was looked at so far, by key. */
  get trace(): ReadonlyMap<string, Trace | Digest> {
    return new Map<string, Trace | Digest>([...this.#values, ...[...this.#traced].map(([key, { trace }]) => [key, trace] as const)]);
  }
}

/** True where another tree and other answers would have given the same. */
export function unchangedIn(trace: Trace, tree: FileTree, answers?: Answers): boolean {
  if (!sameTree(trace, tree)) return false;
  for (const [key, seen] of trace.answers ?? []) {
    const answer = answers?.get(key);
    if (answer === undefined || !sameAnswer(seen, answer)) return false;
  }
  return true;
}

function sameAnswer(seen: Trace | Digest, answer: Answer): boolean {
  if (typeof seen === "string") return answer.kind === "Value" && digestOf(answer) === seen;
  return answer.kind === "Tree" && sameTree(seen, answer.tree);
}

const digests = new WeakMap<ValueAnswer, Digest>();

function digestOf(answer: ValueAnswer): Digest {
  const digest = digests.get(answer) ?? createHash("sha256").update(canonicalJson(answer.value)).digest("base64");
  digests.set(answer, digest);
  return digest;
}

function sameTree(trace: Trace, tree: FileTree): boolean {
  if (trace.treeId === tree.id) return true;
  for (const [path, seen] of trace.entries) if (describe(tree.entry(path)) !== seen) return false;
  for (const [path, seen] of trace.listings) if (describeListing(tree.list(path)) !== seen) return false;
  return true;
}

function describe(entry: TreeEntry | undefined): string {
  if (entry === undefined) return "";
  return entry.kind === "directory" ? "directory" : `${entry.kind} ${entry.id}`;
}

const describeListing = (entries: readonly TreeEntry[] | undefined): string =>
  entries === undefined ? "" : `/${entries.map((entry) => `${entry.kind} ${entry.name}`).join("/")}`;
