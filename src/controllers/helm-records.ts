import type { ReleaseRecord } from "../../charts/helm/record.ts";
import { isApiStatus, messageOf } from "../errors.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { Account, Clock, ClusterClient, Logger, ObjectRef } from "../ports.ts";
import { readRevision, RECORD_DIGEST_ANNOTATION, RECORD_OWNER_ANNOTATION, RecordTooLargeError, revisionSecret, selectorOf, supersede, versionOf } from "./helm-record-secret.ts";

/** What the records need from their surroundings. */
export interface HelmRecordsDeps {
  readonly cluster: ClusterClient;
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly logger: Logger;
}

/** Whose release it is, and as whom its records are written. */
export interface RecordContext {
  /** `<installation>/<namespace>/<name>` of the Application. */
  readonly owner: string;
  readonly account: Account;
  readonly signal: AbortSignal;
}

/** What became of a record. `NotStored`: why, for a person; nothing else depends on it. */
export type Recording = { readonly kind: "Stored"; readonly version: number } | { readonly kind: "Unchanged" } | { readonly kind: "NotStored"; readonly message: string };

/** As many revisions as Helm keeps. */
const MAX_REVISIONS = 10;
/** What could not be stored is not tried again before this is over. */
const RETRY_MS = 60_000;

interface Known {
  readonly digest: string;
  readonly failure?: { readonly message: string; readonly at: number };
}

/**
 * Keeps Helm's own record of what an Application installed (`render.helm.recordRelease`), so that `helm ls`, `helm get` and
 * `helm history` tell it. A release that Helm installed goes on with its next revision.
 */
export class HelmRecords {
  readonly #deps: HelmRecordsDeps;
  /** By owner: what was dealt with last in this process. */
  readonly #known = new Map<string, Known>();

  constructor(deps: HelmRecordsDeps) {
    this.#deps = deps;
  }

  /** Records what was just applied in full; no request while it is the same. Never throws but the signal's reason. */
  async save(record: ReleaseRecord, context: RecordContext): Promise<Recording> {
    const { owner, signal } = context;
    const known = this.#known.get(owner);
    if (known?.digest === record.digest) {
      if (known.failure === undefined) return { kind: "Unchanged" };
      if (this.#deps.clock.monotonic() - known.failure.at < RETRY_MS) return { kind: "NotStored", message: known.failure.message };
    }
    try {
      const recording = await this.#store(record, context);
      this.#known.set(owner, { digest: record.digest });
      return recording;
    } catch (error) {
      signal.throwIfAborted();
      const message = reasonOf(error, record);
      if (known?.failure?.message !== message) this.#deps.logger.warn({ application: owner, cause: message }, "the record for helm is not stored");
      this.#known.set(owner, { digest: record.digest, failure: { message, at: this.#deps.clock.monotonic() } });
      return { kind: "NotStored", message };
    }
  }

  /** Deletes what was recorded for an Application, in the namespace of its release. Throws KubeApiError. */
  async remove({ name, namespace }: Pick<ReleaseRecord, "name" | "namespace">, context: RecordContext): Promise<void> {
    this.forget(context.owner);
    const revisions = await this.#list({ name, namespace }, context);
    for (const revision of revisions.filter((each) => ownerOf(each) === context.owner)) await this.#delete(revision, context);
  }

  /** The Application is gone, or has no records any more. */
  forget(owner: string): void {
    this.#known.delete(owner);
  }

  /** The new revision comes first: a crash after it leaves two that are deployed, which the next look mends. */
  async #store(record: ReleaseRecord, context: RecordContext): Promise<Recording> {
    const revisions = await this.#list(record, context);
    const newest = revisions[0];
    const holder = newest === undefined ? undefined : ownerOf(newest);
    if (holder !== undefined && holder !== context.owner) throw new TakenError(`release ${record.name} is recorded for the Application ${holder}; give one of the two another render.helm.releaseName`);
    const isThere = newest?.metadata.annotations?.[RECORD_DIGEST_ANNOTATION] === record.digest && newest.metadata.labels?.["status"] === "deployed";
    const version = isThere ? versionOf(newest.metadata) : (newest === undefined ? 0 : versionOf(newest.metadata)) + 1;
    if (!isThere) await this.#create(record, version, newest, context);
    const others = isThere ? revisions.slice(1) : revisions;
    for (const other of others) if (other.metadata.labels?.["status"] === "deployed") await this.#supersede(other, context);
    for (const old of others.slice(MAX_REVISIONS - 1)) await this.#delete(old, context);
    return isThere ? { kind: "Unchanged" } : { kind: "Stored", version };
  }

  /** The newest first. */
  async #list({ name, namespace }: Pick<ReleaseRecord, "name" | "namespace">, { account, signal }: RecordContext): Promise<readonly KubeObject[]> {
    const kind = await this.#deps.cluster.kindOf("v1", "Secret", signal);
    if (kind === undefined) throw new Error("the cluster serves no Secrets");
    const { items } = await this.#deps.cluster.list(kind, { namespace, labelSelector: selectorOf({ name }), metadataOnly: true, as: account, signal });
    return items.toSorted((left, right) => versionOf(right.metadata) - versionOf(left.metadata));
  }

  async #create(record: ReleaseRecord, version: number, newest: KubeObject | undefined, { owner, account, signal }: RecordContext): Promise<void> {
    const now = this.#deps.clock.now();
    const before = newest === undefined ? undefined : await this.#read(newest, account, signal);
    const secret = await revisionSecret({ record, owner, version, firstDeployed: before?.firstDeployed ?? now, now });
    await this.#deps.cluster.create(secret, { as: account, signal });
    this.#deps.logger.info({ application: owner, release: record.name, version }, "recorded for helm");
  }

  /** One that cannot be read stays as it is: it is not ours to lose. */
  async #supersede(revision: KubeObject, { account, signal }: RecordContext): Promise<void> {
    const full = await this.#deps.cluster.get(refOf(revision), { as: account, signal });
    const stored = full === undefined ? undefined : await readRevision(full);
    if (full === undefined || stored === undefined) return;
    await this.#deps.cluster.patch(refOf(revision), await supersede(stored, full.metadata, this.#deps.clock.now()), { type: "merge", as: account, signal });
  }

  async #read(revision: KubeObject, account: Account, signal: AbortSignal): Promise<Awaited<ReturnType<typeof readRevision>>> {
    const full = await this.#deps.cluster.get(refOf(revision), { as: account, signal });
    return full === undefined ? undefined : readRevision(full);
  }

  async #delete(revision: KubeObject, { account, signal }: RecordContext): Promise<void> {
    const { uid, resourceVersion } = revision.metadata;
    await this.#deps.cluster.delete(refOf(revision), { uid, resourceVersion, propagationPolicy: "Background", as: account, signal });
  }
}

class TakenError extends Error {}

const ownerOf = ({ metadata }: KubeObject): string | undefined => metadata.annotations?.[RECORD_OWNER_ANNOTATION];

const refOf = ({ metadata: { name, namespace } }: KubeObject): ObjectRef => ({ apiVersion: "v1", kind: "Secret", namespace, name });

function reasonOf(error: unknown, { name }: ReleaseRecord): string {
  if (error instanceof RecordTooLargeError) return `the record of release ${name} ${error.message}; set spec.render.helm.recordRelease: false`;
  if (isApiStatus(error, 403)) return `${messageOf(error)}; records are written as the Application's account, which needs get, list, create, patch and delete of secrets`;
  return messageOf(error);
}
