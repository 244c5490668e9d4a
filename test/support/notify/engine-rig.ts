import type { DriftFinding } from "../../../src/api/drift-report.ts";
import type { EpisodeClass } from "../../../src/api/notifier.ts";
import { EpisodeEngine } from "../../../src/notify/episode/engine.ts";
import type { EpisodeSettings } from "../../../src/notify/episode/settings.ts";
import type { EngineState, Reach } from "../../../src/notify/episode/state.ts";
import type { WantedMessage } from "../../../src/notify/episode/wanted.ts";
import type { Observation, Subject } from "../../../src/notify/observation.ts";

const START = Date.parse("2026-01-01T08:00:00Z");
const HOUR_MS = 3_600_000;

/** Hourly digests, reminders as by default, no quiet hours. */
export const plainTimes: EpisodeSettings = {
  reminders: { firstMs: 4 * HOUR_MS, maxMs: 24 * HOUR_MS },
  nextDigest: (after) => (Math.floor(after / HOUR_MS) + 1) * HOUR_MS,
  quietUntil: () => undefined,
};

/** An engine whose clock a test moves; seconds count from its start. */
export class EngineRig {
  engine: EpisodeEngine;
  #now = START;
  #wakeAt: number | undefined;
  #messages: readonly WantedMessage[] = [];

  constructor(times: EpisodeSettings = plainTimes) {
    this.engine = new EpisodeEngine(times, undefined, START);
  }

  /** An observation of `kind name` now, unless told otherwise. */
  see(name: string, kind: EpisodeClass, state: Observation["state"], more: Partial<Observation> = {}, routed = true, reaches?: Reach): void {
    const subject: Subject = { kind: kind === "Source" ? "GitSource" : "Application", namespace: "shop", name };
    this.engine.observe(
      { subject, class: kind, state, severity: state === "Quiet" ? "Info" : "Warning", story: state, reason: "Trouble", since: new Date(this.#now).toISOString(), group: undefined, source: kind === "Source" ? undefined : "shop/repo", security: false, facts: { summary: "" }, ...more },
      routed,
      this.#now,
      reaches,
    );
    this.#tick();
  }

  /** A deployment of a commit. */
  deploy(name: string, commit: string, state: Observation["state"], severity: Observation["severity"] = state === "Active" ? "Critical" : "Info"): void {
    const reason = state === "Quiet" ? "Succeeded" : state === "Running" ? "InProgress" : "Failed";
    this.see(name, "Deploy", state, { severity, reason, story: `${commit} ${state}`, group: `shop/repo@${commit}`, facts: { summary: "", release: `${name}-${commit}`, revision: commit } });
  }

  /** Lets seconds pass, ticking whenever the engine asked for it. */
  pass(seconds: number): this {
    const end = this.#now + seconds * 1000;
    for (let wake = this.#wakeAt; wake !== undefined && wake <= end; wake = this.#wakeAt) {
      this.#now = Math.max(wake, this.#now);
      this.#tick();
    }
    this.#now = end;
    this.#tick();
    return this;
  }

  /** All that is to be visible, or was until it was acknowledged: state, class, title. */
  get told(): string[] {
    return this.#messages.map(({ content: { state, title } }) => `${state}: ${title}`);
  }

  get messages(): readonly WantedMessage[] {
    return this.#messages;
  }

  /** What is delivered to the last word is forgotten. */
  delivered(): void {
    for (const { key, steps, closed } of this.#messages) this.engine.acknowledge(key, steps.at(-1)?.number ?? 0, closed);
    this.#tick();
  }

  /** A new process with what was saved. */
  restart(times: EpisodeSettings = plainTimes): void {
    const saved = JSON.parse(JSON.stringify(this.engine.state)) as EngineState; // what was just written
    this.engine = new EpisodeEngine(times, saved, this.#now);
    this.#tick();
  }

  get now(): Date {
    return new Date(this.#now);
  }

  #tick(): void {
    const { messages, wakeAt } = this.engine.tick(this.#now);
    if (wakeAt !== undefined && wakeAt <= this.#now) throw new Error("the engine asks to be woken at once");
    this.#messages = messages;
    this.#wakeAt = wakeAt;
  }
}

/** A corrected difference. */
export const correction = (at: Date, more: Partial<DriftFinding> = {}): DriftFinding => ({
  object: "apps/Deployment/shop/web", class: "Modified", path: "/spec/replicas", desired: "3", live: "5", actor: "Person", manager: "kubectl-edit", detectedAt: at.toISOString(), revertedAt: at.toISOString(), ...more,
});
