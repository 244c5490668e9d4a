import { messageOf, ReconcileError } from "../../src/errors.ts";
import { parseYaml, type YamlDocument } from "../../src/object/yaml.ts";
import { compareText } from "./go/bytes.ts";
import type { TextCache } from "./text-cache.ts";
import { hookNotes } from "./hooks.ts";
import type { HelmVersion } from "./input.ts";
import { inInstallOrder } from "./kind-order.ts";
import { headOf, type ManifestHead } from "./manifest-head.ts";
import type { HelmHook, HelmManifest } from "./output.ts";
import { quickHead } from "./quick-head.ts";
import { splitManifests, type Piece } from "./split-manifests.ts";
import { lineFinder } from "./template-line.ts";

/** What a template gave. */
export interface TemplateOutput {
  /** What Helm calls the template. */
  readonly source: string;
  /** Where a person finds it. */
  readonly file: string;
  /** The template as written. */
  readonly template: string;
  readonly text: string;
  /** The template's line that wrote the character at an offset of the output; undefined where that is not known. Called for errors only. */
  readonly lineAt: (offset: number) => number | undefined;
  /** The same object stands for the same output of the same template and Helm; default no one knows. */
  readonly identity?: object | undefined;
}

/** A manifest text, read as far as it was asked for: who prints a chart needs no values. */
export class ReadManifest {
  readonly head: ManifestHead;
  readonly #text: string;
  #documents: readonly YamlDocument[] | undefined;

  /** Throws where the text is no manifest. */
  constructor(text: string) {
    this.#text = text;
    this.head = quickHead(text) ?? headOf(this.documents[0]?.value);
  }

  get documents(): readonly YamlDocument[] {
    return (this.#documents ??= parseYaml(this.#text, ""));
  }
}

/** What the outputs of all templates hold. */
export interface Sorted {
  readonly manifests: HelmManifest[];
  readonly hooks: HelmHook[];
}

/** How outputs are read. */
export interface SortOptions {
  readonly version: HelmVersion;
  readonly cache: TextCache<ReadManifest>;
  /** What was read of an output before, by what stands for it. Default nothing is. */
  readonly known?: WeakMap<object, readonly Sorting[]> | undefined;
  readonly warnings: string[];
}

/** One manifest of an output, or why it is left out. */
export type Sorting = { readonly manifest: HelmManifest } | { readonly hook: HelmHook } | { readonly warning: string };

/** Splits, reads and sorts what templates gave, as Helm does. Throws BUILD_FAILED with the template and its line for what is no YAML or no manifest. */
export function sortManifests(outputs: readonly TemplateOutput[], options: SortOptions): Sorted {
  const manifests: HelmManifest[] = [];
  const hooks: HelmHook[] = [];
  for (const output of outputs.toSorted((left, right) => compareText(left.source, right.source))) {
    for (const sorting of sortOutput(output, options)) {
      if ("manifest" in sorting) manifests.push(sorting.manifest);
      else if ("hook" in sorting) hooks.push(sorting.hook);
      else options.warnings.push(sorting.warning);
    }
  }
  const { version } = options;
  return { manifests: inInstallOrder(manifests, kindOf, version), hooks: inInstallOrder(hooks, kindOf, version) };
}

function sortOutput(output: TemplateOutput, { version, cache, known }: SortOptions): readonly Sorting[] {
  const found = output.identity === undefined ? undefined : known?.get(output.identity);
  if (found !== undefined) return found;
  const lineOf = lineFinder(output.template);
  const sorted = splitManifests(output.text, version).map((piece): Sorting => {
    const read = readPiece(output, piece, cache);
    const manifest = new Manifest(output, read, piece.text, lineOf(piece.text));
    const notes = hookNotes(read.head);
    if (notes === undefined) return { manifest };
    if (notes === "Unknown") return { warning: `${output.file}:${manifest.line}: ${manifest.kind} ${read.head.name} is left out: its annotation helm.sh/hook names an event that Helm does not have` };
    return { hook: Object.assign(manifest, notes) };
  });
  if (output.identity !== undefined) known?.set(output.identity, sorted);
  return sorted;
}

/** Its documents are read when they are first asked for. */
class Manifest implements HelmManifest {
  readonly source: string;
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly kind: string;
  readonly #read: ReadManifest;

  constructor({ source, file }: TemplateOutput, read: ReadManifest, text: string, line: number) {
    this.source = source;
    this.file = file;
    this.line = line;
    this.text = text;
    this.kind = read.head.kind;
    this.#read = read;
  }

  get documents(): readonly YamlDocument[] {
    return this.#read.documents;
  }
}

const kindOf = ({ kind }: HelmManifest): string => kind;

function readPiece(output: TemplateOutput, { text, at }: Piece, cache: TextCache<ReadManifest>): ReadManifest {
  try {
    return cache.get(text, (text) => new ReadManifest(text));
  } catch (error) {
    throw located(error, output, at, text);
  }
}

/** The error at the line of the template that made the line it is about. The document is not shown: it may hold a password. */
function located(error: unknown, { source, file, lineAt }: TemplateOutput, at: number, text: string): Error {
  const position = error instanceof ReconcileError ? error.position : undefined;
  const lineOfText = position?.line ?? 1;
  const line = lineAt(at + offsetOfLine(text, lineOfText));
  const cause = messageOf(error).replace(/^[\d:]*:? ?/, "");
  const message = `what the template ${source} makes is no manifest: line ${lineOfText} of the document: ${cause}`;
  return new ReconcileError(error instanceof ReconcileError ? error.code : "BUILD_FAILED", message, { position: { file, ...(line === undefined ? {} : { line }) }, cause: error });
}

function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let count = 1; count < line; count += 1) {
    const next = text.indexOf("\n", at);
    if (next < 0) return at;
    at = next + 1;
  }
  return at;
}
