/**
 * The Secret in which Helm keeps one revision of a release (its storage driver `secret`): type `helm.sh/release.v1`, name
 * `sh.helm.release.v1.<release>.v<revision>`, labels by which Helm finds it, and the record itself as JSON, gzipped, base64.
 */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { ReleaseRecord } from "../../charts/helm/record.ts";
import { recordJson } from "../../charts/helm/record.ts";
import { GROUP } from "../api/group.ts";
import type { JsonObject } from "../object/json.ts";
import { parseJson, stringifyJson } from "../object/json.ts";
import type { KubeObject, ObjectMeta } from "../object/kube-object.ts";

/** Whose record it is: `<installation>/<namespace>/<name>`. */
export const RECORD_OWNER_ANNOTATION = `${GROUP}/helm-record-of`;
/** What it was made from, see ReleaseRecord. */
export const RECORD_DIGEST_ANNOTATION = `${GROUP}/helm-record-digest`;

/** Bytes of the data of one Secret, which the API server bounds at 1 MiB. */
const MAX_BYTES = 1024 * 1024;
/** Bytes of a record of somebody else's, unpacked. */
const MAX_UNPACKED = 64 * 1024 * 1024;

/** A record that no Secret can hold; the message says how large it is. */
export class RecordTooLargeError extends Error {}

/** One revision of a release, as it is to be stored. */
export interface Revision {
  readonly record: ReleaseRecord;
  readonly owner: string;
  readonly version: number;
  readonly firstDeployed: Date;
  readonly now: Date;
}

/** Labels by which the revisions of a release are found. */
export const selectorOf = ({ name }: Pick<ReleaseRecord, "name">): string => `owner=helm,name=${name}`;

/** The revision number that the labels tell, or 0. */
export const versionOf = ({ labels }: ObjectMeta): number => {
  const version = Number(labels?.["version"]);
  return Number.isSafeInteger(version) && version > 0 ? version : 0;
};

/** The Secret of a revision that was just installed. Throws RecordTooLargeError. */
export async function revisionSecret({ record, owner, version, firstDeployed, now }: Revision): Promise<KubeObject> {
  const info = { version, status: "deployed", firstDeployed, lastDeployed: now, description: version === 1 ? "Install complete" : "Upgrade complete" } as const;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.${record.name}.v${version}`,
      namespace: record.namespace,
      labels: { name: record.name, owner: "helm", status: "deployed", version: String(version), createdAt: epoch(now) },
      annotations: { [RECORD_OWNER_ANNOTATION]: owner, [RECORD_DIGEST_ANNOTATION]: record.digest },
    },
    type: "helm.sh/release.v1",
    data: { release: await pack(recordJson(record, info)) },
  };
}

/** What is known of a stored revision. */
export interface StoredRevision {
  readonly fields: JsonObject;
  readonly firstDeployed: Date | undefined;
}

/** The record in a Secret, or undefined where it is none. */
export async function readRevision({ data }: KubeObject & { readonly data?: unknown }): Promise<StoredRevision | undefined> {
  try {
    const { release } = data as { release: string }; // anything else fails below
    const packed = Buffer.from(Buffer.from(release, "base64").toString("latin1"), "base64");
    const fields = parseJson((await promisify(gunzip)(packed, { maxOutputLength: MAX_UNPACKED })).toString()) as JsonObject; // whatever it is, what is looked for is looked for in it
    const { first_deployed: first } = (fields["info"] ?? {}) as { first_deployed?: unknown }; // any member may be anything
    const firstDeployed = typeof first === "string" ? new Date(first) : undefined;
    return { fields, firstDeployed: firstDeployed === undefined || Number.isNaN(firstDeployed.getTime()) ? undefined : firstDeployed };
  } catch {
    return undefined;
  }
}

/** A merge patch by which a revision is no longer the one that is installed. Throws RecordTooLargeError. */
export async function supersede({ fields }: StoredRevision, { resourceVersion }: ObjectMeta, now: Date): Promise<JsonObject> {
  const info = { ...(fields["info"] as JsonObject), status: "superseded" }; // readRevision has looked into it
  return { metadata: { resourceVersion, labels: { status: "superseded", modifiedAt: epoch(now) } }, data: { release: await pack(stringifyJson({ ...fields, info })) } };
}

async function pack(json: string): Promise<string> {
  const packed = (await promisify(gzip)(json, { level: 9 })).toString("base64");
  if (packed.length > MAX_BYTES) throw new RecordTooLargeError(`has ${(packed.length / 1024 / 1024).toFixed(1)} MiB, and a Secret holds 1 MiB`);
  return Buffer.from(packed).toString("base64");
}

const epoch = (now: Date): string => String(Math.floor(now.getTime() / 1000));
