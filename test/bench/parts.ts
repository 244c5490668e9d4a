import { messageOf } from "../../src/errors.ts";
import { failed, skipped } from "./row.ts";
import type { Bar, Row } from "./row.ts";
import type { SuiteOptions } from "./run.ts";

/** Rows that are measured together. */
export interface Part {
  readonly bars: readonly Bar[];
  readonly run: () => Promise<readonly Row[]>;
  /** Only with `--full`. Default false. */
  readonly long?: boolean;
}

/** Every row of these parts, in their order: one that cannot be measured is told as failed, with the reason. */
export async function* rowsOf(parts: readonly Part[], { full, only }: SuiteOptions): AsyncGenerator<Row> {
  for (const { bars, run, long = false } of parts) {
    if (!bars.some(({ bar }) => bar.startsWith(only))) yield* bars.map((bar) => skipped(bar, "--only"));
    else if (long && !full) yield* bars.map((bar) => skipped(bar, "--full"));
    else yield* await guarded(bars, run);
  }
}

async function guarded(bars: readonly Bar[], run: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  try {
    return await run();
  } catch (error) {
    return bars.map((bar) => failed(bar, messageOf(error)));
  }
}
