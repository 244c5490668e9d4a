/** Runs the real driver through a history in virtual time, kills and restarts it, and holds what is visible against what is so. */
import type { Observation } from "../../../src/notify/observation.ts";
import { subjectKey } from "../../../src/notify/observation.ts";
import { NotifierDriver } from "../../../src/notify/delivery/driver.ts";
import type { NotifyStore } from "../../../src/notify/delivery/driver.ts";
import type { EpisodeSettings } from "../../../src/notify/episode/settings.ts";
import { MemoryLogger } from "../memory-logger.ts";
import { VirtualClock, settle } from "../virtual-clock.ts";
import { problemsAt, problemsOver } from "./laws.ts";
import { LifeClock } from "./life-clock.ts";
import { ModelDestination } from "./model-channel.ts";
import type { Happening, Trace } from "./trace.ts";
import { Truth, reaches } from "./truth.ts";

const HOUR_MS = 3_600_000;
const SAVE_MS = 30;
/** From the mark being there to its request, and from an answer to its being written. */
const WRITING_MS = 3 * SAVE_MS;
/** After all faults: backoff, refusals that are held, digests, flapping. */
const SETTLE_MS = 3 * HOUR_MS;

/** What a history came to. */
export interface TraceResult {
  readonly problems: readonly string[];
  readonly posts: number;
  readonly crashes: number;
  readonly requests: number;
}

/** Runs one history. */
export async function runTrace(trace: Trace): Promise<TraceResult> {
  const run = new TraceRun(trace);
  await run.play();
  const { destination } = run;
  return { problems: run.problems, posts: destination.messages.length, crashes: destination.crashes, requests: destination.requests.length };
}

/** One history under way. */
export class TraceRun {
  readonly trace: Trace;
  readonly clock = new VirtualClock("2026-01-01T06:00:00Z");
  readonly destination: ModelDestination;
  readonly truth: Truth;
  readonly problems: string[] = [];
  readonly #random: () => number;
  stored: string | undefined;
  #storeFails = false;
  /** When a save failed, and when one with the mark of a request was done. */
  #failedAt = -1;
  #markedAt = -Infinity;
  #life: LifeClock | undefined;
  #driver: NotifierDriver | undefined;
  /** Set: the process dies so long after its next request begins. */
  #doom: { readonly afterMs: number; readonly downMs: number } | undefined;

  constructor(trace: Trace) {
    this.trace = trace;
    this.destination = new ModelDestination(trace.abilities, trace.readable, this.clock);
    this.truth = new Truth(this.clock, (observation) => this.#driver?.observe(observation, this.routed(observation)));
    this.#random = chance(trace.steps.length + 1);
  }

  /** Whether it is told here. What is quiet is decided by class alone. */
  readonly routed = ({ state, severity }: Observation): boolean => state === "Quiet" || reaches(severity, this.trace.minSeverity);

  async play(): Promise<void> {
    this.#start();
    await this.#pass(60_000);
    for (const { afterMs, happening } of this.trace.steps) {
      await this.#pass(afterMs);
      await this.#happen(happening);
    }
    await this.#check();
    this.problems.push(...problemsOver(this), ...this.destination.problems);
    this.#life?.kill();
  }

  async #check(): Promise<void> {
    this.#doom = undefined;
    this.destination.fault = undefined;
    this.#storeFails = false;
    await this.#pass(SETTLE_MS);
    while (quietUntil(this.clock.now().getTime()) !== undefined && this.trace.quietHours) await this.#pass(HOUR_MS);
    await this.#pass(SETTLE_MS);
    this.problems.push(...problemsAt(this));
  }

  async #happen(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case "State":
        return this.#state(happening);
      case "Flap":
        for (let count = 0; count < happening.times; count += 1) {
          this.#state({ ...happening, kind: "State", active: count % 2 === 0, severity: "Warning", stale: false });
          await this.#pass(happening.everyMs);
        }
        return;
      case "Correct":
        return this.truth.correct(happening.app, happening.count, happening.security, happening.field);
      case "Deploy":
        return this.truth.deploy(happening.apps, happening.failing, happening.ms);
      case "Gone":
        for (const subject of this.truth.remove(happening.app)) this.#driver?.gone(subject);
        return;
      case "Fault":
        this.destination.fault = happening.fault;
        this.clock.after(happening.forMs, () => void (this.destination.fault = undefined));
        return;
      case "StoreFault":
        this.#storeFails = true;
        this.clock.after(happening.forMs, () => void (this.#storeFails = false));
        return;
      case "Crash":
        await this.#pass(happening.inMs);
        this.#crash(happening.downMs);
        return;
      case "CrashAtRequest":
        this.#doom = happening;
        return;
      case "Delete":
        return this.destination.remove(happening.index);
      case "Check":
        return this.#check();
    }
  }

  #state({ app, class: kind, active, severity, stale }: Extract<Happening, { kind: "State" }>): void {
    const before = this.truth.of(app, kind);
    const reason = kind === "Source" && stale ? "GitUnauthorized" : "Trouble";
    const more = active ? { severity, reason, story: `${reason}/${severity}`, security: kind === "Drift" && severity === "Critical" } : {};
    this.truth.set(app, kind, active ? "Active" : "Quiet", { ...more, since: before !== undefined && (before.state === "Active") === active ? before.since : this.clock.now().toISOString() });
  }

  #start(): void {
    const life = new LifeClock(this.clock);
    this.#life = life;
    const { perMinute, quietHours } = this.trace;
    this.#driver = new NotifierDriver(
      { channel: this.destination.channel(life), destination: "there", times: timesOf(quietHours), perMinute, suspended: false },
      { store: this.#store(life), clock: life, random: this.#random, log: new MemoryLogger() },
    );
    this.#driver.start();
    for (const observation of this.truth.all()) this.#driver.observe(observation, this.routed(observation));
    this.#driver.known(new Set(this.truth.all().map(({ subject }) => subjectKey(subject))));
  }

  #store(life: LifeClock): NotifyStore {
    const pass = (): Promise<void> => new Promise((resolve) => void this.clock.after(SAVE_MS, () => (life.alive ? resolve() : undefined)));
    return {
      load: async () => {
        await pass();
        return this.stored;
      },
      save: async (text) => {
        const marked = text.includes('"sending":{');
        if (marked) this.#meetDoom();
        await pass();
        if (this.#storeFails) {
          this.#failedAt = this.clock.now().getTime();
          throw new Error("conflict");
        }
        if (marked) this.#markedAt = this.clock.now().getTime();
        this.stored = text;
        await pass();
      },
    };
  }

  /** The instants of a request: mark being written, written, on its way, arrived, answered, result being written, written. */
  #meetDoom(): void {
    const doom = this.#doom;
    if (doom === undefined) return;
    this.#doom = undefined;
    this.clock.after(Math.max(0, doom.afterMs + 50), () => this.#crash(doom.downMs));
  }

  #crash(downMs: number): void {
    if (this.#driver === undefined) return;
    this.#life?.kill();
    this.#driver = undefined;
    const now = this.clock.now().getTime();
    const { answeredAt } = this.destination;
    this.destination.died(now - this.#markedAt <= WRITING_MS || now - answeredAt <= WRITING_MS || this.#failedAt >= answeredAt);
    this.clock.after(downMs + 1_000, () => this.#start());
  }

  async #pass(ms: number): Promise<void> {
    await settle();
    await this.clock.advance(ms);
  }
}

/** Quiet from 09:00 to 10:30 UTC. */
const quietUntil = (at: number): number | undefined => {
  const day = Math.floor(at / (24 * HOUR_MS)) * 24 * HOUR_MS;
  const [from, to] = [day + 9 * HOUR_MS, day + 10.5 * HOUR_MS];
  return at >= from && at < to ? to : undefined;
};

const timesOf = (quietHours: boolean): EpisodeSettings => ({
  reminders: { firstMs: 4 * HOUR_MS, maxMs: 24 * HOUR_MS },
  nextDigest: (after) => (Math.floor(after / HOUR_MS) + 1) * HOUR_MS,
  quietUntil: (at) => (quietHours ? quietUntil(at) : undefined),
});

/** Numbers from 0 to below 1, the same for a seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

