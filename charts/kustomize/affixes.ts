import { KEEPS_NAME } from "./field-specs.ts";
import { appliesTo } from "./field-path.ts";
import { metadataOf, originalId, rememberId, textAt, withMetadata, withValue, type Resource } from "./resource.ts";

/** Names get a prefix, except those of namespaces, CRDs and API services. */
export function addPrefix(resources: readonly Resource[], prefix: string): Resource[] {
  return resources.map((resource) => (keepsName(resource) ? resource : rename({ ...resource, prefixes: [...resource.prefixes, prefix] }, (name) => prefix + name)));
}

/** Names get a suffix, except those of namespaces, CRDs and API services. */
export function addSuffix(resources: readonly Resource[], suffix: string): Resource[] {
  return resources.map((resource) => (keepsName(resource) ? resource : rename({ ...resource, suffixes: [...resource.suffixes, suffix] }, (name) => name + suffix)));
}

/** The resource under another name, with the old one remembered. */
export function rename(resource: Resource, change: (name: string) => string): Resource {
  const remembered = rememberId(resource);
  return withValue(remembered, withMetadata(remembered.value, { name: change(textAt(metadataOf(remembered.value), "name")) }));
}

function keepsName(resource: Resource): boolean {
  const { kind } = originalId(resource);
  return KEEPS_NAME.some((spec) => appliesTo(spec, textAt(resource.value, "apiVersion"), kind));
}

/** True where both got the same prefixes and suffixes from the outermost layers on. */
export function allEndAlike(left: Resource, right: Resource): boolean {
  return endAlike(left.prefixes, right.prefixes) && endAlike(left.suffixes, right.suffixes);
}

/** The same, where having none fits everything. */
export function anyEmptyOrEndAlike(left: Resource, right: Resource): boolean {
  return fits(left.prefixes, right.prefixes) && fits(left.suffixes, right.suffixes);
}

const fits = (left: readonly string[], right: readonly string[]): boolean => left.length === 0 || right.length === 0 || endAlike(left, right);

function endAlike(left: readonly string[], right: readonly string[]): boolean {
  const length = Math.min(left.length, right.length);
  if (length === 0) return left.length === right.length;
  return left.slice(-length).every((text, index) => text === right.slice(-length)[index]);
}
