import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { JsonObject } from "../../src/object/json.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** An operator without a supervisor in between, so that signals reach it. It ends with the test, or the stack. */
export interface OperatorChild {
  readonly process: ChildProcess;
  /** Its exit code; null: a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Its log so far. */
  readonly lines: readonly JsonObject[];
  /** Resolves with the first line that says this; rejects when the operator ends without it. */
  says(message: string): Promise<JsonObject>;
}

/** Starts `driftless operator`. `stack`: what ends it, for one that outlives a test. `program`: default src/main.ts. */
export function startOperatorChild(kubeconfig: string, cacheDir: string, stack?: AsyncDisposableStack, program = MAIN): OperatorChild {
  const args = ["--kubeconfig", kubeconfig, "--cache-dir", cacheDir, "--http-address", "127.0.0.1:0", "--webhook-address", "127.0.0.1:0", "--allow-destinations", "127.0.0.1"];
  const child = spawn(process.execPath, [program, "operator", ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const end = (): void => void child.kill("SIGKILL");
  if (stack === undefined) onTestFinished(end);
  else stack.defer(end);
  const lines: JsonObject[] = [];
  const listeners = new Set<() => void>();
  createInterface(child.stderr).on("line", (line) => {
    lines.push(line.startsWith("{") ? (JSON.parse(line) as JsonObject) : { message: line }); // one object per line, save for a usage error
    for (const listener of listeners) listener();
  });
  const ended = once(child, "close").then(([code]) => code as number | null); // the event's first argument
  const says = (message: string): Promise<JsonObject> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const line = lines.find((line) => line["message"] === message);
        if (line !== undefined) resolve(line);
      };
      listeners.add(look);
      look();
      void ended.then((code) => reject(new Error(`the operator ended with ${code}: ${JSON.stringify(lines.slice(-3))}`)));
    });
  return { process: child, ended, lines, says };
}
