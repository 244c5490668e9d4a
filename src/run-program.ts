/** The program as it is started from a command line. */
import { constants } from "node:os";
import type { CommandContext } from "./cli/command.ts";
import { directOutput } from "./cli/direct-output.ts";

/** Runs a command with what the process has, and leaves its exit code to the process. The first signal asks to end in order, the second ends at once. */
export async function runProgram(command: (context: CommandContext) => Promise<number>): Promise<void> {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(128 + constants.signals[name]);
      stop.abort(new Error(`stopped by ${name}`));
    });
  }
  const ask = async (question: string): Promise<string> => (await import("./cli/ask.ts")).askAtTerminal(question, stop.signal);
  const code = await command({
    stdout: directOutput(1, () => process.stdout),
    stderr: directOutput(2, () => process.stderr),
    env: process.env,
    signal: stop.signal,
    /** To look at the input loads what reads it, which most commands do without. */
    get ask() {
      return process.stdin.isTTY && process.stdout.isTTY ? ask : undefined;
    },
  });
  /** Who was told to stop does not wait for a connection that nobody answers on. */
  if (stop.signal.aborted) process.exit(code);
  process.exitCode = code;
}
