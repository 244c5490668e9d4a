import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../../../src/main.ts");

/** Runs the program in a process of its own; `deaf`: nobody reads what it prints. */
function run(args: readonly string[], options: { deaf?: boolean; env?: NodeJS.ProcessEnv } = {}): Promise<{ code: number | null; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...options.env } });
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => void (err += chunk.toString()));
    if (options.deaf === true) child.stdout.destroy();
    else child.stdout.resume();
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, err }));
  });
}

test("a reader that goes away is no error", async () => {
  expect(await run(["install"], { deaf: true })).toEqual({ code: 0, err: "" });
});

test("a mistake is one line and exit code 1", async () => {
  expect(await run(["render", "a", "--repo", "b"])).toEqual({ code: 1, err: "error: give a folder or --repo, not both\n(add --help to see what the command takes)\n" });
});

test("the stack is told only to who asks for it", async () => {
  const { code, err } = await run(["render", "a", "--repo", "b"], { env: { DRIFTLESS_DEBUG: "1" } });
  expect(code).toBe(1);
  expect(err).toMatch(/^error: give a folder.*\nUsageError: give a folder.*\n {4}at /);
});
