/** Random histories of a loop: what people, the cluster and the network do, then quiet, then the laws. */
import * as fc from "fast-check";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../src/api/group.ts";
import type { Json } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { keyOf, parseKey } from "../../../src/object/object-id.ts";
import type { ObjectRef } from "../../../src/ports.ts";
import { KubeApiError } from "../../../src/errors.ts";
import type { Call, Fault } from "../memory-cluster/faults.ts";
import { DeletionWatch, divergence, isAskingForStripped, leaks, PRUNE, RECONCILE } from "./loop-laws.ts";
import { BY_HAND, ITEM_KEYS, ITEMS } from "./loop-universe.ts";
import type { Wanted } from "./loop-universe.ts";
import { APPS, LoopWorld, seededRandom } from "./loop-world.ts";

/** What a hand does to an object. */
export type Edit = "Value" | "Extra" | "Unlabel" | "Disown" | "Strip" | "Delete" | "Copy" | "Wipe" | "Touch" | "Keep" | "Leave";

/** One thing that happens. */
export type Step =
  | { readonly kind: "Commit"; readonly app: number; readonly items: readonly (readonly [number, number])[]; readonly flaw: "None" | "Broken" | "Empty" }
  | { readonly kind: "Move"; readonly app: number; readonly item: number }
  | { readonly kind: "Remove"; readonly app: number }
  | { readonly kind: "Edit"; readonly item: number; readonly edit: Edit }
  | { readonly kind: "Wait"; readonly ms: number }
  | { readonly kind: "Kill"; readonly downMs: number; readonly fetchMs: number }
  | { readonly kind: "Pause"; readonly on: boolean }
  | { readonly kind: "Compact" }
  | { readonly kind: "CloseWatches" }
  | { readonly kind: "Approve"; readonly on: boolean }
  | { readonly kind: "Faults"; readonly percent: number; readonly crashes: number };

/** A history. */
export interface Trace {
  readonly seed: number;
  /** All Applications are over one source, so that one commit can move an object. Default false. */
  readonly shared?: boolean;
  readonly steps: readonly Step[];
}

/** What became of a history. */
export interface TraceResult {
  readonly problems: readonly string[];
  /** Virtual milliseconds from the end of all disturbance until everything was as the newest commits want it. */
  readonly convergedMs: number | undefined;
  readonly requests: number;
  readonly deletions: number;
  readonly crashes: number;
}

const EDITS: readonly Edit[] = ["Value", "Extra", "Unlabel", "Disown", "Strip", "Delete", "Copy", "Wipe", "Touch", "Keep", "Leave"];
const WAITS = [0, 5, 50, 400, 1_500, 12_000];

/** Histories for a property test; they shrink to the steps that matter. */
export function traces(): fc.Arbitrary<Trace> {
  const app = fc.integer({ min: 0, max: APPS.length - 1 });
  const item = fc.integer({ min: 0, max: ITEMS.length - 1 });
  const items = fc.uniqueArray(fc.tuple(item, fc.integer({ min: 0, max: 3 })), { selector: ([number]) => number, maxLength: 9 });
  const flaw = fc.oneof({ weight: 8, arbitrary: fc.constant("None" as const) }, { weight: 1, arbitrary: fc.constant("Broken" as const) }, { weight: 1, arbitrary: fc.constant("Empty" as const) });
  const ms = fc.constantFrom(...WAITS);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("Commit" as const), app, items, flaw }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("Move" as const), app, item }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("Remove" as const), app }) },
    { weight: 7, arbitrary: fc.record({ kind: fc.constant("Edit" as const), item, edit: fc.constantFrom(...EDITS) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("Wait" as const), ms }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("Kill" as const), downMs: ms, fetchMs: ms }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("Pause" as const), on: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ kind: "Compact" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "CloseWatches" as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("Approve" as const), on: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("Faults" as const), percent: fc.constantFrom(0, 5, 20), crashes: fc.constantFrom(0, 0, 3) }) },
  );
  return fc.record({ seed: fc.integer(), shared: fc.boolean(), steps: fc.array(step, { minLength: 3, maxLength: 16 }) });
}

/** Carries a history out and checks all laws. */
export async function runTrace(trace: Trace): Promise<TraceResult> {
  return new Play(trace).run();
}

/** Chunks of quiet time after which it is looked whether all is well: a little over an hour, in which everything is resynced once. */
const PATIENCE = [...Array.from({ length: 10 }, () => 1_000), ...Array.from({ length: 12 }, () => 10_000), ...Array.from({ length: 80 }, () => 60_000)];
const STEADY_MS = 15 * 60_000;
const LATE_MS = 5 * 60_000;

class Play {
  readonly #trace: Trace;
  readonly #watch = new DeletionWatch();
  readonly #world: LoopWorld;
  readonly #wanted: Map<number, number>[] = APPS.map(() => new Map<number, number>());
  readonly #chance: () => number;
  #requests = 0;
  #restart: { readonly at: number; readonly fetchMs: number } | undefined;
  #faults = { percent: 0, crashes: 0 };
  #crashes = 0;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#chance = seededRandom(trace.seed);
    this.#world = new LoopWorld(trace.seed ^ 0x5eed, {
      onRequest: (entry) => {
        this.#watch.request(entry);
        if (entry.call.client.startsWith("operator") && entry.call.verb !== "watch") this.#requests += 1;
      },
      onReconcile: (app, phase) => this.#watch.reconcile(app, phase),
    }, trace.shared);
    this.#watch.world = this.#world;
    this.#world.faults = (call) => this.#fault(call);
  }

  async run(): Promise<TraceResult> {
    this.#begin();
    await this.#world.advance(20);
    for (const step of this.#trace.steps) await this.#step(step);
    const convergedMs = await this.#quiet();
    const problems = [...this.#watch.problems];
    if (convergedMs === undefined) problems.push(...divergence(this.#world));
    else problems.push(...(await this.#steady()), ...lateness(convergedMs));
    problems.push(...(await leaks(this.#world)));
    this.#world.kill();
    return { problems, convergedMs, requests: this.#world.cluster.requests, deletions: this.#watch.deletions, crashes: this.#crashes };
  }

  #begin(): void {
    const stranger: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "stranger", namespace: "one" }, data: { mine: "yes" } };
    this.#world.byHand(stranger);
    const existing = ITEMS[1]?.make(3);
    if (existing !== undefined && this.#chance() < 0.5) this.#world.byHand(existing);
    this.#world.start(0);
  }

  async #step(step: Step): Promise<void> {
    switch (step.kind) {
      case "Commit":
        this.#wanted[step.app] = new Map(step.items);
        this.#world.declare(APPS[step.app] ?? "");
        this.#commit(step.flaw, step.app);
        break;
      case "Move":
        this.#move(step.app, step.item);
        break;
      case "Remove":
        this.#world.remove(APPS[step.app] ?? "");
        break;
      case "Edit":
        this.#edit(step.item, step.edit);
        break;
      case "Wait":
        await this.#pass(step.ms);
        return;
      case "Kill":
        this.#world.kill();
        this.#down(step.downMs, step.fetchMs);
        break;
      case "Pause":
        this.#world.paused = step.on;
        break;
      case "Compact":
        this.#world.cluster.compact();
        break;
      case "CloseWatches":
        this.#world.cluster.closeWatches();
        break;
      case "Approve":
        this.#world.approving = step.on;
        break;
      case "Faults":
        this.#faults = step;
        break;
    }
    await this.#pass(WAITS[Math.floor(this.#chance() * 4)] ?? 0);
  }

  /** Time passes; a process that died comes back. */
  async #pass(ms: number): Promise<void> {
    const end = this.#world.clock.monotonic() + ms;
    while (this.#restart !== undefined && this.#restart.at <= end) {
      await this.#world.advance(Math.max(0, this.#restart.at - this.#world.clock.monotonic()));
      const { fetchMs } = this.#restart;
      this.#restart = undefined;
      this.#world.start(fetchMs);
      await this.#world.advance(0);
      this.#noteCrash();
    }
    await this.#world.advance(Math.max(0, end - this.#world.clock.monotonic()));
    this.#noteCrash();
  }

  #noteCrash(): void {
    if (this.#world.operator !== undefined || this.#restart !== undefined) return;
    this.#crashes += 1;
    this.#down(200, WAITS[Math.floor(this.#chance() * 5)] ?? 0);
  }

  #down(downMs: number, fetchMs: number): void {
    this.#restart = { at: this.#world.clock.monotonic() + downMs, fetchMs };
  }

  #commit(flaw: "None" | "Broken" | "Empty", ...apps: readonly number[]): void {
    this.#world.commit(new Map(apps.map((app) => [APPS[app] ?? "", { wanted: new Map(this.#wanted[app]), flaw: (this.#wanted[app]?.size ?? 0) === 0 ? "Empty" : flaw }])));
  }

  /** An object changes its Application: in one commit, or in one to each source, of which the first is left to chance. */
  #move(from: number, item: number): void {
    const to = 1 - from;
    const variant = this.#wanted[from]?.get(item);
    if (variant === undefined) return;
    this.#wanted[from]?.delete(item);
    this.#wanted[to]?.set(item, variant);
    if (this.#trace.shared === true) this.#commit("None", from, to);
    else for (const app of this.#chance() < 0.5 ? [from, to] : [to, from]) this.#commit("None", app);
  }

  #edit(item: number, edit: Edit): void {
    const key = ITEM_KEYS[item];
    const id = key === undefined ? undefined : parseKey(key);
    const made = ITEMS[item]?.make(0);
    if (key === undefined || id === undefined || made === undefined) return;
    this.#watch.touched(key);
    const ref: ObjectRef = { apiVersion: made.apiVersion, kind: made.kind, namespace: made.metadata.namespace, name: made.metadata.name };
    try {
      this.#editLive(ref, edit);
    } catch (error) {
      if (!(error instanceof KubeApiError)) throw error; // what the server does not let people do is not done
    }
  }

  #editLive(ref: ObjectRef, edit: Edit): void {
    const { server } = this.#world.cluster;
    const live = server.find(ref);
    if (live === undefined) return;
    const patch = (body: Json, manager = "kubectl-edit"): void => void server.patch(ref, body, "merge", { manager });
    switch (edit) {
      case "Value":
        return patch(valueEdit(live));
      case "Extra":
        return patch(live.kind === "ConfigMap" ? { data: { [BY_HAND]: "yes" } } : { metadata: { annotations: { [BY_HAND]: "yes" } } });
      case "Unlabel":
        return patch({ metadata: { labels: { [PART_OF_LABEL]: null } } });
      case "Disown":
        return patch({ metadata: { annotations: { [ORIGIN_ANNOTATION]: null } } });
      case "Strip":
        return patch({ metadata: { labels: null, annotations: null } }, "kubectl-replace");
      case "Delete":
        return void server.delete(ref, { propagationPolicy: "Background" });
      case "Copy":
        return this.#copyMarks(live);
      case "Wipe":
        return patch({ metadata: { managedFields: [{}] } });
      case "Keep":
        return patch({ metadata: { annotations: { [PRUNE]: "disabled" } } }, "kubectl-annotate");
      case "Leave":
        return patch({ metadata: { annotations: { [RECONCILE]: "disabled" } } }, "kubectl-annotate");
      case "Touch":
        return patch({ metadata: { annotations: { controller: `${this.#world.cluster.version}` } } }, "some-controller");
    }
  }

  /** A controller copies the marks of one of ours onto something of its own. */
  #copyMarks({ metadata: { labels = {}, annotations = {} } }: KubeObject): void {
    const stranger: ObjectRef = { apiVersion: "v1", kind: "ConfigMap", namespace: "one", name: "stranger" };
    const body = { metadata: { labels: { [PART_OF_LABEL]: labels[PART_OF_LABEL] ?? null }, annotations: { [ORIGIN_ANNOTATION]: annotations[ORIGIN_ANNOTATION] ?? null } } };
    this.#world.cluster.server.patch(stranger, body, "merge", { manager: "some-controller" });
  }

  #fault(call: Call): Fault | undefined {
    const { percent, crashes } = this.#faults;
    if (percent === 0 && crashes === 0) return undefined;
    const draw = this.#chance() * 100;
    if (draw < crashes) return { kind: "Crash", when: this.#chance() < 0.5 ? "Before" : "After" };
    if (draw > percent) return undefined;
    return call.verb === "watch" ? this.#watchFault() : this.#requestFault();
  }

  #watchFault(): Fault {
    const faults: readonly Fault[] = [{ kind: "Expire" }, { kind: "Close", afterEvents: 1 }, { kind: "Lag", ms: 700 }, { kind: "Lag", ms: 3_000 }, { kind: "Refuse", status: 500 }];
    return faults[Math.floor(this.#chance() * faults.length)] ?? { kind: "Expire" };
  }

  #requestFault(): Fault {
    const faults: readonly Fault[] = [
      { kind: "Refuse", status: 409 }, { kind: "Refuse", status: 429, retryAfterMs: 500 }, { kind: "Refuse", status: 500 }, { kind: "Refuse", status: 0 },
      { kind: "LoseAnswer" }, { kind: "LoseAnswer", status: 504 }, { kind: "Delay", beforeMs: 300 }, { kind: "Delay", afterMs: 1_200 }, { kind: "Delay", beforeMs: 30, afterMs: 30 },
    ];
    return faults[Math.floor(this.#chance() * faults.length)] ?? { kind: "LoseAnswer" };
  }

  /** All disturbance ends, people agree on what they want, and time passes until it is so. */
  async #quiet(): Promise<number | undefined> {
    this.#faults = { percent: 0, crashes: 0 };
    this.#world.paused = false;
    this.#world.approving = true;
    this.#agree();
    this.#liftLeaves();
    if (!(await this.#declared())) return undefined;
    APPS.forEach((_name, app) => this.#commit("None", app));
    const began = this.#world.clock.monotonic();
    for (const ms of PATIENCE) {
      await this.#pass(ms);
      if (divergence(this.#world).length === 0) return this.#world.clock.monotonic() - began;
    }
    return undefined;
  }

  /** Every Application is declared anew that was deleted, once it is gone. */
  async #declared(): Promise<boolean> {
    for (const ms of PATIENCE) {
      for (const app of APPS) this.#world.declare(app);
      if (this.#world.declared.length === APPS.length) return true;
      await this.#pass(ms);
    }
    return false;
  }

  /** Whoever asked for an object to be left alone lets go of that where it is wanted: what is left alone cannot become so. */
  #liftLeaves(): void {
    const { cluster } = this.#world;
    const wanted = new Set(this.#wanted.flatMap((items) => [...items.keys()].map((item) => ITEM_KEYS[item])));
    for (const object of cluster.objects()) {
      const { apiVersion, kind, metadata: { namespace, name, annotations } } = object;
      if (annotations?.[RECONCILE] !== undefined && wanted.has(keyOf(object))) cluster.server.patch({ apiVersion, kind, namespace, name }, { metadata: { annotations: { [RECONCILE]: null } } }, "merge", { manager: "kubectl-annotate" });
    }
  }

  /** Each object is wanted by one Application at most, and only where it can be; each Application wants something. */
  #agree(): void {
    const [left = new Map<number, number>(), right = new Map<number, number>()] = this.#wanted;
    for (const item of left.keys()) right.delete(item);
    for (const wanted of [left, right]) {
      for (const item of Array.from(wanted.keys())) if (!canBe(item, [left, right])) wanted.delete(item);
    }
    for (const [wanted, other] of [[left, right], [right, left]] as const) {
      if (wanted.size > 0) continue;
      wanted.set(0, 1);
      other.delete(0);
      if (other.size === 0) other.set(1, 1);
    }
    this.#wanted.splice(0, 2, left, right);
  }

  /** A law of its own: while nothing happens, nothing is asked. */
  async #steady(): Promise<string[]> {
    await this.#world.advance(3 * 60_000);
    const before = this.#requests;
    await this.#world.advance(STEADY_MS);
    const asked = this.#requests - before;
    const mayAsk = APPS.some((app) => isAskingForStripped(this.#world, app));
    return [...(asked === 0 || mayAsk ? [] : [`${asked} requests while nothing happened`]), ...divergence(this.#world)];
  }
}

/** What comes only with the resync has missed its event. */
function lateness(convergedMs: number): string[] {
  return convergedMs <= LATE_MS ? [] : [`converged only after ${convergedMs / 1_000} s`];
}

const canBe = (item: number, wanted: readonly Wanted[]): boolean => {
  const needs = ITEMS[item]?.needs;
  return needs === undefined || wanted.some((each) => each.has(needs));
};

function valueEdit(live: KubeObject): Json {
  switch (live.kind) {
    case "ConfigMap":
      return { data: { variant: "edited" } };
    case "Secret":
      return { data: { token: Buffer.from("edited").toString("base64") } };
    case "Deployment":
      return { spec: { replicas: 5 } };
    case "Service":
      return { spec: { selector: { app: "other" } } };
    case "Thing":
      return { spec: { size: 77 } };
    default:
      return { metadata: { annotations: { variant: "edited" } } };
  }
}
