import { isJsonObject } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ResourceKind } from "../src/ports.ts";

const METADATA_FIELDS = ["managedFields", "resourceVersion", "uid", "selfLink", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * The object without the fields that only the server writes, which would make every apply fail or differ for ever.
 * `report` is called with the path of each one that held a value.
 */
export function withoutServerFields(object: KubeObject, kind: ResourceKind, report: (path: string) => void): KubeObject {
  const copy: Record<string, unknown> = { ...object };
  if (kind.subresources.includes("status") && copy["status"] !== undefined) {
    if (hasContent(copy["status"])) report("/status");
    delete copy["status"];
  }
  copy["metadata"] = withoutFields(object.metadata, "/metadata", report);
  dropTemplateTimestamp(copy);
  return copy as unknown as KubeObject; // same shape as the object it was copied from
}

function withoutFields(metadata: object, path: string, report: (path: string) => void): Record<string, unknown> {
  const kept: Record<string, unknown> = { ...metadata };
  for (const field of METADATA_FIELDS) {
    if (!(field in kept)) continue;
    if (hasContent(kept[field])) report(`${path}/${field}`);
    delete kept[field];
  }
  for (const map of ["labels", "annotations"]) if (kept[map] === null) delete kept[map];
  const annotations = kept["annotations"];
  if (isJsonObject(annotations) && LAST_APPLIED in annotations) {
    const { [LAST_APPLIED]: _dropped, ...rest } = annotations;
    report(`${path}/annotations/${LAST_APPLIED}`);
    kept["annotations"] = rest;
  }
  return kept;
}

/** `creationTimestamp: null` of a Pod template, as code generators write it. */
function dropTemplateTimestamp(object: Record<string, unknown>): void {
  const spec = object["spec"];
  const template = isJsonObject(spec) ? spec["template"] : undefined;
  const metadata = isJsonObject(template) ? template["metadata"] : undefined;
  if (!isJsonObject(spec) || !isJsonObject(template) || !isJsonObject(metadata) || metadata["creationTimestamp"] !== null) return;
  const { creationTimestamp: _dropped, ...rest } = metadata;
  object["spec"] = { ...spec, template: { ...template, metadata: rest } };
}

const hasContent = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== "" && !(typeof value === "object" && Object.keys(value).length === 0);
