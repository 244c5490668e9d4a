/**
 * How last good content lies in Secrets of the Application's namespace. The head, `<app>-<hash>-last-good-0`, says in
 * annotations what there is: format, revision, keyed digest of the uncompressed text, number of chunks. It holds the first
 * chunk; the others are in `<app>-<hash>-last-good-<i>-<start of the digest>`, so that those of two generations never
 * get in each other's way and writing the head is what makes a generation the valid one.
 */
import { createHash } from "node:crypto";
import type { Application } from "../src/api/application.ts";
import { GROUP } from "../src/api/group.ts";
import { valueAt } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { asJson } from "../src/object/kube-object.ts";
import type { ObjectRef } from "../src/ports.ts";

/** Type of the Secrets: nothing mounts it, and the operator may write Secrets of no other (see src/cli/install/secret-fence.ts). */
export const LAST_GOOD_TYPE = `${GROUP}/last-good`;
/** Label that finds all of one Application's. */
export const LAST_GOOD_LABEL = `${GROUP}/last-good-of`;
/** Compressed bytes in one Secret: as base64 with all around it below the 1.5 MiB that etcd takes, and below the 1 MiB of a Secret. */
export const CHUNK_BYTES = 900 * 1024;
/** Compressed bytes that are stored for one Application. */
export const MAX_STORED_BYTES = 16 * 1024 * 1024;

const FORMAT = "1";
const FORMAT_ANNOTATION = `${GROUP}/last-good-format`;
const REVISION_ANNOTATION = `${GROUP}/last-good-revision`;
const DIGEST_ANNOTATION = `${GROUP}/last-good-digest`;
const CHUNKS_ANNOTATION = `${GROUP}/last-good-chunks`;
const DATA_KEY = "content";
const MAX_CHUNKS = Math.ceil(MAX_STORED_BYTES / CHUNK_BYTES);
/** Characters of a base name: it is a label value, too. */
const MAX_BASE = 63;

/** One stored set as its head tells it. */
export interface Generation {
  /** HMAC-SHA-256 of the uncompressed text under the installation's key, hexadecimal: nobody else can have stored it. */
  readonly digest: string;
  readonly chunks: number;
}

/** A set that is about to be stored. */
export interface NewGeneration extends Generation {
  readonly app: Application;
  readonly revision: string;
}

/** What an Application's Secrets are called, up to `-last-good`: the start of its name and a hash of all of it. */
export function baseName(app: Application): string {
  const { name } = app.metadata;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, MAX_BASE - 1 - hash.length).replace(/[^a-z0-9]+$/, "")}-${hash}`;
}

/** The address of one chunk; that of number 0, the head, does not depend on the generation. */
export function chunkRef(app: Application, generation: Pick<Generation, "digest">, index: number): ObjectRef {
  const suffix = index === 0 ? "0" : `${index}-${generation.digest.slice(0, 12)}`;
  return { apiVersion: "v1", kind: "Secret", namespace: app.metadata.namespace, name: `${baseName(app)}-last-good-${suffix}` };
}

/** Finds all chunks of all generations of an Application. */
export function chunkSelector(app: Application): string {
  return `${LAST_GOOD_LABEL}=${baseName(app)}`;
}

/** The Secret that holds one chunk. It goes with the Application by owner reference. */
export function chunkSecret({ app, revision, digest, chunks }: NewGeneration, index: number, content: Buffer): KubeObject {
  const { name, namespace } = chunkRef(app, { digest }, index);
  const { apiVersion, kind, metadata } = app;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { [LAST_GOOD_LABEL]: baseName(app) },
      annotations: { [FORMAT_ANNOTATION]: FORMAT, [REVISION_ANNOTATION]: revision, [DIGEST_ANNOTATION]: digest, [CHUNKS_ANNOTATION]: String(chunks) },
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "" }],
    },
    type: LAST_GOOD_TYPE,
    data: { [DATA_KEY]: content.toString("base64") },
  };
}

/** What a head says, or why it does not count. Needs metadata only. */
export function readHead(secret: KubeObject, app: Application): Generation | string {
  const { annotations = {}, ownerReferences = [] } = secret.metadata;
  if (!ownerReferences.some(({ uid }) => uid === app.metadata.uid)) return "it belongs to an earlier Application of this name, or to something else";
  if (annotations[FORMAT_ANNOTATION] !== FORMAT) return `its format is not ${FORMAT}, which this version reads`;
  const digest = annotations[DIGEST_ANNOTATION] ?? "";
  const chunks = Number(annotations[CHUNKS_ANNOTATION]);
  if (!/^[0-9a-f]{64}$/.test(digest)) return `its annotation ${DIGEST_ANNOTATION} is none`;
  if (!Number.isInteger(chunks) || chunks < 1 || chunks > MAX_CHUNKS) return `its annotation ${CHUNKS_ANNOTATION} is no number from 1 to ${MAX_CHUNKS}`;
  return { digest, chunks };
}

/** The compressed bytes in a chunk of this generation, or why there are none. */
export function readChunk(secret: KubeObject | undefined, generation: Generation): Buffer | string {
  if (secret === undefined) return "it does not exist";
  if (secret["type"] !== LAST_GOOD_TYPE) return `its type is not ${LAST_GOOD_TYPE}`;
  if (secret.metadata.annotations?.[DIGEST_ANNOTATION] !== generation.digest) return "it is of another generation";
  const text = valueAt(asJson(secret), ["data", DATA_KEY]);
  return typeof text === "string" ? Buffer.from(text, "base64") : `it has no key ${DATA_KEY}`;
}
