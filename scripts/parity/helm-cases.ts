/** The runs of `helm template` that the corpus records: see ../shared/corpus/README.md for their form. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One chart with one set of values. */
export interface HelmCase {
  /** `bitnami-charts__redis`, or with the values file behind it. */
  readonly name: string;
  /** Folder of the corpus. */
  readonly corpus: string;
  /** Folder of the chart, below the corpus. */
  readonly dir: string;
  /** Values file, below the chart's folder; undefined for the chart's own values. */
  readonly values: string | undefined;
  /** What helm makes of it: undefined where it fails. */
  readonly sha256: string | undefined;
  readonly bytes: number;
  /** False where a second run of helm gives something else. */
  readonly isDeterministic: boolean;
}

interface Chart {
  readonly dir: string;
  readonly runs: readonly { readonly values: string | null; readonly ok: boolean; readonly bytes?: number; readonly sha256?: string; readonly deterministic?: boolean }[];
}

/** All runs of the corpus in a folder. */
export function helmCases(corpus: string): HelmCase[] {
  const charts = JSON.parse(readFileSync(join(corpus, "index.json"), "utf8")) as Chart[]; // of the corpus
  return charts.flatMap(({ dir, runs }) =>
    runs.map(({ values, ok, bytes = 0, sha256, deterministic = true }) => ({
      name: values === null ? dir : `${dir} ${values}`,
      corpus,
      dir,
      values: values ?? undefined,
      sha256: ok ? sha256 : undefined,
      bytes,
      isDeterministic: deterministic,
    })),
  );
}
