import { parseSelector, type LabelSelector } from "./label-selector.ts";
import { wholePattern } from "./pattern.ts";
import type { Selection } from "./replacement-entry.ts";
import { CLUSTER, currentId, formerIds, metadataOf, textAt, type Resource, type ResourceId } from "./resource.ts";
import { hasPairs } from "./selector.ts";

/** Every id that an object has or had; the namespace is the one that is written, "" where none is. */
export function idsOf(resource: Resource): ResourceId[] {
  const current = { ...currentId(resource), namespace: textAt(metadataOf(resource.value), "namespace") };
  const former = formerIds(resource).map((id) => (id.namespace === CLUSTER ? { ...id, namespace: "_non_namespaceable_" } : id));
  return [current, ...former];
}

/**
 * A test for the objects that a target of `replacements` means. One id that an object has or had is enough, both to be
 * selected and to be rejected; what a rejection says of labels or annotations rejects by itself. Throws Error where a pattern is malformed.
 */
export function compileSelection(select: Selection, reject: readonly Selection[]): (resource: Resource) => boolean {
  const [selects, wants] = [idTest(select), pairTest(select)];
  const idRejections = reject.filter(hasIdPart).map(idTest);
  const pairRejections = reject.filter(({ annotationSelector, labelSelector }) => annotationSelector || labelSelector).map(pairTest);
  return (resource) => {
    if (!wants(resource) || pairRejections.some((test) => test(resource))) return false;
    const ids = idsOf(resource);
    return !ids.some((id) => idRejections.some((test) => test(id))) && ids.some(selects);
  };
}

const hasIdPart = ({ group, version, kind, name, namespace }: Selection): boolean => [group, version, kind, name, namespace].some(Boolean);

/** Patterns that have to fit the whole text. */
function idTest({ group, version, kind, name, namespace }: Selection): (id: ResourceId) => boolean {
  const parts = Object.entries({ group, version, kind, name, namespace }).flatMap(([part, source]) => (source ? [[part as keyof ResourceId, wholePattern(source)] as const] : [])); // the parts of an id
  return (id) => parts.every(([part, pattern]) => pattern.test(id[part]));
}

function pairTest({ annotationSelector, labelSelector }: Selection): (resource: Resource) => boolean {
  const [labels, annotations] = [labelSelector, annotationSelector].map((source): LabelSelector | undefined => (source ? parseSelector(source) : undefined));
  return (resource) => hasPairs(resource, "labels", labels) && hasPairs(resource, "annotations", annotations);
}
