import { appliesTo, demandScalar, setField, type FieldSpec } from "./field-path.ts";
import { allIds, inObject, textAt, withValue, type Resource } from "./resource.ts";

/** How many Pods the workload of a name shall have. */
export interface Replica {
  readonly name: string;
  readonly count: number | bigint;
}

/** Sets the count of every workload that has or had this name. Throws Error where there is none. */
export function setReplicas(resources: readonly Resource[], { name, count }: Replica, specs: readonly FieldSpec[]): Resource[] {
  let isFound = false;
  const changed = resources.map((resource) => {
    let { value } = resource;
    for (const spec of specs) {
      if (!allIds(resource).some((id) => id.name === name && appliesTo(spec, textAt(value, "apiVersion"), id.kind))) continue;
      isFound = true;
      const before = value;
      value = inObject(resource, () => setField(before, spec, (current) => {
        demandScalar(current);
        return count;
      }));
    }
    return withValue(resource, value);
  });
  if (!isFound) throw new Error(`no ${kindsOf(specs)} is called "${name}"`);
  return changed;
}

const kindsOf = (specs: readonly FieldSpec[]): string => [...new Set(specs.map(({ kind }) => kind || "object"))].join(", ").replace(/, ([^,]*)$/, " or $1") || "kind of object";
