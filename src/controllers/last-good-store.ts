import type { Draft } from "../../charts/check-objects.ts";
import type { ComposeContext } from "../../reconciler/compose.ts";
import type { EffectiveObject } from "../../reconciler/effective.ts";
import type { Generation } from "../../reconciler/last-good-secret.ts";
import type { LastGood } from "../../reconciler/last-good.ts";
import { inStoredOrder, lineOf, markOf, MAX_OBJECTS, readLine, recall } from "../../reconciler/last-good.ts";
import type { Application } from "../api/application.ts";
import { isApiStatus, KubeApiError, messageOf } from "../errors.ts";
import type { Clock, Logger, ResourceKind } from "../ports.ts";
import { TooLargeError } from "./last-good-codec.ts";
import { LastGoodSecrets } from "./last-good-secrets.ts";
import type { LastGoodSecretsDeps } from "./last-good-secrets.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";

/** What the store needs from its surroundings. */
export interface LastGoodStoreDeps extends LastGoodSecretsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What became of a set that was to be stored. `NotStored`: why, for a person; the reconcile goes on without. */
export type Saving = { readonly kind: "Stored" } | { readonly kind: "Unchanged" } | { readonly kind: "NotStored"; readonly message: string };

/** What stored content is made into objects with: whose it is and what is left to others today. */
export type RecallContext = Pick<ComposeContext, "identity" | "ignore">;

/** What is known of one Application's Secrets. */
interface Known {
  readonly uid: string;
  /** Mark of the set that was dealt with last; undefined: none was in this process. */
  readonly mark?: string | undefined;
  /** What is stored; `Nothing` where nothing is, or nothing that counts. Undefined: not looked at. */
  readonly stored: Generation | "Nothing" | undefined;
  /** Why that set was not stored, and when (monotonic milliseconds) that was found. */
  readonly failure?: { readonly message: string; readonly at: number } | undefined;
}

/** The same set is not tried again before this is over: a missing right is not granted by asking. */
const RETRY_MS = 60_000;

/**
 * Keeps the last good content of Applications in Secrets of their namespaces (docs/adr/0018), for when Git or a chart is
 * gone or broken. One Application is worked on by one caller at a time.
 */
export class LastGoodStore {
  readonly #deps: LastGoodStoreDeps;
  readonly #secrets: LastGoodSecrets;
  readonly #known = new Map<ResourceName, Known>();

  constructor(deps: LastGoodStoreDeps) {
    this.#deps = deps;
    this.#secrets = new LastGoodSecrets(deps);
  }

  /**
   * Stores a set if it differs from what is stored: one request where it fits into one Secret, none when nothing changed.
   * A set that cannot be stored is told, once, as a warning; nothing is thrown but the signal's reason.
   */
  async save(app: Application, revision: string, objects: Iterable<EffectiveObject>, signal: AbortSignal): Promise<Saving> {
    const ordered = inStoredOrder(objects);
    const mark = markOf(ordered);
    const { mark: last, failure } = this.#knownOf(app);
    if (last === mark && failure === undefined) return { kind: "Unchanged" };
    if (last === mark && failure !== undefined && this.#deps.clock.monotonic() - failure.at < RETRY_MS) return { kind: "NotStored", message: failure.message };
    try {
      const { kind, stored } = await this.#store(app, revision, ordered, signal);
      this.#note(app, { mark, stored });
      return { kind };
    } catch (error) {
      signal.throwIfAborted();
      return await this.#notStored(app, mark, error, signal);
    }
  }

  /**
   * What is stored, or undefined when nothing readable is; the latter is told as a warning. Reads one Secret, and further
   * ones only of content larger than one. Throws KubeApiError when the API server does not answer; what may not be read
   * does not count.
   */
  async load(app: Application, context: RecallContext, signal: AbortSignal): Promise<LastGood | undefined> {
    try {
      const found = await this.#secrets.read(app, signal);
      const objects = found === "Nothing" ? undefined : await this.#recall(found.lines, context, signal);
      this.#note(app, { stored: found === "Nothing" ? found : found.generation });
      return objects;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KubeApiError && error.status !== 403) throw error;
      this.#note(app, { stored: "Nothing" });
      this.#deps.logger.warn({ application: nameOf(app), cause: messageOf(error) }, "stored last good content cannot be read and does not count; it is written anew after the next apply");
      return undefined;
    }
  }

  /** The Application is gone; its Secrets go with it by owner reference. */
  forget(name: ResourceName): void {
    this.#known.delete(name);
  }

  async #store(app: Application, revision: string, ordered: readonly EffectiveObject[], signal: AbortSignal): Promise<{ readonly kind: "Stored" | "Unchanged"; readonly stored: Generation }> {
    const began = this.#deps.clock.monotonic();
    if (ordered.length > MAX_OBJECTS) throw new TooLargeError(`has more than ${MAX_OBJECTS} objects`);
    const plain = await this.#secrets.plainOf(app, ordered.values().map(lineOf));
    const before = await this.#storedOf(app, signal);
    if (before !== "Nothing" && before.digest === plain.digest) return { kind: "Unchanged", stored: before };
    const stored = await this.#secrets.write(app, revision, plain, signal);
    const isLarge = stored.chunks > 1 || (before !== "Nothing" && before.chunks > 1);
    if (isLarge) await this.#secrets.removeOthers(app, stored, signal).catch((error: unknown) => this.#tell(app, error, signal, "Secrets of older last good content stay until the next set is stored"));
    this.#deps.logger.debug({ application: nameOf(app), revision, objects: ordered.length, bytes: plain.bytes, chunks: stored.chunks, durationMs: Math.round(this.#deps.clock.monotonic() - began) }, "last good content stored");
    return { kind: "Stored", stored };
  }

  /** What is stored. An Application that was never applied has nothing stored: that saves a request. */
  async #storedOf(app: Application, signal: AbortSignal): Promise<Generation | "Nothing"> {
    const { stored } = this.#knownOf(app);
    if (stored !== undefined) return stored;
    return app.status?.lastAppliedRevision === undefined ? "Nothing" : this.#secrets.look(app, signal);
  }

  async #recall(lines: readonly string[], context: RecallContext, signal: AbortSignal): Promise<LastGood> {
    const drafts = lines.map(readLine);
    const kinds = await this.#kindsOf(drafts, signal);
    return recall(drafts, { ...context, defaultNamespace: context.identity.namespace, kindOf: (apiVersion, kind) => kinds.get(`${apiVersion} ${kind}`) });
  }

  async #kindsOf(drafts: readonly Draft[], signal: AbortSignal): Promise<ReadonlyMap<string, ResourceKind | undefined>> {
    const kinds = new Map<string, ResourceKind | undefined>();
    for (const { value } of drafts) {
      const { apiVersion, kind } = value;
      if (typeof apiVersion !== "string" || typeof kind !== "string" || kinds.has(`${apiVersion} ${kind}`)) continue;
      kinds.set(`${apiVersion} ${kind}`, await this.#deps.cluster.kindOf(apiVersion, kind, signal));
    }
    return kinds;
  }

  /**
   * What is stored is not known any more: a failed write may have been done all the same. A set that is too large will
   * not be stored ever: what is stored is older than what is live, and nobody must go back to it.
   */
  async #notStored(app: Application, mark: string, error: unknown, signal: AbortSignal): Promise<Saving> {
    const message = reasonOf(error);
    if (error instanceof TooLargeError) await this.#secrets.withdraw(app, signal).catch((failure: unknown) => this.#tell(app, failure, signal, "outdated last good content could not be deleted"));
    if (this.#knownOf(app).failure?.message !== message) this.#tell(app, message, signal, "last good content is not stored: while the source is broken after a restart, drift is not corrected");
    this.#note(app, { mark, stored: undefined, failure: { message, at: this.#deps.clock.monotonic() } });
    return { kind: "NotStored", message };
  }

  #tell(app: Application, error: unknown, signal: AbortSignal, message: string): void {
    signal.throwIfAborted();
    this.#deps.logger.warn({ application: nameOf(app), cause: messageOf(error) }, message);
  }

  #knownOf(app: Application): Known {
    const known = this.#known.get(nameOf(app));
    const uid = app.metadata.uid ?? "";
    return known?.uid === uid ? known : { uid, stored: undefined };
  }

  #note(app: Application, news: Omit<Known, "uid">): void {
    this.#known.set(nameOf(app), { ...news, uid: app.metadata.uid ?? "" });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof TooLargeError) return `the content ${error.message}; split the Application`;
  if (isApiStatus(error, 422)) return `${error.message}; delete the Secret that has this name, if it is not ours`;
  if (!isApiStatus(error, 403)) return messageOf(error);
  return `${error.message}; the operator needs a Role in this namespace: driftless install --only tenants --tenant NAMESPACE:ACCOUNT | kubectl apply --server-side -f -`;
}
