import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { stringifyJson, type Json, type JsonObject } from "../../src/object/json.ts";
import type { Chart, ChartFile, ChartMetadata } from "./chart/chart.ts";
import { toJson } from "./go/json.ts";
import type { GoMap } from "./go/value.ts";
import type { HelmHook, HelmOutput } from "./output.ts";

/**
 * What Helm keeps of a release, in its own format (release/v1 of Helm 3 and 4), but for the revision and the times, which
 * are known only when it is installed. It holds the values and the manifests with every Secret in them, as Helm's own does:
 * it is for a Secret of the release's namespace and for nothing else.
 */
export interface ReleaseRecord {
  readonly name: string;
  readonly namespace: string;
  /** Stands for the content: equal digests, equal records. */
  readonly digest: string;
  /** JSON text of the record's fields `name`, `namespace`, `chart`, `config`, `manifest`, `hooks`, `apply_method`, deflated. */
  readonly body: Uint8Array;
  /** For `info.notes`. */
  readonly notes: string;
}

/** What a record is made of. */
export interface RecordInput {
  readonly name: string;
  readonly namespace: string;
  readonly chart: Chart;
  /** The user's values. */
  readonly values: GoMap;
  readonly output: HelmOutput;
  /** What is installed in place of the chart's own manifests, where something was laid over them. */
  readonly manifest?: string | undefined;
}

/** The record of a release. Pure. */
export function releaseRecord({ name, namespace, chart, values, output, manifest }: RecordInput): ReleaseRecord {
  const body = stringifyJson({
    name,
    namespace,
    chart: chartJson(chart),
    config: toJson(values),
    manifest: manifest ?? output.manifests.map(({ source, text }) => `---\n# Source: ${source}\n${text}\n`).join(""),
    hooks: output.hooks.map(hookJson),
    apply_method: "ssa",
  });
  const digest = createHash("sha256").update(body).update("\0").update(output.notes).digest("base64url");
  return { name, namespace, digest, body: deflateRawSync(body), notes: output.notes };
}

/** Dependencies are not part of it: Helm leaves them out as well. */
function chartJson({ metadata, templates, values, schema, files }: Chart): JsonObject {
  return {
    metadata: metadataJson(metadata),
    lock: null,
    templates: templates.map(fileJson),
    values: toJson(values),
    schema: schema === undefined ? null : base64(schema.bytes),
    files: files.map(fileJson),
  };
}

const fileJson = ({ name, bytes }: ChartFile): JsonObject => ({ name, data: base64(bytes) });

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

/** Chart.yaml as Helm writes it: what is empty is left out. */
function metadataJson({ annotations, dependencies, maintainers, ...rest }: ChartMetadata): JsonObject {
  return withoutEmpty({
    ...rest,
    annotations: annotations === undefined ? undefined : Object.fromEntries(annotations),
    maintainers: maintainers.map((maintainer) => withoutEmpty({ ...maintainer })),
    dependencies: dependencies.map(({ importValues, ...dependency }) => withoutEmpty({ ...dependency, "import-values": importValues.map((value) => toJson(value)) })),
  });
}

const withoutEmpty = (fields: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== "" && value !== false && !(Array.isArray(value) && value.length === 0)));

function hookJson({ source, text, kind, documents, events, weight, deletePolicies }: HelmHook): JsonObject {
  const { metadata } = (documents[0]?.value ?? {}) as { metadata?: { name?: Json } }; // a manifest's head was checked
  return { name: metadata?.name ?? "", kind, path: source, manifest: text, events: [...events], weight, delete_policies: deletePolicies.filter((policy) => policy !== ""), last_run: { phase: "" } };
}

/** The whole record as Helm stores it under the key `release` of its Secret, before the Secret's own base64: JSON, gzipped, base64. */
export interface RecordInfo {
  readonly version: number;
  readonly status: "deployed" | "superseded" | "failed";
  readonly firstDeployed: Date;
  readonly lastDeployed: Date;
  readonly description: string;
}

/** JSON text of the record of one revision. */
export function recordJson({ body, notes }: Pick<ReleaseRecord, "body" | "notes">, { version, status, firstDeployed, lastDeployed, description }: RecordInfo): string {
  const info = { first_deployed: firstDeployed.toISOString(), last_deployed: lastDeployed.toISOString(), deleted: "", description, status, notes };
  return `{"version":${version},"info":${stringifyJson(info)},${inflateRawSync(body).toString().slice(1)}`;
}

