import { needKey } from "../../charts/needs.ts";
import type { Answer, LookupNeed, Need, RemoteBaseNeed, ValueAnswer } from "../../charts/needs.ts";
import type { Rendered } from "../../charts/rendered.ts";
import type { Artifact } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import { parseDuration } from "../api/duration.ts";
import { RECONCILE_ANNOTATION } from "../api/group.ts";
import type { Account, ClusterClient, Clock } from "../ports.ts";
import { lookUp } from "./cluster-answers.ts";
import type { RemoteBases } from "./remote-bases.ts";
import { renderAnswered } from "./render-answered.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";

/** What answers come from. */
export interface RenderNeedsOptions {
  readonly bases: Pick<RemoteBases, "answer" | "use">;
  readonly cluster: Pick<ClusterClient, "capabilities" | "get" | "list" | "kindOf">;
  readonly clock: Clock;
  /** Has an Application looked at now. */
  readonly wake: (name: ResourceName) => void;
}

/** One render of an Application. */
export interface RenderOccasion {
  readonly app: Application;
  readonly account: Account;
  readonly artifact: Artifact;
  readonly signal: AbortSignal;
}

/** How an Application was rendered the last time. */
interface Followed {
  readonly tree: string;
  /** Generation, and the annotation by which somebody asks for a reconcile. */
  readonly asked: string;
  /** Answers that are older do not count. */
  readonly since: number;
  readonly needs: readonly Need[];
  /** What the cluster has said since, by key and account. */
  readonly values: Map<string, Promise<ValueAnswer>>;
}

/** A resync comes a little early or late. */
const RESYNC_SHARE = 0.8;
/** Sources whose newest content is known. */
const MAX_SOURCES = 2_000;
/** How long a cluster is taken to serve what it served: what a chart waits for may just have been installed. */
const CAPABILITIES_MS = 5_000;
/** A timer does not run longer than a few weeks. */
const LONGEST_TIMER_MS = 14 * 24 * 3_600_000;

const NOTHING: readonly Need[] = [];

/** Answers what renders of Applications need, anew with every commit, change of the spec, request and resync; in between the same. */
export class RenderNeeds {
  readonly #options: RenderNeedsOptions;
  readonly #followed = new Map<ResourceName, Followed>();
  readonly #renewals = new Map<ResourceName, () => void>();
  /** By source: its content, and when that was seen first; its Applications need not ask one by one. */
  readonly #seen = new Map<string, { readonly tree: string; readonly at: number }>();
  #capabilities: { readonly at: number; readonly answer: Promise<ValueAnswer> } | undefined;

  constructor(options: RenderNeedsOptions) {
    this.#options = options;
  }

  /** What `render` gives once it has what it needs. Throws what cannot be had, with the place that needs it. */
  async render(occasion: RenderOccasion, render: (answers: ReadonlyMap<string, Answer>) => Promise<Rendered>): Promise<Rendered> {
    const { app, artifact, signal } = occasion;
    const name = nameOf(app);
    const followed = this.#follow(name, app, artifact.tree.id);
    const rendered = await renderAnswered(render, { answer: (need) => this.#answer(need, occasion, followed), expected: followed.needs, signal });
    this.#renew(name, rendered.renewAt);
    const { answered: needs = NOTHING } = rendered;
    if (needs === followed.needs) return rendered;
    this.#followed.set(name, { ...followed, needs });
    this.#options.bases.use(name, needs.filter(isBase));
    return rendered;
  }

  /** An Application is gone. */
  forget(name: ResourceName): void {
    this.#followed.delete(name);
    this.#renew(name, undefined);
    this.#options.bases.use(name, []);
  }

  /** Ends all timers. */
  stop(): void {
    for (const cancel of this.#renewals.values()) cancel();
    this.#renewals.clear();
  }

  async #answer(need: Need, { app, account, artifact, signal }: RenderOccasion, followed: Followed): Promise<Answer> {
    switch (need.kind) {
      case "RemoteBase":
        return this.#options.bases.answer(need, { namespace: account.namespace, name: nameOf(app), since: followed.since }, signal);
      case "Time":
        return { kind: "Value", value: artifact.commit.committedAt.getTime() };
      case "Capabilities":
        return this.#currentCapabilities();
      case "Lookup":
        return this.#lookUp(need, account, followed, signal);
    }
  }

  #lookUp(need: LookupNeed, account: Account, { values }: Followed, signal: AbortSignal): Promise<ValueAnswer> {
    const { cluster } = this.#options;
    return kept(values, `${account.namespace}/${account.name} ${needKey(need)}`, () => lookUp(need, { cluster, account, signal }));
  }

  #currentCapabilities(): Promise<ValueAnswer> {
    const now = this.#options.clock.monotonic();
    if (this.#capabilities !== undefined && now - this.#capabilities.at < CAPABILITIES_MS) return this.#capabilities.answer;
    const answer = this.#options.cluster.capabilities().then(({ kubeVersion, apiVersions }): ValueAnswer => ({ kind: "Value", value: { kubeVersion, apiVersions: [...apiVersions] } }));
    const asked = { at: now, answer };
    this.#capabilities = asked;
    answer.catch(() => {
      if (this.#capabilities === asked) this.#capabilities = undefined;
    });
    return answer;
  }

  /** Certificates are renewed in time. */
  #renew(name: ResourceName, renewAt: number | undefined): void {
    this.#renewals.get(name)?.();
    this.#renewals.delete(name);
    if (renewAt === undefined) return;
    const { clock, wake } = this.#options;
    this.#renewals.set(name, clock.after(Math.min(Math.max(renewAt - clock.now().getTime(), 0), LONGEST_TIMER_MS), () => wake(name)));
  }

  #follow(name: ResourceName, app: Application, tree: string): Followed {
    const now = this.#options.clock.monotonic();
    const before = this.#followed.get(name);
    const asked = `${app.metadata.generation ?? 0} ${app.metadata.annotations?.[RECONCILE_ANNOTATION] ?? ""}`;
    const isDue = before !== undefined && now - before.since >= parseDuration(app.spec.sync?.resyncInterval ?? "1h") * RESYNC_SHARE;
    if (before !== undefined && before.tree === tree && before.asked === asked && !isDue) return before;
    const since = before?.asked === asked && !isDue ? this.#firstSeen(app, tree, now) : now;
    const followed = { tree, asked, since, needs: before?.needs ?? NOTHING, values: new Map<string, Promise<ValueAnswer>>() };
    this.#followed.set(name, followed);
    this.#options.bases.use(name, followed.needs.filter(isBase));
    return followed;
  }

  #firstSeen({ metadata, spec }: Application, tree: string, now: number): number {
    const source = `${metadata.namespace ?? ""}/${spec.sourceRef.name}`;
    const known = this.#seen.get(source);
    if (known?.tree === tree) return known.at;
    this.#seen.set(source, { tree, at: now });
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= MAX_SOURCES) break;
      this.#seen.delete(oldest);
    }
    return now;
  }
}

const isBase = (need: Need): need is RemoteBaseNeed => need.kind === "RemoteBase";

/** What was answered before, or is being asked for; a failure is not kept. */
function kept(values: Map<string, Promise<ValueAnswer>>, key: string, ask: () => Promise<ValueAnswer>): Promise<ValueAnswer> {
  const known = values.get(key);
  if (known !== undefined) return known;
  const answer = ask();
  values.set(key, answer);
  answer.catch(() => values.delete(key));
  return answer;
}
