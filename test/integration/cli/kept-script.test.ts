import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

const MODULE = fileURLToPath(new URL("../../../src/kept-script.ts", import.meta.url));
let folder: string;
let script: string;
let cache: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftless-test-"));
  script = join(folder, "script.cjs");
  await writeFile(script, '(function (require) { "use strict"; function later() { return require("node:path").join("a", "b"); } setTimeout(() => console.log(later()), 1); })');
});
beforeEach(async () => {
  cache = await mkdtemp(join(folder, "cache-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a process that runs the script prints. */
async function run(dir: string): Promise<string> {
  const program = `import { runKeptScript } from ${JSON.stringify(MODULE)}; runKeptScript(${JSON.stringify(script)}, ${JSON.stringify(dir)});`;
  return (await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program])).stdout;
}

async function kept(): Promise<Buffer | undefined> {
  const [name] = await readdir(cache);
  return name === undefined ? undefined : readFile(join(cache, name));
}

test("a script runs, and what V8 made of it is added to by the first four runs", async () => {
  const runs: (number | undefined)[] = [];
  while (runs.length < 6) {
    expect(await run(cache)).toBe("a/b\n");
    runs.push((await kept())?.at(-1));
  }
  expect(runs).toEqual([1, 2, 3, 4, 4, 4]);
  expect(await readdir(cache)).toHaveLength(1);
});

test.each([["of something else", "no code"], ["that is empty", ""]])("a kept file %s is made anew", async (_, content) => {
  await run(cache);
  const [name = ""] = await readdir(cache);
  await writeFile(join(cache, name), content);
  expect(await run(cache)).toBe("a/b\n");
  expect((await kept())?.at(-1)).toBe(1);
});

test("where nothing can be kept the script runs all the same", async () => {
  expect(await run(join(script, "no-folder"))).toBe("a/b\n");
});

test("what is kept of other builds goes, but for the three that were written last, and what Node keeps of modules stays", async () => {
  const ages = [5, 4, 3, 2, 1];
  for (const age of ages) {
    const path = join(cache, `driftless-chart-${age}.cjs-v24.0.0-x64`);
    await writeFile(path, "");
    await utimes(path, 1_000_000 - age, 1_000_000 - age);
  }
  await writeFile(join(cache, "v24.0.0-x64-abc"), "");
  await run(cache);
  const names = (await readdir(cache)).filter((name) => !name.startsWith("script.cjs-"));
  expect(names.toSorted()).toEqual([1, 2, 3].map((age) => `driftless-chart-${age}.cjs-v24.0.0-x64`).concat("v24.0.0-x64-abc"));
});
