import type { GitRef } from "../../src/api/git-source.ts";
import { ReconcileError } from "../../src/errors.ts";
import type { Logger } from "../../src/ports.ts";
import { formatRevision } from "../source.ts";
import type { Artifact } from "../source.ts";
import { checkClosure } from "./closure.ts";
import { Serial } from "./coalesce.ts";
import { parseCommit, peelTag } from "./git-objects.ts";
import type { ParsedCommit } from "./git-objects.ts";
import { GitTree } from "./git-tree.ts";
import type { DirectoryCache } from "./git-tree.ts";
import type { GitLimits } from "./limits.ts";
import { Lru } from "./lru.ts";
import { ObjectStore } from "./object-store.ts";
import type { GitRemote } from "./remote.ts";
import type { ResolvedRef } from "./resolve.ts";
import { Snapshot, tellingFailures } from "./snapshot.ts";
import type { ObjectCache, ObjectReader } from "./snapshot.ts";

/** What a repository is opened with. */
export interface RepositoryOptions {
  /** Name of the store, unique among the repositories of the process. */
  readonly name: string;
  readonly directory: string;
  readonly limits: GitLimits;
  readonly objects: ObjectCache;
  readonly directories: DirectoryCache;
  readonly logger: Logger;
}

/** What to fetch, from where. */
export interface RepositoryFetch {
  readonly remote: GitRemote;
  readonly ref: GitRef | undefined;
  readonly resolved: ResolvedRef;
}

/** Known commits that are named to the server: it needs the nearest one, the others cost bytes. */
const MAX_HAVES = 32;
/** How far a branch is searched for a commit that the server does not give out by itself. */
const SEARCH_DEPTHS: readonly number[] = [50, 500];

interface Download {
  readonly wants: readonly string[];
  readonly depth: number;
  /** Complete in itself, and takes the place of everything stored. */
  readonly base: boolean;
  /** Name the known commits, so that only what is new is sent. */
  readonly incremental: boolean;
}

/** One repository: its store, filled from its remote, one fetch at a time. */
export class GitRepository {
  readonly #options: RepositoryOptions;
  readonly #serial = new Serial();
  /** Parsed commits, counted. */
  readonly #commits = new Lru<ParsedCommit>(64);
  #store: Promise<ObjectStore> | undefined;

  constructor(options: RepositoryOptions) {
    this.#options = options;
  }

  /** The artifact of a commit, fetched unless it is here. Nothing is published that was not verified completely. */
  fetch(request: RepositoryFetch, signal: AbortSignal): Promise<Artifact> {
    return this.#serial.run(async () => {
      signal.throwIfAborted();
      const store = await this.#opened();
      const missing = this.#missing(store, request.resolved);
      if (missing.length > 0 || store.damaged) await this.#fetchMissing(store, request, missing, signal);
      return this.#artifact(store, request.resolved);
    });
  }

  /** The artifact of a commit that was fetched before, without network; undefined when it is not here. */
  async open(resolved: ResolvedRef): Promise<Artifact | undefined> {
    const store = await this.#opened();
    return store.tips.includes(resolved.commit) && !store.damaged ? this.#artifact(store, resolved) : undefined;
  }

  /** Waits for the fetch under way and closes the files. */
  close(): Promise<void> {
    return this.#serial.run(async () => {
      const store = await this.#store?.catch(() => undefined);
      store?.close();
      this.#store = undefined;
    });
  }

  /** Resolves when no fetch is under way. */
  idle(): Promise<void> {
    return this.#serial.run(() => Promise.resolve());
  }

  #opened(): Promise<ObjectStore> {
    const { directory, limits, objects, logger } = this.#options;
    this.#store ??= ObjectStore.open({ directory, limits, cache: objects, logger }).catch((error: unknown) => {
      this.#store = undefined;
      throw error;
    });
    return this.#store;
  }

  #missing(store: ObjectStore, resolved: ResolvedRef): string[] {
    const tag = resolved.tag !== undefined && store.snapshot.typeOf(resolved.tag) !== "tag" ? [resolved.tag] : [];
    return [...(store.tips.includes(resolved.commit) ? [] : [resolved.commit]), ...tag];
  }

  async #fetchMissing(store: ObjectStore, request: RepositoryFetch, missing: readonly string[], signal: AbortSignal): Promise<void> {
    const { resolved } = request;
    const all = [resolved.commit, ...(resolved.tag === undefined ? [] : [resolved.tag])];
    const base: Download = { wants: all, depth: 1, base: true, incremental: false };
    const download: Download = store.needsBase ? base : { wants: missing, depth: 1, base: false, incremental: true };
    try {
      await this.#download(store, request, download, signal);
    } catch (error) {
      if (isCode(error, "GIT_REF_NOT_FOUND") && request.ref?.commit !== undefined) await this.#searchBranch(store, request, error, signal);
      else if (isCode(error, "GIT_PACK_INVALID") && !download.base) {
        this.#options.logger.warn({ error: error.message }, "an incremental fetch was not usable; fetching completely");
        await this.#download(store, request, base, signal);
      } else throw error;
    }
  }

  /** Some servers give out only what a ref leads to: the commit is looked for in the branch that was named with it. */
  async #searchBranch(store: ObjectStore, request: RepositoryFetch, refused: ReconcileError, signal: AbortSignal): Promise<void> {
    const { branch, commit = "" } = request.ref ?? {};
    if (branch === undefined) throw new ReconcileError("GIT_REF_NOT_FOUND", `${refused.message}; check ref.commit, or name its branch in ref.branch too: not every server gives out commits by id`);
    const refs = await request.remote.listRefs([`refs/heads/${branch}`], signal);
    const tip = refs.find((ref) => ref.name === `refs/heads/${branch}`)?.oid;
    if (tip === undefined) throw new ReconcileError("GIT_REF_NOT_FOUND", `branch ${JSON.stringify(branch)} not found, in which commit ${commit} should be`);
    for (const depth of SEARCH_DEPTHS) {
      const found = await this.#download(store, request, { wants: [tip], depth, base: store.needsBase, incremental: false }, signal);
      if (found) return;
    }
    throw new ReconcileError("GIT_REF_NOT_FOUND", `commit ${commit} is not among the last ${SEARCH_DEPTHS.at(-1)} commits of branch ${JSON.stringify(branch)}`);
  }

  /** Receives, verifies and publishes; false when the commit did not come along (only in a search). */
  async #download(store: ObjectStore, request: RepositoryFetch, download: Download, signal: AbortSignal): Promise<boolean> {
    const haves = download.incremental ? store.tips.slice(-MAX_HAVES) : [];
    const path = await request.remote.fetchPack({ wants: download.wants, haves, depth: download.depth }, signal, (bytes) => store.receive(bytes));
    const pack = await store.verify(path, download.base ? "Base" : "Increment");
    try {
      signal.throwIfAborted();
      const before = download.base ? new Snapshot([], this.#options.objects) : store.snapshot;
      const found = before.with(pack).typeOf(request.resolved.commit) !== undefined;
      if (found || download.depth === 1) await this.#verify(before, before.with(pack), request.resolved);
      if (found) await store.publish(path, pack, request.resolved.commit);
      else await store.discard(path, pack);
      return found;
    } catch (error) {
      await store.discard(path, pack);
      throw error;
    }
  }

  async #verify(before: ObjectReader, after: ObjectReader, resolved: ResolvedRef): Promise<void> {
    if (after.typeOf(resolved.commit) === undefined) throw new ReconcileError("GIT_PACK_INVALID", `the server sent a pack without the wanted commit ${resolved.commit}`);
    if (resolved.tag !== undefined && (await peelTag(after, resolved.tag)) !== resolved.commit) {
      throw new ReconcileError("GIT_PROTOCOL", `tag ${resolved.name} (${resolved.tag}) does not lead to ${resolved.commit}, as the server says it does`);
    }
    const commit = await parseCommit(after, resolved.commit);
    await checkClosure({ objects: after, tree: commit.tree, known: (oid) => before.typeOf(oid) !== undefined, limits: this.#options.limits });
    this.#commits.set(resolved.commit, commit, 1);
  }

  async #artifact(store: ObjectStore, resolved: ResolvedRef): Promise<Artifact> {
    const objects = watched(store);
    const { info, tree } = this.#commits.get(resolved.commit) ?? (await parseCommit(objects, resolved.commit));
    return {
      revision: formatRevision(resolved.name, resolved.commit),
      digest: `sha1:${tree}`,
      commit: info,
      tree: new GitTree(tree, objects, this.#options.directories, this.#options.name, this.#options.directory),
    };
  }
}

/** The store as it is now; a read that fails makes the next fetch a complete one. */
function watched(store: ObjectStore): ObjectReader {
  const { snapshot } = store;
  return tellingFailures(snapshot, () => {
    if (snapshot === store.snapshot) store.distrust();
  });
}

function isCode(error: unknown, code: ReconcileError["code"]): error is ReconcileError {
  return error instanceof ReconcileError && error.code === code;
}
