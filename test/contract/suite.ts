import { expect } from "vitest";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ClusterClient, ObjectRef, ResourceKind } from "../../src/ports.ts";

/** What the parts of the ClusterClient contract share; filled before the first test of a run. */
export interface Suite {
  /** Has all rights. */
  readonly client: ClusterClient;
  readonly namespace: string;
  /** The group of an installed Widget CRD (test/support/widget-crd.ts). */
  readonly group: string;
  readonly configMaps: ResourceKind;
  newNamespace(): Promise<string>;
}

/** The field manager of the contract's writes. */
export const manager = { fieldManager: "contract" };

/** A ConfigMap. */
export function configMap(namespace: string, name: string, data: Record<string, string>, labels?: Record<string, string>): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...(labels === undefined ? {} : { labels }) }, data };
}

/** The address of an object. */
export function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/** The object's resourceVersion. */
export function version(object: KubeObject | undefined): string {
  return object?.metadata.resourceVersion ?? "none";
}

/** Matches an error of the API server by status and, where given, more. */
export function status(code: number, more: object = {}): object {
  return expect.objectContaining({ status: code, ...more }) as object; // vitest types its matchers any
}
