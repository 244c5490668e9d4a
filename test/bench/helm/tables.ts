import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { measured, type Bar, type Row } from "../row.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TESTS = "test/unit/charts/helm";

/** Bar of the tables of Go, Sprig and Helm; the tests that read them name what is answered otherwise, and why. */
export const tablesBar: Bar = { bar: "helm.3", what: "tests of the Go template, format, Sprig, Helm, semver and YAML tables of the corpus that pass", unit: "%", limit: ">=100" };

interface Report {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
}

/** Runs the tests that read tables of the corpus. */
export async function measureTables(say: (text: string) => void): Promise<readonly Row[]> {
  const files = await testsWithTables();
  say(`tables are read by ${files.join(", ")}`);
  const folder = await mkdtemp(join(tmpdir(), "driftless-bench-"));
  try {
    const output = join(folder, "report.json");
    await promisify(execFile)(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--project", "unit", "--reporter=json", `--outputFile=${output}`, ...files], { cwd: ROOT }).catch(() => undefined); // the report tells what failed
    const { numTotalTests, numPassedTests } = JSON.parse(await readFile(output, "utf8")) as Report; // of vitest
    return [measured(tablesBar, (numPassedTests / numTotalTests) * 100, numTotalTests)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function testsWithTables(): Promise<string[]> {
  const names = await readdir(join(ROOT, TESTS), { recursive: true });
  const tests = names.filter((name) => name.endsWith(".test.ts")).map((name) => `${TESTS}/${name}`).sort();
  const texts = await Promise.all(tests.map((path) => readFile(join(ROOT, path), "utf8")));
  return tests.filter((_, index) => texts[index]?.includes("corpusPath(") === true);
}
