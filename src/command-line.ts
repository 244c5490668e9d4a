/** The program as it is started from a command line. */
import { constants } from "node:os";
import { directOutput } from "./cli/direct-output.ts";
import { runCli } from "./cli/index.ts";

/** The first signal asks to end in order, the second ends at once. */
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(128 + constants.signals[name]);
    stop.abort(new Error(`stopped by ${name}`));
  });
}

const ask = async (question: string): Promise<string> => (await import("./cli/ask.ts")).askAtTerminal(question, stop.signal);

/** No `await` at the top: what is loaded as a script has none. */
async function run(): Promise<void> {
  const code = await runCli(process.argv.slice(2), {
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

void run();
