import { explainRefusal } from "../../reconciler/apply-failure.ts";
import { isApiStatus, ReconcileError } from "../errors.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { Account, ClusterClient } from "../ports.ts";
import type { SourceValues, ValueSource } from "./variable-values.ts";

/** What was read of one ConfigMap or Secret. */
export interface SourceRead extends SourceValues {
  /** The version that was read; undefined: there was no such object. */
  readonly version: string | undefined;
}

/** Who reads, and where. */
export interface SourceReader {
  readonly cluster: Pick<ClusterClient, "get">;
  readonly namespace: string;
  /** Undefined: the caller itself. */
  readonly account: Account | undefined;
  readonly signal: AbortSignal;
}

/** What of an object is taken, and where that is said. */
export interface SourceReading<Source> {
  /** `spec.render.substitute.from[0]` */
  readonly field: string;
  readonly valuesOf: (object: KubeObject, source: Source) => SourceValues;
}

/** Reads a source of values. Throws VARIABLES_NOT_READY where it may not be read, KubeApiError where it cannot. */
export async function readSource<Source extends ValueSource>(source: Source, { field, valuesOf }: SourceReading<Source>, { cluster, namespace, account, signal }: SourceReader): Promise<SourceRead> {
  const { kind, name } = source;
  try {
    const object = await cluster.get({ apiVersion: "v1", kind, namespace, name }, { as: account, signal });
    return object === undefined ? { version: undefined, values: new Map(), skipped: [] } : { version: object.metadata.resourceVersion ?? "", ...valuesOf(object, source) };
  } catch (error) {
    if (!isApiStatus(error, 403)) throw error;
    throw notReady(field, `${kind} ${namespace}/${name} cannot be read: ${explainRefusal(error, account)}`);
  }
}

/** A problem for each source that has to be there and is not. */
export function missingSources(sources: readonly ValueSource[], reads: readonly SourceRead[], namespace: string, field: string): ReconcileError[] {
  return sources.flatMap(({ kind, name, valuesKey, optional = false }, index) => {
    const read = reads[index];
    if (optional || (read?.version !== undefined && (valuesKey === undefined || read.values.has(valuesKey)))) return [];
    const what = `${kind} ${namespace}/${name}`;
    return [notReady(`${field}[${index}]`, read?.version === undefined ? `${what} does not exist; create it, or say optional: true` : `${what} has no text under the key "${valuesKey ?? ""}"; name another with valuesKey, or say optional: true`)];
  });
}

const notReady = (field: string, message: string): ReconcileError => new ReconcileError("VARIABLES_NOT_READY", message, { position: { file: field } });
