import type { Json } from "../../src/object/json.ts";
import { KEEPS_NAME } from "./field-specs.ts";
import { appliesTo, demandScalar, setField, type FieldSpec } from "./field-path.ts";
import { plainText, replaceScalar } from "./replace-scalar.ts";
import { inObject, metadataOf, originalId, rememberId, scalarText, textAt, withMetadata, withValue, type Resource } from "./resource.ts";
import { specsOfKind } from "./specs-of-kind.ts";

/** Names, and whatever else the specs reach, get a prefix; those of namespaces, CRDs and API services do not. */
export function addPrefix(resources: readonly Resource[], prefix: string, specs: readonly FieldSpec[]): Resource[] {
  const remember = (resource: Resource): Resource => (prefix === "" ? resource : rememberId({ ...resource, prefixes: [...resource.prefixes, prefix] }));
  return resources.map((resource) => affix(resource, specs, remember, (text) => prefix + text));
}

/** The same for a suffix. */
export function addSuffix(resources: readonly Resource[], suffix: string, specs: readonly FieldSpec[]): Resource[] {
  const remember = (resource: Resource): Resource => (suffix === "" ? resource : rememberId({ ...resource, suffixes: [...resource.suffixes, suffix] }));
  return resources.map((resource) => affix(resource, specs, remember, (text) => text + suffix));
}

/** A name is remembered each time that a spec reaches it. */
function affix(resource: Resource, specs: readonly FieldSpec[], remember: (resource: Resource) => Resource, change: (text: string) => string): Resource {
  const { kind } = originalId(resource);
  const apiVersion = textAt(resource.value, "apiVersion");
  if (KEEPS_NAME.some((spec) => appliesTo(spec, apiVersion, kind))) return resource;
  let changed = resource;
  for (const spec of specsOfKind(specs, apiVersion, kind)) {
    const isName = spec.path === "metadata/name";
    if (isName) changed = remember(changed);
    const { value } = changed;
    changed = withValue(changed, inObject(resource, () => setField(value, spec, (current) => (isName ? change(textOf(current)) : replaceScalar(current, change(plainText(current)))))));
  }
  return changed;
}

/** The resource under another name, with the old one remembered. */
export function rename(resource: Resource, change: (name: string) => string): Resource {
  const remembered = rememberId(resource);
  return withValue(remembered, withMetadata(remembered.value, { name: change(textAt(metadataOf(remembered.value), "name")) }));
}

function textOf(current: Json | undefined): string {
  demandScalar(current);
  return scalarText(current);
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
