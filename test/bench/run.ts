/** `npm run bench -- SUITE [--full] [--only=BAR]`: prints one JSON line per figure; exits with 1 when a bar is missed. */
import type { Row } from "./row.ts";

/** How a suite is run. */
export interface SuiteOptions {
  /** Measures the long rows too. */
  readonly full: boolean;
  /** Measures only rows whose bar begins with this, and what is measured together with them; the others are told as not run. Empty: all. */
  readonly only: string;
  readonly say: (text: string) => void;
}

/** Yields every row of a suite; long ones as not run without `full`. */
export type Suite = (options: SuiteOptions) => AsyncIterable<Row>;

const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  loop: async () => (await import("./suites/loop.ts")).loop,
  kustomize: async () => (await import("./suites/kustomize.ts")).kustomize,
  helm: async () => (await import("./suites/helm.ts")).helm,
  drift: async () => (await import("./suites/drift.ts")).drift,
};

const ONLY = "--only=";

const [name = "", ...flags] = process.argv.slice(2);
const load = suites[name];
if (load === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(suites).join("|")} [--full] [${ONLY}loop.4]\n`);
  process.exit(1);
}
const suite = await load();
const only = flags.find((flag) => flag.startsWith(ONLY))?.slice(ONLY.length) ?? "";
let missed = 0;
for await (const row of suite({ full: flags.includes("--full"), only, say: (text) => process.stderr.write(`# ${text}\n`) })) {
  process.stdout.write(`${JSON.stringify(row)}\n`);
  if (row.ok === false) missed += 1;
}
process.exitCode = missed === 0 ? 0 : 1;
