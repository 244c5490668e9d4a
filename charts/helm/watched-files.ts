import type { ChartFile } from "./chart/chart.ts";
import type { Watching } from "./watched-map.ts";

/** The files that `.Files` of a chart shows, with notes of what is looked at. A file counts as read once its content is asked for. */
export class WatchedFiles {
  readonly #files: ReadonlyMap<string, ChartFile>;
  readonly #watching: Watching | undefined;
  readonly #read = new Set<string>();
  #isListed = false;
  #run = -1;

  /** `watching`: default no one watches. */
  constructor(files: Iterable<ChartFile>, watching?: Watching) {
    this.#files = new Map(Array.from(files, (file) => [file.name, file]));
    this.#watching = watching;
  }

  /** How many there are; nobody looked. */
  get count(): number {
    return this.#files.size;
  }

  /** All of them: templates see which there are. */
  list(): Iterable<ChartFile> {
    this.#begin();
    this.#isListed = true;
    return this.#files.values();
  }

  /** A file whose content, or absence, a template sees. */
  find(name: string): ChartFile | undefined {
    this.#begin();
    this.#read.add(name);
    return this.#files.get(name);
  }

  /** What the template at hand looked at: names of files, and whether all names. */
  get seen(): { readonly isListed: boolean; readonly names: ReadonlySet<string> } | undefined {
    return this.#run === this.#watching?.run ? { isListed: this.#isListed, names: this.#read } : undefined;
  }

  /** What stands for the content of a file, or for the names of all; undefined where there is no such file. */
  valueOf(name: string | undefined): string | undefined {
    return name === undefined ? [...this.#files.keys()].join("\0") : this.#files.get(name)?.id;
  }

  /** Has a file counted as read without reading it, where its text is still known. */
  countRead(name: string): void {
    const file = this.#files.get(name);
    if (file !== undefined) textOf(file);
  }

  #begin(): void {
    const run = this.#watching?.run;
    if (run === undefined || this.#run === run) return;
    this.#run = run;
    this.#read.clear();
    this.#isListed = false;
  }
}

/** The text of a file, kept by its content. */
export const textOf = (file: ChartFile): string => file.parsed("text", (text) => text);
