/** One figure of a benchmark, as one line of JSON. */
export interface Row {
  readonly bar: string;
  readonly what: string;
  readonly value: number | null;
  readonly unit: string;
  readonly limit: string;
  /** null: not run, see `why`. */
  readonly ok: boolean | null;
  readonly n: number;
  readonly why?: string;
}

/** A bar to hold: `<=0.6` or `>=50`. */
export interface Bar {
  readonly bar: string;
  readonly what: string;
  readonly unit: string;
  readonly limit: `<=${number}` | `>=${number}`;
}

/** The row of a measured value, rounded to three digits after the point. */
export function measured({ bar, what, unit, limit }: Bar, value: number, n: number): Row {
  const bound = Number(limit.slice(2));
  return { bar, what, value: Number(value.toFixed(3)), unit, limit, ok: limit.startsWith("<=") ? value <= bound : value >= bound, n };
}

/** The row of a bar that could not be measured. */
export function failed({ bar, what, unit, limit }: Bar, why: string): Row {
  return { bar, what, value: null, unit, limit, ok: false, n: 0, why };
}

/** The row of a bar that this run does not measure; `why` names the flag that decides it. */
export function skipped({ bar, what, unit, limit }: Bar, why: "--full" | "--only"): Row {
  return { bar, what, value: null, unit, limit, ok: null, n: 0, why };
}

/** The value below which this share (0 to 1) of the samples lies; nearest rank. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
