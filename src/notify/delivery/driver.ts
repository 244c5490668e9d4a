/**
 * Runs one Notifier: observations go in, requests go out, one at a time, each between two saves. Never makes an observer wait, and
 * never has two requests in flight. Decides nothing itself: see episode/engine.ts and delivery/outbox.ts.
 */
import { DEFAULT_BACKOFF, backoffDelay } from "../../controllers/backoff.ts";
import { messageOf } from "../../errors.ts";
import type { Clock, Logger } from "../../ports.ts";
import type { Channel } from "../channels/channel.ts";
import { DeliveryError } from "../channels/channel.ts";
import { EpisodeEngine } from "../episode/engine.ts";
import type { EpisodeSettings } from "../episode/settings.ts";
import type { Reach, SuppressionCause } from "../episode/state.ts";
import type { Observation, Subject } from "../observation.ts";
import type { Saved } from "./document.ts";
import { readSaved, writeSaved } from "./document.ts";
import { execute } from "./execute.ts";
import type { Operation } from "./operation.ts";
import { Outbox } from "./outbox.ts";
import { Rest } from "./rest.ts";

/** Where one Notifier's state is kept. A save that fails is tried again; nothing is sent meanwhile. */
export interface NotifyStore {
  load(): Promise<string | undefined>;
  save(text: string): Promise<void>;
}

/** What may change while it runs. */
export interface NotifierSettings {
  readonly channel: Channel;
  /** Names the destination: where another is given, everything that is open is told there anew. */
  readonly destination: string;
  readonly times: EpisodeSettings;
  /** Requests a minute. */
  readonly perMinute: number;
  readonly suspended: boolean;
}

/** What a driver reaches the outside through. */
export interface NotifierPorts {
  readonly store: NotifyStore;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly log: Logger;
  /** Tells this Notifier from all others: two may tell the same in one channel. Default: there is no other. */
  readonly owner?: string;
  /** Called when the status may have changed. Default: nobody is told. */
  readonly onChange?: () => void;
}

/** How it stands, for the Notifier's status. */
export interface NotifierStanding {
  readonly openEpisodes: number;
  /** Requests that are outstanding. */
  readonly waiting: number;
  readonly delivered: number;
  readonly lastDeliveredAt: Date | undefined;
  readonly suppressed: ReadonlyMap<SuppressionCause, number>;
  /** The destination refuses; somebody has to change something. */
  readonly blocked: { readonly since: Date; readonly message: string } | undefined;
  /** Failures in a row of a destination that may come back, and the last of them. */
  readonly failing: { readonly failures: number; readonly message: string } | undefined;
  /** Why its state cannot be loaded or saved; nothing is sent meanwhile. */
  readonly storing: string | undefined;
}

/** Observations that come together are looked at together. */
const GATHER_MS = 200;
/** Knowledge that no request depends on is saved this often at most. */
const SAVE_MS = 5_000;
/** A store that fails as often in a row is told. */
const TOLD_FAILURES = 2;
/** After a fault of its own it goes on after this. */
const FAULT_MS = 60_000;

/** One Notifier at work, from `start` to `stop`. */
export class NotifierDriver {
  readonly #ports: NotifierPorts;
  readonly #rest: Rest;
  readonly #stop = new AbortController();
  #settings: NotifierSettings;
  #engine: EpisodeEngine | undefined;
  #outbox: Outbox | undefined;
  /** What came before the state was loaded. */
  readonly #inbox: ((engine: EpisodeEngine) => void)[] = [];
  #open = 0;
  #waiting = 0;
  #failure = "";
  #storing: string | undefined;
  #dirty = false;
  #savedAt = -Infinity;
  #savedText = "";
  #running: Promise<void> | undefined;
  /** Ends with the request that is under way. */
  #exchange: Promise<void> = Promise.resolve();

  constructor(settings: NotifierSettings, ports: NotifierPorts) {
    this.#settings = settings;
    this.#ports = ports;
    this.#rest = new Rest(ports.clock);
  }

  /** Loads the state and begins. Returns at once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends; a request in flight is aborted and looked for at the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#rest.wake(0);
    await this.#running;
  }

  /** See EpisodeEngine.observe. */
  observe(observation: Observation, routed: boolean, reaches?: Reach): void {
    this.#tell((engine) => engine.observe(observation, routed, this.#now(), reaches));
  }

  /** See EpisodeEngine.gone. */
  gone(subject: Subject): void {
    this.#tell((engine) => engine.gone(subject, this.#now()));
  }

  /** See EpisodeEngine.known. */
  known(subjects: ReadonlySet<string>): void {
    this.#tell((engine) => engine.known(subjects, this.#now()));
  }

  /** Spec or secret changed: what was refused is tried again. Resolves when nothing goes through the channel of before any more. */
  configure(settings: NotifierSettings): Promise<void> {
    const moved = settings.destination !== this.#settings.destination;
    this.#settings = settings;
    this.#tell((engine) => {
      engine.configure(settings.times);
      this.#outbox?.configure(this.#outboxSettings());
      if (moved) this.#outbox?.moved();
    });
    return this.#exchange;
  }

  /** How it stands. */
  get standing(): NotifierStanding {
    const { delivered = 0, lastDeliveredAt, blocked, failures = 0 } = this.#outbox?.state ?? {};
    return {
      openEpisodes: this.#open, waiting: this.#waiting, delivered,
      lastDeliveredAt: lastDeliveredAt === undefined ? undefined : new Date(lastDeliveredAt),
      suppressed: this.#engine?.suppressed ?? new Map(),
      blocked: blocked === undefined ? undefined : { since: new Date(blocked.since), message: blocked.message },
      failing: failures === 0 ? undefined : { failures, message: this.#failure },
      storing: this.#storing,
    };
  }

  #tell(action: (engine: EpisodeEngine) => void): void {
    if (this.#engine === undefined) this.#inbox.push(action);
    else this.#guarded(action, this.#engine);
    this.#dirty = true;
    this.#rest.wake(GATHER_MS);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    await this.#load(signal);
    while (!signal.aborted) {
      try {
        await this.#turn(signal);
      } catch (error) {
        this.#ports.log.error({ cause: messageOf(error) }, "a fault of Driftless in its notifications; it goes on in a minute");
        await this.#rest.sleep(FAULT_MS, signal);
      }
    }
  }

  /** Whoever observes does not suffer from what is made of it. */
  #guarded(action: (engine: EpisodeEngine) => void, engine: EpisodeEngine): void {
    try {
      action(engine);
    } catch (error) {
      this.#ports.log.error({ cause: messageOf(error) }, "a fault of Driftless in its notifications: an observation is left out");
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    const text = await this.#insist("load", () => this.#ports.store.load(), signal);
    if (signal.aborted) return;
    const saved = readSaved(text);
    const known = this.#resume(saved) ? saved : undefined;
    if (text !== undefined && known === undefined) this.#ports.log.warn({}, "what was saved of notifications cannot be read; it begins anew");
    if (known === undefined) this.#resume(undefined);
    else if (known.destination !== this.#settings.destination) this.#outbox?.moved();
    this.#dirty ||= known === undefined; // when this memory began is the first thing to remember
    const { engine } = this.#parts();
    for (const action of this.#inbox.splice(0)) this.#guarded(action, engine);
  }

  /** False where what was saved is no state of ours: somebody has changed it. */
  #resume(saved: Saved | undefined): boolean {
    try {
      this.#engine = new EpisodeEngine(this.#settings.times, saved?.engine, this.#now(), this.#ports.owner);
      this.#outbox = new Outbox(this.#outboxSettings(), saved?.delivery);
      return true;
    } catch {
      return false;
    }
  }

  /** One request, or a rest. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { engine, outbox, now } = this.#parts();
    const { messages, wakeAt, openEpisodes } = engine.tick(now);
    const decision = outbox.next(messages, now);
    for (const { key, step, closed } of outbox.settled(messages)) engine.acknowledge(key, step, closed);
    this.#standsAt(openEpisodes, decision.waiting);
    if (decision.kind === "Send") await (this.#exchange = this.#send(decision.operation, signal));
    else await this.#idle(Math.min(decision.until ?? Infinity, wakeAt ?? Infinity), signal);
  }

  async #send(operation: Operation, signal: AbortSignal): Promise<void> {
    const { outbox, now } = this.#parts();
    const { channel } = this.#settings;
    outbox.begin(operation, now);
    const mark = (): Promise<void> => {
      outbox.delayed(this.#now());
      return this.#save();
    };
    await this.#insist("save", mark, signal);
    if (signal.aborted) return;
    try {
      const result = await execute(channel, operation, this.#ports.clock, signal);
      outbox.succeed(operation, result, this.#now());
    } catch (error) {
      if (signal.aborted) return; // whether it arrived is for the next start to find out
      this.#failure = messageOf(error);
      this.#ports.log.warn({ operation: operation.kind, episode: operation.key.episode, failure: error instanceof DeliveryError ? error.failure : "Unavailable" }, messageOf(error));
      outbox.fail(operation, error, this.#now(), this.#ports.random());
    }
    await this.#insist("save", () => this.#save(), signal);
    this.#ports.onChange?.();
  }

  async #idle(until: number, signal: AbortSignal): Promise<void> {
    const saveAt = this.#dirty ? this.#savedAt + SAVE_MS : Infinity;
    if (saveAt <= this.#now()) await this.#insist("save", () => this.#save(), signal);
    await this.#rest.until(Math.min(until, this.#dirty ? saveAt : Infinity), signal);
  }

  async #save(): Promise<void> {
    const { engine, outbox, now } = this.#parts();
    const saved: Saved = { destination: this.#settings.destination, engine: engine.state, delivery: outbox.state };
    const text = writeSaved(saved);
    this.#dirty = false;
    this.#savedAt = now;
    if (text === this.#savedText) return;
    await this.#ports.store.save(text);
    this.#savedText = text;
  }

  /** Tries until it succeeds or all ends: without its state nothing may be sent. */
  async #insist<T>(what: string, action: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        const result = await action();
        this.#stores(undefined);
        return result;
      } catch (error) {
        this.#ports.log.warn({ failures }, `${what} of the state of notifications failed: ${messageOf(error)}`);
        if (failures >= TOLD_FAILURES) this.#stores(messageOf(error));
        await this.#rest.sleep(backoffDelay(failures, DEFAULT_BACKOFF, this.#ports.random()), signal);
      }
    }
    return undefined;
  }

  #stores(problem: string | undefined): void {
    if (problem === this.#storing) return;
    this.#storing = problem;
    this.#ports.onChange?.();
  }

  #standsAt(open: number, waiting: number): void {
    if (open === this.#open && waiting === this.#waiting) return;
    this.#open = open;
    this.#waiting = waiting;
    this.#ports.onChange?.();
  }

  #parts(): { readonly engine: EpisodeEngine; readonly outbox: Outbox; readonly now: number } {
    if (this.#engine === undefined || this.#outbox === undefined) throw new Error("notifications are used before their state was loaded");
    return { engine: this.#engine, outbox: this.#outbox, now: this.#now() };
  }

  #outboxSettings(): { readonly abilities: Channel["abilities"]; readonly perMinute: number; readonly suspended: boolean } {
    const { channel, perMinute, suspended } = this.#settings;
    return { abilities: channel.abilities, perMinute, suspended };
  }

  #now(): number {
    return this.#ports.clock.now().getTime();
  }
}
