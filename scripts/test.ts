/** `npm test`: every check and every level of tests, the fast ones first; all of them run even when one fails. */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { sumOf, summaryLine, tallyOfCheck, tallyOfVitest } from "./test-steps.ts";
import type { Tally } from "./test-steps.ts";

/** A step that takes longer is stuck; building the control plane for the first time alone takes 7 to 12 minutes. */
const STEP_LIMIT_MS = 40 * 60_000;
const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");

/** Runs a program from the project's own node_modules; answers with its exit code, 124 when it took too long. */
function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` };
    const child = spawn(join(bin, program), args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    const limit = setTimeout(() => child.kill("SIGKILL"), STEP_LIMIT_MS);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      if (signal !== null) console.error(`${program} was ended by ${signal}`);
      resolve(code ?? 124);
    });
  });
}

const check = (program: string, ...args: string[]) => async (): Promise<Tally> => tallyOfCheck(await run(program, args));

const vitest = (project: string, report: string) => async (): Promise<Tally> => {
  const outputFile = join(report, `${project}.json`);
  const exitCode = await run("vitest", ["run", "--project", project, "--maxWorkers=2", "--reporter=default", "--reporter=json", `--outputFile.json=${outputFile}`]);
  return tallyOfVitest(exitCode, await readFile(outputFile, "utf8").catch(() => undefined));
};

async function step(name: string, work: () => Promise<Tally>): Promise<Tally> {
  console.log(`\n=== ${name}`);
  const began = performance.now();
  const tally = await work();
  console.log(`=== ${name}: ${summaryLine(tally)} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  return tally;
}

const reports = await mkdtemp(join(tmpdir(), "driftless-test-"));
try {
  const tallies = [
    await step("generated files", check("node", "scripts/generate.ts", "--check")),
    await step("lint", check("oxlint", "--type-aware", "--deny-warnings", "src", "sources", "drift", "charts", "reconciler", "test", "scripts")),
    await step("types", check("tsc", "--noEmit")),
  ];
  for (const project of ["unit", "golden", "contract", "integration", "e2e"]) {
    if (globSync(`test/${project}/**/*.test.ts`, { cwd: root }).length === 0) continue; // a level that nothing needed yet
    tallies.push(await step(project, vitest(project, reports)));
  }
  const sum = sumOf(tallies);
  if (sum.skipped.length > 0) console.log(`\nskipped:\n${sum.skipped.map((name) => `  ${name}`).join("\n")}`);
  console.log(`\n${summaryLine(sum)}`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
} finally {
  await rm(reports, { recursive: true, force: true });
}
