import { Worker } from "node:worker_threads";
import type { TracedRender } from "../../charts/render-cache.ts";
import type { RenderedObject } from "../../charts/rendered.ts";
import { messageOf, ReconcileError } from "../errors.ts";
import { parseJson } from "../object/json.ts";
import type { Clock, Logger } from "../ports.ts";
import { receiveError } from "./render-messages.ts";
import type { RenderCost, RenderOrder, RenderReply, RenderRequest } from "./render-messages.ts";

/** What bounds the thread. */
export interface RenderPoolLimits {
  /** Longest render, start of the thread included, in milliseconds (default 60,000). */
  readonly timeoutMs: number;
  /** Memory of the thread for what it has parsed and made, in MiB (default 512). */
  readonly memoryMb: number;
  /** The thread ends after so long without work, in milliseconds (default 30,000). */
  readonly idleMs: number;
}

/** What a pool is made from. */
export interface RenderPoolOptions {
  readonly clock: Pick<Clock, "after">;
  readonly logger: Logger;
  readonly limits?: Partial<RenderPoolLimits>;
  /** The program of the thread; default render-worker.ts, in the bundle the file that scripts/build.ts makes of it. */
  readonly program?: URL;
}

/** A result that the thread made, and what it took. */
export interface RenderAnswer {
  readonly made: TracedRender;
  readonly cost: RenderCost;
}

const DEFAULTS: RenderPoolLimits = { timeoutMs: 60_000, memoryMb: 512, idleMs: 30_000 };
const YOUNG_MB = 16;
const PROGRAM = new URL(import.meta.url.endsWith(".ts") ? "./render-worker.ts" : "./render-worker.mjs", import.meta.url);

interface Job {
  readonly order: RenderOrder;
  readonly objects: RenderedObject[];
  /** Undefined: the store could not be read there. */
  readonly resolve: (answer: RenderAnswer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Renders on one other thread, one tree after the other. The thread is started when there is work and ended when there
 * was none for a while; one that takes too long or too much memory is ended, which fails that render and no other.
 */
export class RenderPool {
  readonly #options: RenderPoolOptions;
  readonly #limits: RenderPoolLimits;
  readonly #waiting = new Set<Job>();
  #running: Job | undefined;
  #worker: Worker | undefined;
  /** Of the render under way, or of the idle thread. */
  #cancelTimer: () => void = () => undefined;
  #closed = false;

  constructor(options: RenderPoolOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULTS, ...options.limits };
  }

  /** True while there is a thread. */
  get started(): boolean {
    return this.#worker !== undefined;
  }

  /**
   * What `render` gives for the order, or throws; undefined when the tree cannot be read on another thread. Throws
   * LIMIT_EXCEEDED when it takes too long or too much memory. The signal ends the waiting, not a render under way.
   */
  async render(order: RenderOrder, signal: AbortSignal): Promise<RenderAnswer | undefined> {
    signal.throwIfAborted();
    if (this.#closed) throw new ReconcileError("INTERNAL", "the operator is stopping");
    const { promise, resolve, reject } = Promise.withResolvers<RenderAnswer | undefined>();
    const job: Job = { order, objects: [], resolve, reject };
    const abort = (): void => {
      this.#waiting.delete(job);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    this.#waiting.add(job);
    this.#next();
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Ends the thread, and whatever it renders; nothing can be rendered here any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const error = new ReconcileError("INTERNAL", "the operator is stopping");
    for (const job of this.#waiting) job.reject(error);
    this.#waiting.clear();
    const worker = this.#worker;
    this.#drop(error);
    await worker?.terminate();
  }

  #next(): void {
    const [job] = this.#waiting;
    if (job === undefined || this.#running !== undefined) return;
    this.#cancelTimer();
    this.#waiting.delete(job);
    this.#running = job;
    this.#worker ??= this.#start();
    const { timeoutMs } = this.#limits;
    this.#cancelTimer = this.#options.clock.after(timeoutMs, () => this.#end(tooMuch(job, `longer than ${timeoutMs / 1000} s`)));
    send(this.#worker, { kind: "Render", order: job.order });
  }

  #start(): Worker {
    const { memoryMb } = this.#limits;
    const worker = new Worker(this.#options.program ?? PROGRAM, {
      name: "render",
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const ended = (error: unknown): void => {
      if (worker !== this.#worker) return;
      const memory = (error as { code?: unknown } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY"; // Node's errors carry a code
      const cause = error === undefined ? "it ended" : messageOf(error);
      this.#end(memory && this.#running !== undefined ? tooMuch(this.#running, `more than ${memoryMb} MiB of memory`) : new ReconcileError("INTERNAL", `the thread that renders failed: ${cause}`, { cause: error }));
    };
    worker.on("message", (reply: RenderReply) => {
      if (worker === this.#worker) this.#hear(reply, worker);
    });
    worker.on("messageerror", ended);
    worker.on("error", ended);
    worker.on("exit", () => ended(undefined));
    return worker;
  }

  #hear(reply: RenderReply, worker: Worker): void {
    const job = this.#running;
    if (job === undefined) return;
    switch (reply.kind) {
      case "Objects":
        job.objects.push(...(parseJson(reply.text) as unknown as RenderedObject[])); // written by render-answers.ts
        send(worker, { kind: "More" });
        return;
      case "Done":
        job.resolve({ made: { trace: reply.trace, rendered: { objects: job.objects, ...reply.rest } }, cost: reply.cost });
        break;
      case "Failed":
        job.reject(receiveError(reply.error));
        break;
      case "Unreadable":
        job.resolve(undefined);
        break;
    }
    this.#settled();
  }

  #settled(): void {
    this.#cancelTimer();
    this.#running = undefined;
    this.#cancelTimer = this.#options.clock.after(this.#limits.idleMs, () => this.#drop());
    this.#next();
  }

  /** Ends a thread that has failed, and the render that it was at. */
  #end(error: ReconcileError): void {
    this.#options.logger.warn({ cause: error.message }, "the thread that renders was ended");
    this.#drop(error);
    this.#next();
  }

  #drop(error?: ReconcileError): void {
    this.#cancelTimer();
    const worker = this.#worker;
    const job = this.#running;
    this.#worker = undefined;
    this.#running = undefined;
    job?.reject(error);
    void worker?.terminate();
  }
}
function send(worker: Worker, request: RenderRequest): void {
  worker.postMessage(request); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread is no window
}

function tooMuch({ order: { options } }: Job, what: string): ReconcileError {
  return new ReconcileError("LIMIT_EXCEEDED", `rendering path "${options.path}" took ${what}; split the path, or look for patches and generators that multiply`);
}
