import { CLUSTER_SCOPED } from "../../src/object/merge-key-facts.ts";

const KNOWN: ReadonlySet<string> = new Set(CLUSTER_SCOPED);

/**
 * True for a kind that is known to have no namespace; false for namespaced and for unknown kinds. Known is what kustomize
 * 5.8 knows: it gives newer kinds a namespace, and we must render what it renders.
 */
export function isClusterScoped(apiVersion: string, kind: string): boolean {
  return KNOWN.has(`${apiVersion} ${kind}`);
}
