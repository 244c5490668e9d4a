import { formatDuration } from "../../api/duration.ts";
import type { CommandContext } from "../command.ts";
import type { Palette } from "../terminal.ts";
import { paletteFor, printable, symbols } from "../terminal.ts";

/** How one step of the story ended. */
export interface StepRecord {
  readonly title: string;
  readonly ok: boolean;
  readonly durationMs: number;
}

/** Tells the story line by line and keeps the times for the summary. */
export class Narrator {
  readonly #context: CommandContext;
  readonly #palette: Palette;
  readonly #steps: StepRecord[] = [];

  constructor(context: CommandContext) {
    this.#context = context;
    this.#palette = paletteFor(context.stdout, context.env);
  }

  /** The steps told so far. */
  get steps(): readonly StepRecord[] {
    return this.#steps;
  }

  /** Opens a chapter. */
  chapter(title: string): void {
    this.#line(`\n${this.#palette.bold(title)}`);
  }

  /** What somebody types. */
  command(text: string): void {
    this.#line(`  ${this.#palette.cyan(`$ ${printable(text)}`)}`);
  }

  /** Something that was seen. `ms`: how long after the cause. */
  saw(text: string, ms?: number): void {
    this.#line(`  ${this.#palette.green(symbols.ok)} ${printable(text)}${ms === undefined ? "" : this.#palette.dim(`  ${formatDuration(ms)}`)}`);
  }

  /** An aside. */
  note(text: string): void {
    for (const line of text.split("\n")) this.#line(`    ${this.#palette.dim(printable(line))}`);
  }

  /** Something that people should not overlook. */
  warn(text: string): void {
    this.#line(`  ${this.#palette.yellow("!")} ${printable(text)}`);
  }

  /** Runs one step; its time and end go into the summary. Rethrows what it throws. */
  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      const result = await work();
      this.#steps.push({ title, ok: true, durationMs: performance.now() - began });
      return result;
    } catch (error) {
      this.#steps.push({ title, ok: false, durationMs: performance.now() - began });
      this.#line(`  ${this.#palette.red(symbols.failed)} ${title}`);
      throw error;
    }
  }

  /** The steps with their times. */
  summary(): void {
    this.chapter("Summary");
    for (const { title, ok, durationMs } of this.#steps) {
      const mark = ok ? this.#palette.green(symbols.ok) : this.#palette.red(symbols.failed);
      this.#line(`  ${mark} ${formatDuration(durationMs).padStart(7)}  ${title}`);
    }
    const total = this.#steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
    this.#line(`    ${formatDuration(total).padStart(7)}  in all`);
  }

  #line(text: string): void {
    this.#context.stdout.write(`${text}\n`);
  }
}
