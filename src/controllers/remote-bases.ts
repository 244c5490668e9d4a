import { needKey } from "../../charts/needs.ts";
import type { RemoteBaseNeed, TreeAnswer } from "../../charts/needs.ts";
import type { GitRepositories } from "../../sources/git/git-source.ts";
import type { Artifact } from "../../sources/source.ts";
import type { GitRef } from "../api/git-source.ts";
import { messageOf } from "../errors.ts";
import { IdentityLimiters } from "../kube/identity-limiters.ts";
import type { Clock, Logger } from "../ports.ts";
import { backoffDelay } from "./backoff.ts";
import { fetchFirstRef, isCommitId, refsOf } from "./first-ref.ts";
import type { ResourceName } from "./resource-store.ts";

/** What remote bases are fetched with. */
export interface RemoteBasesOptions {
  /** Stores of their own: nothing that a source fetched with credentials is in them. */
  readonly repositories: Pick<GitRepositories, "lookUp" | "fetch" | "retain">;
  readonly clock: Pick<Clock, "monotonic">;
  readonly logger: Logger;
  readonly random: () => number;
}

/** For whom a base is, and how old the answer may be. */
export interface Asker {
  readonly namespace: string;
  readonly name: ResourceName;
  /** Monotonic milliseconds: what was looked up before does not count. */
  readonly since: number;
}

interface Known {
  readonly need: RemoteBaseNeed;
  /** Undefined: it was not fetched yet. */
  artifact: Artifact | undefined;
  /** Which of the refs that it may mean is there. */
  ref: GitRef | undefined;
  lookedAt: number;
  failure: Failure | undefined;
}

interface Failure {
  readonly error: unknown;
  readonly count: number;
  readonly at: number;
  readonly until: number;
}

const TIMEOUT_MS = 60_000;
const MAX_FETCHES = 2;
/** How long one server that fails is left alone, whoever asks. */
const REST = { initialMs: 1_000, maxMs: 60_000 };

/**
 * The repositories that kustomizations refer to, shared by all Applications and fetched without credentials. A commit is
 * fetched once; what follows a branch or tag is looked up as often as its users say.
 */
export class RemoteBases {
  readonly #options: RemoteBasesOptions;
  readonly #fetches = new IdentityLimiters(MAX_FETCHES, { initial: MAX_FETCHES, max: MAX_FETCHES });
  readonly #known = new Map<string, Known>();
  readonly #users = new Map<ResourceName, Set<string>>();

  constructor(options: RemoteBasesOptions) {
    this.#options = options;
  }

  /** The content of a base. Throws ReconcileErrors that begin with its address; the same one again while the server is left alone. */
  async answer(need: RemoteBaseNeed, asker: Asker, signal: AbortSignal): Promise<TreeAnswer> {
    const known = this.#knownOf(need, asker.name);
    const artifact = this.#current(known, asker) ?? (await this.#lookUp(known, asker, signal));
    return { kind: "Tree", tree: artifact.tree };
  }

  /** What an Application uses, besides what it asks for from now on; what nobody uses any more is forgotten. */
  use(name: ResourceName, needs: readonly RemoteBaseNeed[]): void {
    if (needs.length > 0) this.#users.set(name, new Set(needs.map(needKey)));
    else if (!this.#users.delete(name)) return;
    this.#forgetUnused();
  }

  #knownOf(need: RemoteBaseNeed, name: ResourceName): Known {
    const key = needKey(need);
    this.#users.set(name, (this.#users.get(name) ?? new Set()).add(key));
    const known = this.#known.get(key) ?? { need, artifact: undefined, ref: undefined, lookedAt: -Infinity, failure: undefined };
    this.#known.set(key, known);
    return known;
  }

  #current({ need, artifact, lookedAt, failure }: Known, { since }: Asker): Artifact | undefined {
    if (artifact !== undefined && (isCommitId(need.ref) || lookedAt >= since)) return artifact;
    if (failure !== undefined && failure.at >= since && this.#options.clock.monotonic() < failure.until) throw failure.error;
    return undefined;
  }

  async #lookUp(known: Known, asker: Asker, signal: AbortSignal): Promise<Artifact> {
    const slot = await this.#fetches.of(asker.namespace).acquire(signal);
    try {
      return this.#current(known, asker) ?? (await this.#fetch(known, signal)); // somebody else may have asked meanwhile
    } finally {
      slot.release();
    }
  }

  async #fetch(known: Known, signal: AbortSignal): Promise<Artifact> {
    const { clock, repositories, logger, random } = this.#options;
    const began = clock.monotonic();
    try {
      const { url, ref: text } = known.need;
      const refs = known.ref === undefined ? refsOf(text) : [known.ref, ...refsOf(text)];
      const { artifact, ref } = await fetchFirstRef(repositories, { url, refs, timeoutMs: TIMEOUT_MS }, signal);
      if (artifact.revision !== known.artifact?.revision) logger.info({ url, revision: artifact.revision }, "remote base fetched");
      Object.assign(known, { artifact, ref, lookedAt: began, failure: undefined });
      return artifact;
    } catch (error) {
      if (signal.aborted) throw error;
      const count = (known.failure?.count ?? 0) + 1;
      const now = clock.monotonic();
      known.failure = { error, count, at: now, until: now + backoffDelay(count, REST, random()) };
      throw error;
    }
  }

  #forgetUnused(): void {
    const used = new Set([...this.#users.values()].flatMap((keys) => [...keys]));
    const unused = [...this.#known.keys()].filter((key) => !used.has(key));
    if (unused.length === 0) return;
    for (const key of unused) this.#known.delete(key);
    const specs = [...this.#known.values()].map(({ need: { url } }) => ({ url, timeoutMs: TIMEOUT_MS }));
    this.#options.repositories.retain(specs).catch((error: unknown) => this.#options.logger.warn({ cause: messageOf(error) }, "unused remote bases were not removed"));
  }
}
