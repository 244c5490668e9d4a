import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { isJsonObject } from "../../object/json.ts";
import type { JsonObject } from "../../object/json.ts";
import { OPERATOR_ENVIRONMENT, OPERATOR_NODE_FLAGS } from "../../node-flags.ts";
import { startSupervised } from "../../sandbox/supervised-process.ts";
import type { SupervisedProcess } from "../../sandbox/supervised-process.ts";
import { freePort } from "../../sandbox/free-port.ts";

/** How to start the operator beside this process. */
export interface OperatorProcessOptions {
  readonly kubeconfig: string;
  readonly cacheDir: string;
  readonly logFile: string;
  readonly namespace: string;
  readonly supervisor: string | undefined;
  /** Default: the script of this process. */
  readonly script?: string | undefined;
  /** Default: one that is free. */
  readonly webhookPort?: number | undefined;
}

/** The running operator. */
export interface OperatorProcess {
  readonly httpUrl: string;
  readonly webhookUrl: string;
  /** Calls back with each log line. */
  onLog(listener: (line: JsonObject) => void): void;
  /** Resolves when the operator has read its first lists; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code when the process ends, wanted or not. */
  readonly ended: Promise<number>;
  /** Kills it and waits for its end. May be called twice. */
  stop(): Promise<void>;
}

/** Starts `driftless operator` as a process of its own, with nothing but the kubeconfig it is given. */
export async function startOperatorProcess(options: OperatorProcessOptions): Promise<OperatorProcess> {
  const [http, webhook] = [await freePort(), options.webhookPort ?? (await freePort())];
  const log = createWriteStream(options.logFile, { flags: "a" });
  const listeners = new Set<(line: JsonObject) => void>();
  const lines = new LineReader((line) => {
    const parsed = parseLine(line);
    if (parsed !== undefined) for (const listener of listeners) listener(parsed);
  });
  const child = startSupervised({
    command: commandLine(options, http, webhook),
    supervisor: options.supervisor,
    env: { ...process.env, ...OPERATOR_ENVIRONMENT },
    output: {
      onText: (text) => {
        log.write(text);
        lines.push(text);
      },
    },
  });
  return {
    httpUrl: `http://127.0.0.1:${http}`,
    webhookUrl: `http://127.0.0.1:${webhook}`,
    onLog: (listener) => void listeners.add(listener),
    ready: readiness(child, listeners, options.logFile),
    ended: child.ended,
    stop: async () => {
      await child.stop();
      if (log.closed) return;
      log.end();
      await once(log, "close");
    },
  };
}

function commandLine(options: OperatorProcessOptions, http: number, webhook: number): string[] {
  return [
    process.execPath, ...OPERATOR_NODE_FLAGS, options.script ?? process.argv[1] ?? "", "operator",
    "--kubeconfig", options.kubeconfig,
    "--cache-dir", options.cacheDir,
    "--namespace", options.namespace,
    "--http-address", `127.0.0.1:${http}`,
    "--webhook-address", `127.0.0.1:${webhook}`,
    "--allow-destinations", "127.0.0.1", // what is tried out on this machine is told on this machine
  ];
}

async function readiness(child: SupervisedProcess, listeners: Set<(line: JsonObject) => void>, logFile: string): Promise<void> {
  const ready = new Promise<void>((resolve) => {
    listeners.add((line) => {
      if (line["message"] === "operator ready") resolve();
    });
  });
  const ended = child.ended.then((code) => {
    throw new Error(`the operator ended with ${code} before it was ready; see ${logFile}`);
  });
  ended.catch(() => undefined); // after readiness nobody waits for it any more
  await Promise.race([ready, ended]);
}

function parseLine(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // a crash prints text; it is in the log file
  }
}

/** Pieces of text → lines. */
class LineReader {
  readonly #onLine: (line: string) => void;
  #rest = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#onLine(line);
  }
}
