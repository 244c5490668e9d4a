import { runCli } from "../../src/cli/index.ts";

/** Runs a command line in this process and answers with what it wrote and its exit code. */
export async function driftless(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const run = startDriftless(...args);
  const code = await run.ended;
  return { code, out: run.out(), err: run.err() };
}

/** A command line that runs in this process. */
export interface RunningCli {
  /** What it has written so far. */
  out(): string;
  err(): string;
  /** Resolves once its output matches; rejects where it ends before. */
  says(pattern: RegExp): Promise<void>;
  /** Asks it to end, as a signal would; answers with its exit code. */
  stop(): Promise<number>;
  readonly ended: Promise<number>;
}

/** Starts a command line that goes on until it is told to end. */
export function startDriftless(...args: readonly string[]): RunningCli {
  const [out, err]: [string[], string[]] = [[], []];
  const abort = new AbortController();
  const waiters = new Set<() => void>();
  const write = (text: string): void => {
    out.push(text);
    for (const look of waiters) look();
  };
  const ended = runCli(args, { stdout: { write }, stderr: { write: (text) => void err.push(text) }, env: {}, signal: abort.signal });
  const says = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(out.join(""))) return;
        waiters.delete(look);
        resolve();
      };
      waiters.add(look);
      look();
      void ended.then(() => reject(new Error(`it has ended without saying ${pattern}:\n${out.join("")}${err.join("")}`)));
    });
  const stop = (): Promise<number> => {
    abort.abort(new Error("stopped by SIGINT"));
    return ended;
  };
  return { out: () => out.join(""), err: () => err.join(""), says, stop, ended };
}
