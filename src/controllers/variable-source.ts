import { explainRefusal } from "../../reconciler/apply-failure.ts";
import { isApiStatus, ReconcileError } from "../errors.ts";
import type { Account, ClusterClient } from "../ports.ts";
import type { SourceValues, VariableSource } from "./variable-values.ts";
import { valuesOf } from "./variable-values.ts";

/** What was read of one source of variables. */
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

/** Reads a source of variables. Throws VARIABLES_NOT_READY where it may not be read, KubeApiError where it cannot. */
export async function readSource({ kind, name }: VariableSource, index: number, { cluster, namespace, account, signal }: SourceReader): Promise<SourceRead> {
  try {
    const object = await cluster.get({ apiVersion: "v1", kind, namespace, name }, { as: account, signal });
    return object === undefined ? { version: undefined, values: new Map(), skipped: [] } : { version: object.metadata.resourceVersion ?? "", ...valuesOf(object, kind) };
  } catch (error) {
    if (!isApiStatus(error, 403)) throw error;
    throw notReady(index, `${kind} ${namespace}/${name} cannot be read: ${explainRefusal(error, account)}`);
  }
}

/** A problem for each source that has to be there and is not. */
export function missingSources(sources: readonly VariableSource[], reads: readonly SourceRead[], namespace: string): ReconcileError[] {
  return sources.flatMap(({ kind, name, optional = false }, index) =>
    reads[index]?.version !== undefined || optional ? [] : [notReady(index, `${kind} ${namespace}/${name} does not exist; create it, or say optional: true`)],
  );
}

const notReady = (index: number, message: string): ReconcileError => new ReconcileError("VARIABLES_NOT_READY", message, { position: { file: `spec.render.substitute.from[${index}]` } });
