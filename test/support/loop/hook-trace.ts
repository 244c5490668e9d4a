/** Random histories of one Application with hooks, crashes at any request included, and the laws of hooks. */
import * as fc from "fast-check";
import { HOOK_RUN_ANNOTATION } from "../../../src/api/group.ts";
import { findCondition } from "../../../src/api/conditions.ts";
import type { Release } from "../../../src/api/release.ts";
import type { Call, Fault } from "../memory-cluster/faults.ts";
import { configMapYaml } from "./app-world.ts";
import { hookOf, HookWorld, jobYaml } from "./hook-world.ts";
import { seededRandom } from "./loop-world.ts";

/** What one commit holds; a hook with `null` is not there. */
export interface HookContent {
  readonly x: number;
  readonly pre: number | null;
  readonly sync: number | null;
  readonly post: number | null;
  /** The hook before everything never ends well. */
  readonly bad: boolean;
}

/** One thing that happens. */
export type HookTraceStep =
  | { readonly kind: "Commit"; readonly content: HookContent }
  | { readonly kind: "Work"; readonly start: boolean }
  | { readonly kind: "Wait"; readonly ms: number }
  | { readonly kind: "Kill" }
  | { readonly kind: "Drift" }
  | { readonly kind: "Ask" }
  | { readonly kind: "Respec"; readonly on: boolean }
  | { readonly kind: "Faults"; readonly percent: number; readonly crashes: number };

/** A history. */
export interface HookTrace {
  readonly seed: number;
  readonly steps: readonly HookTraceStep[];
}

/** Histories for a property test. */
export function hookTraces(): fc.Arbitrary<HookTrace> {
  const version = fc.option(fc.integer({ min: 0, max: 1 }), { freq: 3 });
  const content = fc.record({ x: fc.integer({ min: 0, max: 2 }), pre: version, sync: version, post: version, bad: fc.integer({ min: 0, max: 5 }).map((number) => number === 0) });
  const step: fc.Arbitrary<HookTraceStep> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("Commit" as const), content }) },
    { weight: 7, arbitrary: fc.record({ kind: fc.constant("Work" as const), start: fc.boolean() }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("Wait" as const), ms: fc.constantFrom(0, 5, 50, 400, 1_500, 12_000) }) },
    { weight: 2, arbitrary: fc.constant({ kind: "Kill" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "Drift" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "Ask" as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("Respec" as const), on: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("Faults" as const), percent: fc.constantFrom(0, 5, 20), crashes: fc.constantFrom(0, 2, 4) }) },
  );
  return fc.record({ seed: fc.integer(), steps: fc.array(step, { minLength: 3, maxLength: 18 }) });
}

const WATCH_FAULTS: readonly Fault[] = [{ kind: "Expire" }, { kind: "Close", afterEvents: 1 }, { kind: "Lag", ms: 700 }, { kind: "Lag", ms: 3_000 }, { kind: "Refuse", status: 500 }];
const REQUEST_FAULTS: readonly Fault[] = [
  { kind: "LoseAnswer" }, { kind: "LoseAnswer" }, { kind: "LoseAnswer", status: 504 }, { kind: "Refuse", status: 500 }, { kind: "Refuse", status: 0 }, { kind: "Refuse", status: 409 }, { kind: "Refuse", status: 429, retryAfterMs: 500 },
  { kind: "Delay", beforeMs: 300 }, { kind: "Delay", afterMs: 1_200 },
];

function pick<T>(list: readonly T[], chance: number): T | undefined {
  return list[Math.floor(chance * list.length)];
}

/** Quiet rounds in which everything comes to rest. */
const ROUNDS = 40;

/** Carries a history out; answers with what is wrong. */
export async function runHookTrace({ seed, steps }: HookTrace): Promise<readonly string[]> {
  const play = new Play(seed);
  await play.begin();
  for (const step of steps) await play.step(step);
  return play.end();
}

class Play {
  readonly #world = new HookWorld();
  readonly #chance: () => number;
  readonly #created: string[] = [];
  readonly #releases = new Map<string, Release>();
  readonly #problems: string[] = [];
  #head: HookContent = { x: 0, pre: 0, sync: null, post: 0, bad: false };
  #faults = { percent: 0, crashes: 0 };
  #isDead = false;
  #oid = "";
  #asked = 0;
  checked = 0;

  constructor(seed: number) {
    this.#chance = seededRandom(seed);
    const { server } = this.#world.cluster;
    const create = server.create.bind(server);
    server.create = (object, context) => {
      const made = create(object, context);
      const mark = object.metadata.annotations?.[HOOK_RUN_ANNOTATION];
      if (mark !== undefined) this.#created.push(`${mark} ${object.kind} ${object.metadata.name}`);
      return made;
    };
    const apply = server.apply.bind(server);
    server.apply = (object, context) => {
      if (object.kind === "ConfigMap" && object.metadata.name === "x" && context.dryRun !== true) this.#onApply((object["data"] as { readonly v: string }).v);
      return apply(object, context);
    };
    this.#world.faults = (call) => this.#fault(call);
  }

  async begin(): Promise<void> {
    this.#world.app("a");
    this.#commit(this.#head);
    this.#world.start();
    await this.#advance(20);
  }

  async step(step: HookTraceStep): Promise<void> {
    switch (step.kind) {
      case "Commit":
        this.#commit(step.content);
        return this.#advance(10);
      case "Work":
        this.#work(step.start);
        return this.#advance(10);
      case "Wait":
        return this.#advance(step.ms);
      case "Kill":
        this.#isDead = true;
        return this.#advance(10);
      case "Drift":
        if (this.#world.value("x") !== undefined) this.#world.patch("ConfigMap", "x", { data: { v: "evil" } }, { apiVersion: "v1", manager: "kubectl-edit" });
        return this.#advance(10);
      case "Ask":
        this.#asked += 1;
        this.#world.patch("Application", "a", { metadata: { annotations: { "driftless.dev/reconcile-requested-at": String(this.#asked) } } });
        return this.#advance(10);
      case "Respec":
        this.#world.patch("Application", "a", { spec: { drift: step.on ? { ignore: [{ target: { name: "late" }, paths: ["/data/other"] }, { target: { name: "note" }, paths: ["/data/v"] }] } : null } });
        return this.#advance(10);
      case "Faults":
        this.#faults = { percent: step.percent, crashes: step.crashes };
        return this.#advance(0);
    }
  }

  async end(): Promise<readonly string[]> {
    this.#faults = { percent: 0, crashes: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      await this.#advance(round < 20 ? 10_000 : 120_000);
      this.#work(false);
    }
    this.#judge();
    const before = this.#created.length;
    await this.#advance(2 * 3_600_000);
    if (this.#created.length > before) this.#problems.push(`hooks ran while nothing happened: ${this.#created.slice(before).join(", ")}`);
    this.#world.kill();
    return this.#problems;
  }

  async #advance(ms: number): Promise<void> {
    await this.#world.advance(ms);
    this.#note();
    if (!this.#isDead) return;
    this.#isDead = false;
    this.#world.kill();
    this.#world.start();
    await this.#world.advance(20);
    this.#note();
  }

  #commit(content: HookContent): void {
    this.#head = content;
    const { x, pre, sync, post, bad } = content;
    const hook = (name: string, phase: string, version: number | null): Record<string, string> => (version === null ? {} : { [`a/${name}.yaml`]: jobOf(name, phase, version, name === "pre" && bad) });
    this.#world.commit({ "a/x.yaml": configMapYaml("x", String(x)), "a/note.yaml": configMapYaml("note", "same"), "a/late.yaml": configMapYaml("late", String(x), ', annotations: {driftless.dev/wave: "1"}'), ...hook("pre", "PreSync", pre), ...hook("mid", "Sync", sync), ...hook("post", "PostSync", post) });
    this.#oid = this.#world.oid;
  }

  /** Jobs come one step further: with `start` they only begin. */
  #work(start: boolean): void {
    for (const name of this.#world.jobs()) {
      const job = this.#world.job(name);
      const { conditions = [] } = (job?.["status"] ?? {}) as { readonly conditions?: readonly unknown[] }; // batch/v1
      if (job === undefined || job.metadata.deletionTimestamp !== undefined || conditions.length > 0) continue;
      if (start) this.#world.run(name);
      else this.#world.end(name, JSON.stringify(job).includes('"bad:') ? "Failed" : "Complete");
    }
  }

  #fault(call: Call): Fault | undefined {
    if (this.#chance() * 100 >= this.#faults.percent) return undefined;
    const kind = this.#chance();
    if (call.verb === "watch") return pick(WATCH_FAULTS, kind);
    if (kind < 0.3 && this.#faults.crashes > 0) {
      this.#faults = { ...this.#faults, crashes: this.#faults.crashes - 1 };
      this.#isDead = true;
      return { kind: "Crash", when: this.#chance() < 0.5 ? "Before" : "After" };
    }
    return pick(REQUEST_FAULTS, this.#chance());
  }

  #note(): void {
    for (const release of this.#world.releases()) this.#releases.set(release.metadata.name, release);
  }

  /** What a commit brings is not written before its first hook is told to have ended well. Undoing drift does not wait. */
  #onApply(value: string): void {
    const live = this.#world.value("x");
    if (live === value || live === "evil" || value !== String(this.#head.x) || this.#head.pre === null) return;
    const newest = this.#world.releases().sort((left, right) => numberOf(left) - numberOf(right)).at(-1);
    if (newest?.spec.plan.hooks === undefined || !newest.spec.revision.endsWith(this.#oid)) return; // it is about an earlier commit
    const record = newest.status?.hooks?.find(({ phase }) => phase === "PreSync");
    if (record?.state !== "Succeeded") this.#problems.push(`x was written as ${value} although the hook before it is ${record?.state ?? "not run"}`);
    this.checked += 1;
  }

  #judge(): void {
    const twice = [...Map.groupBy(this.#created, (run) => run)].filter(([, runs]) => runs.length > 1);
    for (const [run, { length }] of twice) this.#problems.push(`${run} was created ${length} times`);
    const all = [...this.#releases.values()].sort((left, right) => numberOf(left) - numberOf(right));
    for (const [index, release] of all.entries()) this.#judgeRelease(release, all[index - 1]);
    this.#judgeEnd();
  }

  #judgeRelease({ metadata: { name, uid = "" }, spec: { plan: { hooks } }, status }: Release, before: Release | undefined): void {
    const succeeded = findCondition(status?.conditions, "Succeeded")?.status === "True";
    const told = status?.hooks ?? [];
    const made = this.#created.filter((run) => run.startsWith(`${uid}/`));
    if (hooks?.occasion === "None" && made.length > 0) this.#problems.push(`${name} was not to run hooks, and made ${made.join(", ")}`);
    const isAgain = hooks?.occasion !== "None" && before?.spec.plan.hooks !== undefined && before.spec.plan.hooks.content === hooks?.content;
    if (isAgain && findCondition(before.status?.conditions, "Succeeded")?.reason !== "Superseded") this.#problems.push(`${name} is for the content of the Release before it`);
    if (!succeeded) return;
    if (told.some(({ state }) => state !== "Succeeded")) this.#problems.push(`${name} succeeded, but ${JSON.stringify(told)}`);
    if (made.length !== told.length) this.#problems.push(`${name} tells of ${told.length} hooks, and made ${made.join(", ")}`);
  }

  #judgeEnd(): void {
    const { x, pre, bad } = this.#head;
    const ready = this.#world.condition("a", "Ready") ?? "";
    if (bad && pre !== null) {
      if (!ready.startsWith("False HookFailed") && !ready.startsWith("True")) this.#problems.push(`not failed: ${ready}`);
      return;
    }
    if (!ready.startsWith("True")) this.#problems.push(`not ready: ${ready}`);
    if (this.#world.value("x") !== String(x) || this.#world.value("late") !== String(x)) this.#problems.push(`x is ${this.#world.value("x")}, late ${this.#world.value("late")}, not ${x}`);
  }
}

/** Of each point one that goes, one way or another, and one that stays. */
function jobOf(name: string, phase: string, version: number, bad: boolean): string {
  const image = `${bad ? "bad" : "good"}:${version}`;
  if (version === 0) return jobYaml(name, hookOf(phase), { image });
  if (phase === "PreSync") return jobYaml(name, hookOf(phase), { image, spec: "ttlSecondsAfterFinished: 30" });
  if (phase === "Sync") return jobYaml(`${name}-`, hookOf(phase), { image, nameField: "generateName" });
  return jobYaml(name, hookOf(phase, 'driftless.dev/hook-delete-policy: "HookSucceeded,BeforeHookCreation"'), { image });
}

const numberOf = ({ metadata: { name } }: Release): number => Number(name.split("-").at(-1));
