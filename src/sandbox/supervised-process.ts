import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { SOURCE_DIR } from "./cache-dir.ts";

/** What to run under supervision. */
export interface SupervisedCommand {
  /** Program and arguments; absent: nothing runs, the supervisor only removes folders at the end. */
  readonly command?: readonly string[];
  /** Folders removed when the supervisor ends. */
  readonly remove?: readonly string[];
  /** Path of the Go supervisor; absent: the Node script, which costs more memory. */
  readonly supervisor?: string | undefined;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where its output goes: appended to a file, or handed to us in pieces. */
  readonly output: { readonly file: string } | { readonly onText: (text: string) => void };
}

/** A running supervisor with its command. */
export interface SupervisedProcess {
  /** Process id of the supervisor; its command is in a process group of its own. */
  readonly pid: number | undefined;
  /** The exit code once it ended, else undefined. */
  readonly exitCode: () => number | undefined;
  /** Resolves with the exit code, 1 when a signal ended it. Never rejects. */
  readonly ended: Promise<number>;
  /** Kills the command (SIGKILL), removes the folders, and waits for all of it. */
  stop(): Promise<void>;
}

const STOP_DEADLINE_MS = 10_000;

/**
 * Starts a command that cannot outlive this process: its supervisor holds the read end of a pipe that only we can write
 * to, and kills when the kernel closes it, be it by `stop`, by an exit or by SIGKILL. Detached, so that Ctrl-C in a
 * terminal reaches only us and we decide what it means.
 */
export function startSupervised(options: SupervisedCommand): SupervisedProcess {
  const [file, ...args] = commandLine(options);
  const log = "file" in options.output ? openSync(options.output.file, "a") : undefined;
  const stdio: StdioOptions = ["pipe", log ?? "pipe", log ?? "pipe"];
  const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env, stdio, detached: true });
  if (log !== undefined) closeSync(log);
  if ("onText" in options.output) forwardText(child, options.output.onText);
  return supervised(child);
}

function commandLine({ supervisor, remove = [], command }: SupervisedCommand): [string, ...string[]] {
  const own = remove.flatMap((dir) => ["--remove", dir]);
  const rest = command === undefined ? own : [...own, "--", ...command];
  return supervisor === undefined ? [process.execPath, join(SOURCE_DIR, "supervise.mjs"), ...rest] : [supervisor, ...rest];
}

function forwardText(child: ChildProcess, onText: (text: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", onText);
}

function supervised(child: ChildProcess): SupervisedProcess {
  let exitCode: number | undefined;
  const ended = new Promise<number>((resolve) => {
    const finish = (code: number): void => resolve((exitCode = code));
    child.on("error", () => finish(127));
    child.on("close", (code) => finish(code ?? 1));
  });
  // The supervisor may be gone already when its pipe is closed.
  child.stdin?.on("error", () => undefined);
  return {
    pid: child.pid,
    ended,
    exitCode: () => exitCode,
    stop: async () => {
      child.stdin?.end();
      const deadline = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE_MS);
      await ended;
      clearTimeout(deadline);
    },
  };
}
