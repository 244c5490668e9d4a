import { isJsonObject } from "../../src/object/json.ts";
import { writtenText } from "../../src/object/written.ts";
import { parseSelector, type LabelSelector } from "./label-selector.ts";
import { wholePattern, type Pattern } from "./pattern.ts";
import { CLUSTER, scalarText, currentId, metadataOf, originalId, type Resource, type ResourceId } from "./resource.ts";

/** Which objects a patch is for: patterns that fit the whole text, and label expressions. Absent: any. */
export interface Target {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly annotationSelector?: string | undefined;
}

/** A test for resources: name and namespace fit as written or as they are now. Throws Error where a pattern or expression is malformed. */
export function compileTarget(target: Target): (resource: Resource) => boolean {
  const [group, version, kind, name, namespace] = [target.group, target.version, target.kind, target.name, target.namespace].map(patternOf);
  const labels = target.labelSelector ? parseSelector(target.labelSelector) : undefined;
  const annotations = target.annotationSelector ? parseSelector(target.annotationSelector) : undefined;
  return (resource) => {
    const [current, original] = [currentId(resource), originalId(resource)];
    const either = (test: Pattern | undefined, part: (id: ResourceId) => string): boolean => test === undefined || test.test(part(original)) || test.test(part(current));
    return (
      either(namespace, (id) => (id.namespace === CLUSTER ? "_non_namespaceable_" : id.namespace)) &&
      either(name, (id) => id.name) &&
      group?.test(current.group) !== false &&
      version?.test(current.version) !== false &&
      kind?.test(current.kind) !== false &&
      hasPairs(resource, "labels", labels) &&
      hasPairs(resource, "annotations", annotations)
    );
  };
}

const patternOf = (source: string | undefined): Pattern | undefined => (source ? wholePattern(source) : undefined);

/** True where the labels or annotations of an object fit an expression, as they are written; undefined fits everything. */
export function hasPairs({ value }: Resource, member: "labels" | "annotations", selector: LabelSelector | undefined): boolean {
  if (selector === undefined) return true;
  const pairs = metadataOf(value)[member];
  return selector((name) => {
    if (!isJsonObject(pairs) || !Object.hasOwn(pairs, name)) return undefined;
    return writtenText(pairs, name) ?? (pairs[name] === null ? "null" : scalarText(pairs[name]));
  });
}
