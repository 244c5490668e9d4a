import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { GitRef } from "../../src/api/git-source.ts";
import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { Clock, Logger } from "../../src/ports.ts";
import type { Artifact } from "../source.ts";
import { Coalescer } from "./coalesce.ts";
import { scrub } from "./credentials.ts";
import type { GitCredentials } from "./credentials.ts";
import { withDeadline } from "./deadline.ts";
import type { DirectoryCache } from "./git-tree.ts";
import { HttpAgents } from "./http-agents.ts";
import { HttpTransport } from "./http-transport.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { GitLimits } from "./limits.ts";
import { Lru } from "./lru.ts";
import { displayUrl, parseRemoteUrl } from "./remote-url.ts";
import { GitRemote } from "./remote.ts";
import { GitRepository } from "./repository.ts";
import { resolveRef } from "./resolve.ts";
import type { ResolvedRef } from "./resolve.ts";
import type { ObjectCache } from "./snapshot.ts";

/** A repository and the ref to follow, as a GitSource names them. */
export interface GitRemoteSpec {
  readonly url: string;
  /** Default: the branch that the remote's HEAD names. */
  readonly ref?: GitRef | undefined;
  readonly credentials?: GitCredentials | undefined;
  /** Longest time for one look-up or fetch, in milliseconds. */
  readonly timeoutMs: number;
}

/** How all repositories of a process are kept. */
export interface GitRepositoriesOptions {
  /** A directory of this process alone; what is in it may be deleted whenever it does not run. */
  readonly cacheDir: string;
  readonly logger: Logger;
  readonly clock: Pick<Clock, "monotonic" | "after">;
  /** Default: DEFAULT_LIMITS. */
  readonly limits?: Partial<GitLimits>;
  /** Inflated objects kept in memory, in bytes (default 12 MiB). */
  readonly objectCacheBytes?: number;
  /** Longest silence of a server, in milliseconds (default 30,000). */
  readonly idleTimeoutMs?: number;
}

interface Entry {
  readonly repository: GitRepository;
  /** The remote with the credentials that it was made with. */
  access: { readonly credentials: string; readonly remote: GitRemote } | undefined;
}

const OBJECT_CACHE_BYTES = 12 << 20;
const DIRECTORY_CACHE_BYTES = 4 << 20;

/**
 * Every Git repository that is followed: one store for each address and owner of credentials, whoever refers to it.
 * All methods throw ReconcileErrors that begin with the address (without credentials) and name cause and fix.
 */
export class GitRepositories {
  readonly #options: GitRepositoriesOptions;
  readonly #limits: GitLimits;
  readonly #agents = new HttpAgents();
  readonly #runs = new Coalescer();
  readonly #entries = new Map<string, Entry>();
  readonly #objects: ObjectCache;
  readonly #directories: DirectoryCache;

  constructor(options: GitRepositoriesOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#objects = new Lru(options.objectCacheBytes ?? OBJECT_CACHE_BYTES);
    this.#directories = new Lru(DIRECTORY_CACHE_BYTES);
  }

  /** Which commit the ref means now: one request, none for a commit. */
  lookUp(spec: GitRemoteSpec, signal: AbortSignal): Promise<ResolvedRef> {
    return this.#run("lookUp", spec, [spec.ref ?? {}], signal, ({ remote }, signal) => resolveRef(spec.ref, (prefixes) => remote.listRefs(prefixes, signal)));
  }

  /** The artifact of a look-up's answer; no request when the commit is here, else one that sends what is new. */
  fetch(spec: GitRemoteSpec, resolved: ResolvedRef, signal: AbortSignal): Promise<Artifact> {
    return this.#run("fetch", spec, [spec.ref ?? {}, resolved], signal, ({ repository, remote }, signal) => repository.fetch({ remote, ref: spec.ref, resolved }, signal));
  }

  /** The artifact of a commit from the cache, after a restart too, without network; undefined when it is not there. */
  async open(spec: GitRemoteSpec, resolved: ResolvedRef): Promise<Artifact | undefined> {
    const url = parseRemoteUrl(spec.url);
    try {
      return await this.#entry(url, spec.credentials).repository.open(resolved);
    } catch (error) {
      this.#options.logger.warn({ url: displayUrl(url), error: messageOf(error) }, "a stored repository is not readable; it is fetched again");
      return undefined;
    }
  }

  /** Forgets every repository that none of these refer to, on disk too. Artifacts in use stay readable. An invalid address refers to none. */
  async retain(specs: readonly GitRemoteSpec[]): Promise<void> {
    const kept = new Set(specs.flatMap((spec) => keyIfValid(spec) ?? []));
    // a cache directory that is not there yet holds nothing
    const stored = (await readdir(this.#options.cacheDir).catch(() => [])).filter((name) => /^[0-9a-f]{40}$/.test(name));
    for (const key of stored.filter((name) => !kept.has(name))) {
      await this.#entries.get(key)?.repository.idle();
      // in one step, so that nobody opens the store meanwhile
      this.#entries.delete(key);
      rmSync(join(this.#options.cacheDir, key), { recursive: true, force: true });
    }
  }

  /** Ends connections and fetches under way and closes all files. */
  async close(): Promise<void> {
    await this.#agents.close();
    await Promise.all([...this.#entries.values()].map(({ repository }) => repository.close()));
    this.#entries.clear();
  }

  async #run<T>(
    verb: string,
    spec: GitRemoteSpec,
    what: readonly object[],
    signal: AbortSignal,
    work: (access: { repository: GitRepository; remote: GitRemote }, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const url = parseRemoteUrl(spec.url);
    const credentials = JSON.stringify(spec.credentials ?? {});
    const key = JSON.stringify([verb, url.href, credentials, spec.timeoutMs, ...what]);
    try {
      return await this.#runs.run(key, signal, (signal) =>
        withDeadline(this.#options.clock, spec.timeoutMs, signal, (signal) => {
          const entry = this.#entry(url, spec.credentials);
          return work({ repository: entry.repository, remote: this.#remote(entry, url, spec.credentials, credentials) }, signal);
        }),
      );
    } catch (error) {
      throw signal.aborted ? error : explained(error, url, spec.credentials);
    }
  }

  #entry(url: URL, credentials: GitCredentials | undefined): Entry {
    const key = keyOf(url, credentials);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const directory = join(this.#options.cacheDir, key);
    const logger = this.#options.logger.child({ url: displayUrl(url) });
    const repository = new GitRepository({ name: key, directory, limits: this.#limits, objects: this.#objects, directories: this.#directories, logger });
    const entry: Entry = { repository, access: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  #remote(entry: Entry, url: URL, credentials: GitCredentials | undefined, key: string): GitRemote {
    if (entry.access?.credentials !== key) {
      const { idleTimeoutMs, clock } = this.#options;
      const dispatcher = this.#agents.get(credentials?.ca);
      const transport = new HttpTransport({ url, credentials, dispatcher, ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }) });
      entry.access = { credentials: key, remote: new GitRemote(transport, this.#limits, clock) };
    }
    return entry.access.remote;
  }
}

/** A store belongs to an address and to whose credentials it was fetched with, so that nobody reads what he may not fetch. */
function keyOf(url: URL, credentials: GitCredentials | undefined): string {
  return createHash("sha256").update(`${url.href}\n${credentials?.owner ?? ""}`).digest("hex").slice(0, 40);
}

function keyIfValid({ url, credentials }: GitRemoteSpec): string | undefined {
  try {
    return keyOf(parseRemoteUrl(url), credentials);
  } catch {
    return undefined;
  }
}

function explained(error: unknown, url: URL, credentials: GitCredentials | undefined): ReconcileError {
  const code = error instanceof ReconcileError ? error.code : "INTERNAL";
  const cause = error instanceof ReconcileError ? error.cause : error;
  return new ReconcileError(code, scrub(`${displayUrl(url)}: ${oneLine(messageOf(error))}`, credentials), { cause });
}

/** Parts of the message may be words of the server. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").slice(0, 1000);
}
