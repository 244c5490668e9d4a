import { timingSafeEqual } from "node:crypto";
import { CHUNK_BYTES, chunkRef, chunkSecret, chunkSelector, MAX_STORED_BYTES, readChunk, readHead } from "../../reconciler/last-good-secret.ts";
import type { Generation } from "../../reconciler/last-good-secret.ts";
import { MAX_OBJECTS } from "../../reconciler/last-good.ts";
import type { Application } from "../api/application.ts";
import { STATUS_MANAGER } from "../api/group.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient } from "../ports.ts";
import { compress, readLines, TooLargeError, writePlain } from "./last-good-codec.ts";
import type { PlainText, Seal } from "./last-good-codec.ts";

/** What reading and writing the Secrets needs from its surroundings. */
export interface LastGoodSecretsDeps {
  readonly cluster: ClusterClient;
  /** The installation's key: what was not stored with it does not count. */
  readonly key: Buffer;
  /** Compressed bytes in one Secret (default CHUNK_BYTES). */
  readonly chunkBytes?: number;
}

/** Stored content that does not count; the message says why. */
export class UnreadableError extends Error {}

/** Chunks of older generations that are removed at one go. */
const MAX_REMOVED = 100;

/** Reads and writes the Secrets that hold an Application's last good content (see reconciler/last-good-secret.ts). */
export class LastGoodSecrets {
  readonly #cluster: ClusterClient;
  readonly #key: Buffer;
  readonly #chunkBytes: number;

  constructor({ cluster, key, chunkBytes = CHUNK_BYTES }: LastGoodSecretsDeps) {
    this.#cluster = cluster;
    this.#key = key;
    this.#chunkBytes = chunkBytes;
  }

  /** Lines as they would be stored. Throws TooLargeError. Does not contact the cluster. */
  plainOf(app: Application, lines: Iterable<string>): Promise<PlainText> {
    return writePlain(lines, this.#sealOf(app));
  }

  /** What is stored, from the head's metadata alone. */
  async look(app: Application, signal: AbortSignal): Promise<Generation | "Nothing"> {
    const head = await this.#cluster.get(headRef(app), { metadataOnly: true, signal });
    const generation = head === undefined ? "" : readHead(head, app);
    return typeof generation === "string" ? "Nothing" : generation;
  }

  /** Writes a generation. The head comes last: until it is written, what was stored before stays valid. Throws TooLargeError. */
  async write(app: Application, revision: string, { pieces, digest }: PlainText, signal: AbortSignal): Promise<Generation> {
    const packed = await compress(pieces, MAX_STORED_BYTES, signal);
    const generation = { digest, chunks: Math.ceil(packed.length / this.#chunkBytes) };
    for (let index = generation.chunks - 1; index >= 0; index -= 1) {
      const content = packed.subarray(index * this.#chunkBytes, (index + 1) * this.#chunkBytes);
      await this.#cluster.apply(chunkSecret({ app, revision, ...generation }, index, content), { fieldManager: STATUS_MANAGER, force: true, signal });
    }
    return generation;
  }

  /**
   * The stored lines, proved to be what this installation stored for this Application; "Nothing" where there is no head.
   * Throws UnreadableError, TooLargeError or zlib's error where what is there does not count, KubeApiError where the API
   * server does not answer.
   */
  async read(app: Application, signal: AbortSignal): Promise<{ readonly generation: Generation; readonly lines: readonly string[] } | "Nothing"> {
    const head = await this.#cluster.get(headRef(app), { signal });
    if (head === undefined) return "Nothing";
    const generation = orUnreadable(readHead(head, app));
    const chunks = [orUnreadable(readChunk(head, generation))];
    for (let index = 1; index < generation.chunks; index += 1) {
      chunks.push(orUnreadable(readChunk(await this.#cluster.get(chunkRef(app, generation, index), { signal }), generation)));
    }
    return { generation, lines: await this.#linesIn(app, chunks, generation, signal) };
  }

  /** Removes chunks of other generations: a crash may have left some of one that never became valid. */
  async removeOthers(app: Application, generation: Generation, signal: AbortSignal): Promise<void> {
    const kind = await this.#cluster.kindOf("v1", "Secret", signal);
    if (kind === undefined) return;
    const current = new Set(Array.from({ length: generation.chunks }, (_, index) => chunkRef(app, generation, index).name));
    const { items } = await this.#cluster.list(kind, { namespace: app.metadata.namespace, labelSelector: chunkSelector(app), metadataOnly: true, signal });
    const others = items.filter((secret) => !current.has(secret.metadata.name) && isOwnedBy(secret, app));
    for (const { metadata } of others.slice(0, MAX_REMOVED)) {
      await this.#cluster.delete({ ...headRef(app), name: metadata.name }, { uid: metadata.uid, propagationPolicy: "Background", signal });
    }
  }

  /** Takes away what is stored. */
  async withdraw(app: Application, signal: AbortSignal): Promise<void> {
    await this.#cluster.delete(headRef(app), { propagationPolicy: "Background", signal });
  }

  async #linesIn(app: Application, chunks: readonly Buffer[], generation: Generation, signal: AbortSignal): Promise<readonly string[]> {
    const lines: string[] = [];
    const onLine = (line: string): void => {
      if (lines.length === MAX_OBJECTS) throw new TooLargeError(`has more than ${MAX_OBJECTS} objects`);
      lines.push(line);
    };
    const digest = await readLines(chunks, this.#sealOf(app), onLine, signal);
    if (!timingSafeEqual(Buffer.from(digest), Buffer.from(generation.digest))) throw new UnreadableError("its content is not what this installation stored");
    return lines;
  }

  #sealOf(app: Application): Seal {
    return { key: this.#key, owner: app.metadata.uid ?? "" };
  }
}

const headRef = (app: Application) => chunkRef(app, { digest: "" }, 0);

const isOwnedBy = ({ metadata }: KubeObject, app: Application): boolean => metadata.ownerReferences?.some(({ uid }) => uid === app.metadata.uid) === true;

function orUnreadable<T>(result: T | string): T {
  if (typeof result === "string") throw new UnreadableError(result);
  return result;
}
