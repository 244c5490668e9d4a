import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Assets } from "./assets.ts";
import type { RunningComponent } from "./components.ts";
import { startSupervised, type SupervisedProcess } from "./supervised-process.ts";

const TAIL_LINES = 20;
const TAIL_LINE_LENGTH = 400;

/** The processes of one control plane, by name. All work in `dir` and log to `dir/logs/NAME.log`. */
export class ComponentRunner {
  readonly #assets: Assets;
  readonly #dir: string;
  readonly #running = new Map<RunningComponent, SupervisedProcess>();
  readonly #args = new Map<RunningComponent, readonly string[]>();

  constructor(assets: Assets, dir: string) {
    this.#assets = assets;
    this.#dir = dir;
  }

  /** Starts a component with these arguments and remembers them. */
  async start(name: RunningComponent, args: readonly string[]): Promise<void> {
    const program = this.#assets[name];
    if (program === undefined) throw new Error(`${name}: no program for it`);
    await mkdir(join(this.#dir, "logs"), { recursive: true });
    this.#args.set(name, args);
    const process = startSupervised({
      command: [program, ...args],
      supervisor: this.#assets.supervisor,
      cwd: this.#dir,
      output: { file: this.logFile(name) },
    });
    this.#running.set(name, process);
  }

  /** Starts a component that ended or was stopped, with the arguments it had. */
  async startAgain(name: RunningComponent): Promise<void> {
    const args = this.#args.get(name);
    if (args === undefined) throw new Error(`${name} has never been started`);
    await this.stop(name);
    await this.start(name, args);
  }

  /** Kills a component and waits until it is gone. */
  async stop(name: RunningComponent): Promise<void> {
    const process = this.#running.get(name);
    this.#running.delete(name);
    await process?.stop();
  }

  /** Kills all of them. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.stop(name)));
  }

  /**
   * Does `work`, but fails as soon as one of the components ends by itself, with the end of its log. The signal that
   * `work` is given tells it then, and when `signal` is aborted, to give up.
   */
  async whileRunning<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const giveUp = new AbortController();
    const failures = [...this.#running].map(async ([name, process]) => {
      const code = await process.ended;
      throw new ComponentError(name, code, await this.tail(name));
    });
    try {
      const either = signal === undefined ? giveUp.signal : AbortSignal.any([giveUp.signal, signal]);
      return await Promise.race([work(either), ...failures]);
    } finally {
      giveUp.abort();
    }
  }

  /** The last lines that a component wrote. */
  async tail(name: RunningComponent): Promise<string> {
    const text = await readFile(this.logFile(name), "utf8").catch(() => "");
    const lines = text.trimEnd().split("\n").slice(-TAIL_LINES);
    return lines.map((line) => line.slice(0, TAIL_LINE_LENGTH)).join("\n");
  }

  /** Path of the log of a component. */
  logFile(name: RunningComponent): string {
    return join(this.#dir, "logs", `${name}.log`);
  }
}

/** A component ended while the control plane was coming up. */
export class ComponentError extends Error {
  readonly component: RunningComponent;
  /** The end of its log. */
  readonly log: string;

  constructor(component: RunningComponent, exitCode: number, log: string) {
    super(`${component} ended with ${exitCode} during the start; the end of its log:\n${log}`);
    this.name = "ComponentError";
    this.component = component;
    this.log = log;
  }
}
