import { runCli } from "../../src/cli/index.ts";

/** Runs a command line in this process and answers with what it wrote and its exit code. */
export async function driftless(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    stdout: { write: (text) => void out.push(text) },
    stderr: { write: (text) => void err.push(text) },
    env: {},
    signal: new AbortController().signal,
  });
  return { code, out: out.join(""), err: err.join("") };
}
