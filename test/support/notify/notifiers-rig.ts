import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Application } from "../../../src/api/application.ts";
import { findCondition } from "../../../src/api/conditions.ts";
import { crds } from "../../../src/api/crd.ts";
import type { GitSource } from "../../../src/api/git-source.ts";
import { API_VERSION } from "../../../src/api/group.ts";
import type { Condition } from "../../../src/api/meta.ts";
import type { Notifier, NotifierSpec } from "../../../src/api/notifier.ts";
import { Notifiers } from "../../../src/controllers/notifiers.ts";
import type { Channel } from "../../../src/notify/channels/channel.ts";
import { DeliveryError } from "../../../src/notify/channels/channel.ts";
import { parseAllowed } from "../../../src/notify/channels/destination.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { JournalEntry } from "../memory-cluster/client.ts";
import type { Faults } from "../memory-cluster/faults.ts";
import { MemoryCluster } from "../memory-cluster/memory-cluster.ts";
import { MemoryLogger } from "../memory-logger.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { LifeClock } from "./life-clock.ts";
import { ModelDestination } from "./model-channel.ts";
import type { Visible } from "./model-channel.ts";

/** The operator's namespace. */
export const HOME = "driftless-system";
const ABILITIES: Channel["abilities"] = { update: true, thread: true, find: true, idempotent: false };
const STEP_MS = 500;
const DEADLINE_MS = 20_000;

/** Notifiers at work on a cluster in memory, with Applications whose statuses a test writes, and a destination for each channel. */
export class NotifiersRig {
  readonly clock = new VirtualClock();
  readonly journal: JournalEntry[] = [];
  readonly logger = new MemoryLogger();
  readonly cluster = new MemoryCluster({ clock: this.clock, authorize: () => true, journal: (entry) => void this.journal.push(entry) });
  readonly applications = new Map<string, Application>();
  readonly sources = new Map<string, GitSource>();
  faults: Faults = () => undefined;
  /** Channels that were opened, and that were closed while a message was on its way. */
  opened = 0;
  closedBusy = 0;
  readonly #destinations = new Map<string, ModelDestination>();
  #notifiers: Notifiers | undefined;
  #life: LifeClock | undefined;

  constructor() {
    for (const definition of crds()) this.create(definition);
    for (const name of [HOME, "shop"]) this.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    this.cluster.settle();
    onTestFinished(() => this.end());
  }

  create(object: KubeObject): KubeObject {
    return this.cluster.server.create(object, { manager: "test" });
  }

  /** Starts an operator; the last one has to be ended before. */
  async begin(): Promise<void> {
    const life = new LifeClock(this.clock);
    this.#life = life;
    const notifiers = new Notifiers({
      cluster: this.cluster.client({ faults: (call) => this.faults(call) }),
      clock: life,
      logger: this.logger,
      random: () => 0.5,
      onInterrupted: () => undefined,
      applications: this.applications,
      sources: this.sources,
      newestRelease: () => undefined,
      operatorNamespace: HOME,
      installation: "one",
      installationKey: Buffer.alloc(32, 1),
      allowed: parseAllowed([]),
      signal: new AbortController().signal,
      open: async ({ slack }, { readSecret }) => {
        if (slack?.tokenSecretRef !== undefined && (await readSecret(slack.tokenSecretRef)) === undefined) throw new DeliveryError("Refused", "there is no such Secret");
        this.opened += 1;
        return this.#watched(this.destination(slack?.channel ?? "").channel(life));
      },
    });
    this.#notifiers = notifiers;
    await this.#through(notifiers.start());
  }

  /** Ends the operator in order. */
  async end(): Promise<void> {
    const notifiers = this.#notifiers;
    this.#notifiers = undefined;
    if (notifiers !== undefined) await this.#through(notifiers.stop());
    this.#life?.kill();
  }

  destination(channel: string): ModelDestination {
    const found = this.#destinations.get(channel) ?? new ModelDestination(ABILITIES, true, this.clock);
    this.#destinations.set(channel, found);
    return found;
  }

  /** Titles of what can be seen in a channel, the oldest first. */
  titles(channel = "C1"): string[] {
    return this.seen(channel).map(({ content: { state, title } }) => `${state} ${title}`);
  }

  seen(channel = "C1"): Visible[] {
    return this.destination(channel).messages.filter(({ deleted }) => !deleted);
  }

  declare(spec: NotifierSpec, name = "team", namespace = "shop"): KubeObject {
    return this.cluster.server.apply({ apiVersion: API_VERSION, kind: "Notifier", metadata: { name, namespace }, spec }, { manager: "test", force: true }).object;
  }

  notifier(name = "team", namespace = "shop"): Notifier | undefined {
    return this.cluster.get({ apiVersion: API_VERSION, kind: "Notifier", namespace, name }) as Notifier | undefined; // written by declare
  }

  ready(name = "team"): Condition | undefined {
    return findCondition(this.notifier(name)?.status?.conditions, "Ready");
  }

  outboxes(): KubeObject[] {
    return this.cluster.objects().filter(({ kind, metadata }) => kind === "ConfigMap" && metadata.name.startsWith("driftless-outbox"));
  }

  /** An Application is so now: `Ready False BuildFailed`, … */
  app(name: string, ...conditions: string[]): void {
    const metadata = { name, namespace: "shop" };
    const status = { conditions: conditions.map((text) => this.#condition(text)), lastAttemptedRevision: `main@sha1:${"a".repeat(40)}` };
    this.applications.set(`shop/${name}`, { apiVersion: API_VERSION, kind: "Application", metadata, spec: { sourceRef: { kind: "GitSource", name: "shop" } }, status });
    this.#notifiers?.applicationChanged(`shop/${name}`);
  }

  /** It does not exist any more. */
  dropApp(name: string): void {
    this.applications.delete(`shop/${name}`);
    this.#notifiers?.applicationChanged(`shop/${name}`);
  }

  source(name: string, condition: string): void {
    this.sources.set(`shop/${name}`, { apiVersion: API_VERSION, kind: "GitSource", metadata: { name, namespace: "shop" }, spec: { url: "https://example.com/a.git" }, status: { conditions: [this.#condition(condition)] } });
    this.#notifiers?.sourceChanged(`shop/${name}`);
  }

  /** Moves time on until this holds. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const end = performance.now() + DEADLINE_MS;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`not within ${DEADLINE_MS / 1000} s: ${what}\n${JSON.stringify({ titles: this.titles(), ready: this.ready(), log: this.logger.lines.slice(-5) })}`);
      await delay(1); // what is packed and unpacked is so in another thread
      await this.clock.advance(STEP_MS);
    }
  }

  /** Moves time on by so much, and lets what follows come to an end. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now().getTime() + ms;
    await this.until(`${ms} ms have passed`, () => this.clock.now().getTime() >= end);
  }

  #condition(text: string): Condition {
    const [type = "", status = "", reason = "", ...message] = text.split(" ");
    return { type, status: status as Condition["status"], reason, message: message.join(" "), lastTransitionTime: this.clock.now().toISOString() }; // written so above
  }

  #watched(channel: Channel): Channel {
    let busy = 0;
    return {
      ...channel,
      post: (message, signal) => {
        busy += 1;
        return channel.post(message, signal).finally(() => (busy -= 1));
      },
      close: async () => {
        this.closedBusy += busy;
      },
    };
  }

  async #through(work: Promise<void>): Promise<void> {
    let done = false;
    const ended = work.finally(() => (done = true));
    await this.until("it is done", () => done);
    await ended;
  }
}
