import type { DriftFinding } from "../../../src/api/drift-report.ts";
import type { EpisodeClass, Severity } from "../../../src/api/notifier.ts";
import type { Observation, Subject } from "../../../src/notify/observation.ts";
import { subjectKey } from "../../../src/notify/observation.ts";
import type { Clock } from "../../../src/ports.ts";

/** What is so in a small world of Applications and one source, as the statuses would tell it. */
export class Truth {
  readonly #clock: Clock;
  readonly #tell: (observation: Observation) => void;
  readonly #now = new Map<string, Observation>();
  readonly #running = new Map<string, () => void>();
  /** Times that a class began to have something to tell, for bounds on posts. */
  readonly begun = new Map<EpisodeClass, number>();
  /** Releases that succeeded, by Application, oldest first; Applications that were deleted at some time. */
  readonly released = new Map<string, string[]>();
  readonly corrected = new Map<string, number>();
  readonly deleted = new Set<string>();
  #commit = 0;

  constructor(clock: Clock, tell: (observation: Observation) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Everything as it is now. */
  all(): readonly Observation[] {
    return [...this.#now.values()];
  }

  of(app: number, kind: EpisodeClass): Observation | undefined {
    return this.#now.get(`${kind}/${subjectKey(subjectOf(app, kind))}`);
  }

  /** One class of one subject becomes so. */
  set(app: number, kind: EpisodeClass, state: Observation["state"], more: Partial<Observation> = {}): void {
    const subject = subjectOf(app, kind);
    const key = `${kind}/${subjectKey(subject)}`;
    const before = this.#now.get(key);
    const at = this.#clock.now().toISOString();
    const observation: Observation = {
      subject, class: kind, state, severity: state === "Quiet" ? "Info" : "Warning", story: state === "Quiet" ? "" : "trouble", reason: state === "Quiet" ? "Fine" : "Trouble", since: at,
      group: undefined, source: kind === "Source" ? undefined : "shop/repo", security: false, facts: { summary: `${kind} is ${state}` }, corrected: before?.corrected, ...more,
    };
    if (state !== "Quiet" && (before === undefined || before.state === "Quiet" || before.severity !== observation.severity || before.facts.release !== observation.facts.release || before.group !== observation.group)) this.#count(kind);
    this.#now.set(key, observation);
    this.#tell(observation);
  }

  /** Drift of an Application is corrected some times. */
  correct(app: number, count: number, security: boolean, field: number): void {
    const before = this.of(app, "Drift");
    const at = this.#clock.now().toISOString();
    const finding: DriftFinding = { object: "apps/Deployment/shop/web", class: "Modified", path: `/spec/f${field}`, desired: "1", live: "2", actor: "Person", manager: "kubectl-edit", security, detectedAt: at, revertedAt: at };
    const newest = [...(before?.corrected?.newest ?? []), ...Array.from({ length: count }, () => finding)].slice(-50);
    const name = subjectKey(subjectOf(app, "Drift"));
    this.corrected.set(name, (this.corrected.get(name) ?? 0) + count);
    this.#count("Drift");
    this.set(app, "Drift", before?.state ?? "Quiet", { ...before, corrected: { total: (before?.corrected?.total ?? 0) + count, newest } });
  }

  /** A commit is deployed; those that fail stay so until the next one. `ms` 0: it is never seen running. */
  deploy(apps: readonly number[], failing: readonly number[], ms: number): void {
    this.#commit += 1;
    const commit = this.#commit;
    for (const app of apps) {
      const release = `a${app}-${commit}`;
      const end = (): void => this.#finish(app, release, commit, failing.includes(app));
      this.#running.get(`${app}`)?.();
      if (ms === 0) end();
      else {
        this.set(app, "Deploy", "Running", { severity: "Info", story: release, reason: "InProgress", ...commitFacts(commit, release) });
        this.#running.set(`${app}`, this.#clock.after(ms + app * 700, end));
      }
    }
  }

  /** An Application is deleted. */
  remove(app: number): readonly Subject[] {
    this.#running.get(`${app}`)?.();
    const subject = subjectOf(app, "Deploy");
    for (const [key, observation] of this.#now) if (subjectKey(observation.subject) === subjectKey(subject)) this.#now.delete(key);
    this.deleted.add(subjectKey(subject));
    this.released.delete(subjectKey(subject));
    return [subject];
  }

  #finish(app: number, release: string, commit: number, fails: boolean): void {
    if (fails) this.set(app, "Deploy", "Active", { severity: "Critical", story: `${release}/Failed`, reason: "Failed", ...commitFacts(commit, release) });
    else {
      const key = subjectKey(subjectOf(app, "Deploy"));
      this.#count("Deploy");
      this.released.set(key, [...(this.released.get(key) ?? []), revisionOf(commit)]);
      this.set(app, "Deploy", "Quiet", { reason: "Succeeded", ...commitFacts(commit, release) });
    }
  }

  #count(kind: EpisodeClass): void {
    this.begun.set(kind, (this.begun.get(kind) ?? 0) + 1);
  }
}

/** The Application of a number; class Source has one source only. */
export const subjectOf = (app: number, kind: EpisodeClass): Subject => (kind === "Source" ? { kind: "GitSource", namespace: "shop", name: "repo" } : { kind: "Application", namespace: "shop", name: `a${app}` });

const revisionOf = (commit: number): string => `main@sha1:${String(commit).padStart(7, "0").padEnd(40, "0")}`;

const commitFacts = (commit: number, release: string): Pick<Observation, "group" | "facts"> => ({
  group: `shop/repo@${revisionOf(commit)}`, facts: { summary: `release ${release}`, release, revision: revisionOf(commit), commit: { sha: String(commit).padStart(7, "0").padEnd(40, "0") } },
});

/** Whether a severity is enough for the route of a trace. */
export const reaches = (severity: Severity, least: Severity): boolean => ["Info", "Warning", "Critical"].indexOf(severity) >= ["Info", "Warning", "Critical"].indexOf(least);
