import type { Notifier } from "../api/notifier.ts";
import { NotifierDriver } from "../notify/delivery/driver.ts";
import type { Channel } from "../notify/channels/channel.ts";
import type { NotifierSettings, NotifierStanding } from "../notify/delivery/driver.ts";
import type { Observation, Subject } from "../notify/observation.ts";
import type { Routes } from "../notify/routing/routes.ts";
import { messageOf } from "../errors.ts";
import type { WatchInterruption } from "../kube/reflector.ts";
import type { ClusterClient, Clock, Logger } from "../ports.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import { notifierStatus } from "./notifier-status.ts";
import { secretRefsOf, setUp } from "./notifier-setup.ts";
import type { SetupDeps } from "./notifier-setup.ts";
import { outboxStore } from "./outbox-store.ts";
import { nameOf } from "./resource-store.ts";
import { writeStatus } from "./status-writer.ts";
import { ValueWatch } from "./value-watch.ts";

/** What a desk needs from its surroundings. */
export interface NotifierDeskDeps extends Omit<SetupDeps, "cluster" | "clock"> {
  readonly cluster: ClusterClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly onInterrupted: (reason: WatchInterruption) => void;
  /** Ends writes when the operator stops. */
  readonly signal: AbortSignal;
}

/** All that is true now, and all that there is. */
export type Everything = () => { readonly observations: readonly Observation[]; readonly subjects: ReadonlySet<string> };

/** A status is written this long after the first news, with all that came meanwhile. */
const STATUS_MS = 1_000;
/** One that could not be written is tried again after this. */
const REWRITE_MS = 10_000;
/** A destination that cannot be opened is tried again after this, should nothing change before. */
const REOPEN_MS = 60_000;

/** One Notifier: its spec becomes routes, words and a channel; what is observed goes to the driver that delivers it. */
export class NotifierDesk {
  readonly #deps: NotifierDeskDeps;
  readonly #stopping = new AbortController();
  #notifier: Notifier;
  #everything: Everything | undefined;
  #driver: NotifierDriver | undefined;
  #settings: NotifierSettings | undefined;
  #routes: Routes | undefined;
  #problem: unknown;
  #templateProblem: string | undefined;
  /** The generation that is being read or was read last, and the one that the status may speak of. */
  #read: number | undefined;
  #settled: number | undefined;
  readonly #watches = new Map<string, ValueWatch>();
  /** Of each Secret the version that was read last. */
  readonly #versions = new Map<string, string | undefined>();
  #settingUp: Promise<void> | undefined;
  #again = false;
  #cancelReopen: (() => void) | undefined;
  #cancelStatus: (() => void) | undefined;
  #writing = false;
  #statusDue = false;

  constructor(notifier: Notifier, deps: NotifierDeskDeps) {
    this.#notifier = notifier;
    this.#deps = deps;
  }

  /** Begins. What is true is asked for when it is needed. */
  async open(everything: Everything): Promise<void> {
    this.#everything = everything;
    await this.#setUp();
  }

  /** The Notifier was written to: another spec is read anew, a status of ours is taken in. */
  changed(notifier: Notifier): void {
    const { resourceVersion: known = "" } = this.#notifier.metadata;
    if (compareResourceVersions(notifier.metadata.resourceVersion ?? "", known) < 0) return; // the answer to a write of ours was newer
    this.#notifier = notifier;
    if (this.#read !== undefined && notifier.metadata.generation !== this.#read) void this.#setUp();
  }

  /** Takes in what is true now. Returns at once. */
  observe(observations: readonly Observation[]): void {
    const [driver, routes] = [this.#driver, this.#routes];
    if (driver === undefined || routes === undefined) return; // all is asked for when it begins
    for (const observation of observations) driver.observe(observation, routes.fits(observation), (severity) => routes.reaches(observation, severity));
  }

  /** The subject exists no more. */
  gone(subject: Subject): void {
    this.#driver?.gone(subject);
  }

  /** How it stands; undefined while it has not begun. */
  get standing(): NotifierStanding | undefined {
    return this.#driver?.standing;
  }

  /** Ends; what waits is told by whoever comes next. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancelReopen?.();
    this.#cancelStatus?.();
    await this.#settingUp;
    await Promise.all([this.#driver?.stop(), ...[...this.#watches.values()].map((watch) => watch.stop())]);
    await this.#settings?.channel.close();
  }

  /** One at a time; whoever asks meanwhile is answered by one more. */
  async #setUp(): Promise<void> {
    this.#again = true;
    this.#settingUp ??= this.#setUpAll().finally(() => (this.#settingUp = undefined));
    await this.#settingUp;
  }

  async #setUpAll(): Promise<void> {
    while (this.#again && !this.#stopping.signal.aborted) {
      this.#again = false;
      this.#cancelReopen?.();
      this.#followSecrets();
      const { generation } = this.#notifier.metadata;
      this.#read = generation;
      try {
        await this.#begin();
        this.#problem = undefined;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#problem = error;
        this.#pause();
      }
      this.#settled = generation;
      this.#tellStatus();
    }
  }

  async #begin(): Promise<void> {
    const { signal } = this.#stopping;
    const { settings, routes } = await setUp(this.#notifier, this.#deps, { onProblem: (problem) => (this.#templateProblem = problem), onSecret: (name, version) => this.#versions.set(name, version) }, signal);
    if (signal.aborted) return settings.channel.close();
    const before = this.#settings;
    this.#settings = settings;
    this.#routes = routes;
    this.#templateProblem = undefined;
    if (this.#driver === undefined) {
      this.#driver = new NotifierDriver(settings, { store: this.#store(), owner: this.#notifier.metadata.uid ?? "", clock: this.#deps.clock, random: this.#deps.random, log: this.#deps.logger.child({ notifier: nameOf(this.#notifier) }), onChange: () => this.#tellStatus() });
      this.#driver.start();
    } else this.#configure(settings, before?.channel);
    this.#tellEverything();
  }

  /** A request that is under way goes to its end: else nobody would know whether it arrived. */
  #configure(settings: NotifierSettings, before: Channel | undefined): void {
    const unused = this.#driver?.configure(settings);
    void unused?.then(() => before?.close()).catch((error: unknown) => this.#deps.logger.debug({ notifier: nameOf(this.#notifier), cause: messageOf(error) }, "channel not closed"));
  }

  /** Without a destination nothing is sent; what is true is still followed. */
  #pause(): void {
    const { clock, logger } = this.#deps;
    logger.warn({ notifier: nameOf(this.#notifier), cause: messageOf(this.#problem) }, "notifier cannot be used");
    if (this.#settings !== undefined) void this.#driver?.configure({ ...this.#settings, suspended: true });
    this.#cancelReopen = clock.after(REOPEN_MS, () => void this.#setUp());
  }

  #tellEverything(): void {
    if (this.#everything === undefined) return;
    const { observations, subjects } = this.#everything();
    this.observe(observations);
    this.#driver?.known(subjects);
  }

  #store() {
    const { cluster, operatorNamespace, signal } = this.#deps;
    const store = outboxStore(cluster, operatorNamespace, this.#notifier);
    return { load: () => store.load(signal), save: (text: string) => store.save(text, signal) };
  }

  /** A new token, or a Secret that was missing, counts at once. */
  #followSecrets(): void {
    const { namespace = "" } = this.#notifier.metadata;
    const wanted = new Set(secretRefsOf(this.#notifier.spec).map(({ name }) => name));
    for (const [name, watch] of this.#watches) {
      if (wanted.has(name)) continue;
      this.#watches.delete(name);
      this.#versions.delete(name);
      void watch.stop();
    }
    for (const name of wanted) {
      if (this.#watches.has(name)) continue;
      const watch = new ValueWatch({ kind: "Secret", name }, namespace, this.#deps, () => {
        if (this.#versions.has(name) && watch.contradicts({ version: this.#versions.get(name) })) void this.#setUp();
      });
      this.#watches.set(name, watch);
    }
  }

  /** One write at a time: the next one starts from its answer. */
  #tellStatus(afterMs = STATUS_MS): void {
    if (this.#stopping.signal.aborted) return;
    this.#statusDue = true;
    if (!this.#writing) this.#cancelStatus ??= this.#deps.clock.after(afterMs, () => void this.#writeDue());
  }

  async #writeDue(): Promise<void> {
    this.#cancelStatus = undefined;
    this.#statusDue = false;
    this.#writing = true;
    let failed = false;
    try {
      await this.#writeStatus();
    } catch (error) {
      failed = true;
      if (!this.#stopping.signal.aborted) this.#deps.logger.warn({ notifier: nameOf(this.#notifier), cause: messageOf(error) }, "status of the notifier not written");
    }
    this.#writing = false;
    if (failed) this.#tellStatus(REWRITE_MS);
    else if (this.#statusDue) this.#tellStatus();
  }

  async #writeStatus(): Promise<void> {
    const facts = { standing: this.#driver?.standing, problem: this.#problem, templateProblem: this.#templateProblem, generation: this.#settled ?? 0 };
    const status = notifierStatus(this.#notifier, facts, this.#deps.clock.now());
    await writeStatus(this.#deps.cluster, this.#notifier, status, (answer) => this.changed(answer as unknown as Notifier), this.#deps.signal); // the API server has validated it
  }
}
