/** `npm run bench -- SUITE [--full]`: prints one JSON line per figure; exits with 1 when a bar is missed. */
import type { Row } from "./row.ts";

/** Yields every row of a suite; long ones only with `full`. */
export type Suite = (options: { readonly full: boolean; readonly say: (text: string) => void }) => AsyncIterable<Row>;

const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  loop: async () => (await import("./suites/loop.ts")).loop,
};

const [name = "", ...flags] = process.argv.slice(2);
const load = suites[name];
if (load === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(suites).join("|")} [--full]\n`);
  process.exit(1);
}
const suite = await load();
let missed = 0;
for await (const row of suite({ full: flags.includes("--full"), say: (text) => process.stderr.write(`# ${text}\n`) })) {
  process.stdout.write(`${JSON.stringify(row)}\n`);
  if (row.ok === false) missed += 1;
}
process.exitCode = missed === 0 ? 0 : 1;
