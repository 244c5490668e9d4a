/** The kinds the API server serves, cached; asked again on a miss or on demand. */
import { KubeApiError } from "../errors.ts";
import { parseJson } from "../object/json.ts";
import { apiVersionOf, groupOf, versionOf } from "../object/kube-object.ts";
import { compareText } from "../object/object-id.ts";
import type { Clock, ResourceKind } from "../ports.ts";
import { abortable } from "./delay.ts";
import type { Groups, GroupVersion } from "./discovery-document.ts";
import { DISCOVERY_ACCEPT, mergeStale, parseDiscovery } from "./discovery-document.ts";
import type { Requester } from "./request.ts";

/** A kind that was not found is not asked for again within this time. */
const MISS_INTERVAL_MS = 1_000;
/** Core kinds and all others are two documents. */
const ROOTS = ["/api", "/apis"] as const;
type Root = (typeof ROOTS)[number];

interface Wanted {
  readonly group: string;
  /** Undefined: any. */
  readonly version: string | undefined;
  readonly kind: string;
}

interface Cached {
  readonly etag: string | undefined;
  readonly groups: Groups;
}

/** A lookup either finds the kind, proves that it is not served, or throws: an unreachable group proves nothing. */
export class Discovery {
  readonly #requester: Pick<Requester, "send">;
  readonly #clock: Clock;
  readonly #documents = new Map<Root, Cached>();
  readonly #misses = new Map<string, number>();
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(requester: Pick<Requester, "send">, clock: Clock) {
    this.#requester = requester;
    this.#clock = clock;
  }

  /** The kind in exactly this version, or undefined when the server does not serve it. */
  kindOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceKind | undefined> {
    return this.#find({ group: groupOf(apiVersion), version: versionOf(apiVersion), kind }, signal);
  }

  /** The kind in the most preferred version of its group that has it. */
  preferredKind(group: string, kind: string, signal?: AbortSignal): Promise<ResourceKind | undefined> {
    return this.#find({ group, version: undefined, kind }, signal);
  }

  /** Every kind in the most preferred version of its group that has it, from the server. */
  async kinds(signal?: AbortSignal): Promise<readonly ResourceKind[]> {
    await abortable(this.refresh(), signal);
    const all = [...this.#documents.values()].flatMap(({ groups }) => [...groups.values()].flatMap((versions) => versions.flatMap(({ kinds }) => kinds)));
    const first = new Map<string, ResourceKind>();
    for (const served of all) if (!first.has(`${served.group}/${served.kind}`)) first.set(`${served.group}/${served.kind}`, served);
    return [...first.values()];
  }

  /** Every group and version, `apps/v1`, and every kind in it, `apps/v1/Deployment`, from the server; sorted. */
  async apiVersions(signal?: AbortSignal): Promise<readonly string[]> {
    await abortable(this.refresh(), signal);
    const groups = [...this.#documents.values()].flatMap((document) => [...document.groups]);
    const names = groups.flatMap(([group, versions]) => versions.flatMap(({ version, kinds }) => [apiVersionOf(group, version), ...kinds.map(({ kind }) => `${apiVersionOf(group, version)}/${kind}`)]));
    return [...new Set(names)].sort(compareText);
  }

  /** Asks the server now. Callers share the next request that begins after they called. */
  refresh(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#load().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    const start = (): Promise<void> => {
      this.#next = undefined;
      return this.refresh();
    };
    this.#next ??= this.#running.then(start, start);
    return this.#next;
  }

  async #find(wanted: Wanted, signal: AbortSignal | undefined): Promise<ResourceKind | undefined> {
    const known = this.#lookUp(wanted);
    if (known !== undefined) return known;
    await abortable(this.#askAbout(`${wanted.group}/${wanted.version ?? "*"}/${wanted.kind}`), signal);
    const found = this.#lookUp(wanted);
    if (found === undefined) this.#requireProof(wanted);
    return found;
  }

  #lookUp(wanted: Wanted): ResourceKind | undefined {
    return this.#versions(wanted).flatMap((version) => version.kinds.filter((candidate) => candidate.kind === wanted.kind))[0];
  }

  #versions({ group, version }: Wanted): readonly GroupVersion[] {
    const versions = this.#documents.get(group === "" ? "/api" : "/apis")?.groups.get(group) ?? [];
    return version === undefined ? versions : versions.filter((candidate) => candidate.version === version);
  }

  /** Throws when the kind may be served although it was not found. */
  #requireProof(wanted: Wanted): void {
    const stale = this.#versions(wanted).find((version) => !version.current);
    if (stale === undefined) return;
    const name = apiVersionOf(wanted.group, stale.version);
    throw new KubeApiError(503, "ServiceUnavailable", `the server behind ${name} does not answer, so its kinds are not known: see its APIService`);
  }

  async #askAbout(key: string): Promise<void> {
    if (this.#documents.size < ROOTS.length) return this.#running ?? this.refresh();
    if (!this.#mayAsk(key)) return this.#running;
    try {
      await this.refresh();
    } catch (error) {
      this.#misses.delete(key);
      throw error;
    }
  }

  #mayAsk(key: string): boolean {
    const now = this.#clock.monotonic();
    for (const [asked, at] of this.#misses) {
      if (now - at < MISS_INTERVAL_MS) break;
      this.#misses.delete(asked);
    }
    if (this.#misses.has(key)) return false;
    this.#misses.set(key, now);
    return true;
  }

  async #load(): Promise<void> {
    await Promise.all(ROOTS.map((root) => this.#loadRoot(root)));
  }

  async #loadRoot(root: Root): Promise<void> {
    const known = this.#documents.get(root);
    const answer = await this.#requester.send({ method: "GET", path: root, accept: DISCOVERY_ACCEPT, etag: known?.etag, repeatable: true });
    if (answer.status === 304 && known !== undefined) return;
    const groups = parseDiscovery(parseJson(answer.body));
    this.#documents.set(root, { etag: answer.etag, groups: mergeStale(known?.groups ?? new Map(), groups) });
  }
}
