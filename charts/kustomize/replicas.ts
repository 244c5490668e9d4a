import { appliesTo, setField } from "./field-path.ts";
import { REPLICAS } from "./field-specs.ts";
import { allIds, textAt, withValue, type Resource } from "./resource.ts";

/** How many Pods the workload of a name shall have. */
export interface Replica {
  readonly name: string;
  readonly count: number | bigint;
}

/** Sets the count of every workload that has or had this name. Throws Error where there is none. */
export function setReplicas(resources: readonly Resource[], { name, count }: Replica): Resource[] {
  let isFound = false;
  const changed = resources.map((resource) => {
    let { value } = resource;
    for (const spec of REPLICAS) {
      if (!allIds(resource).some((id) => id.name === name && appliesTo(spec, textAt(value, "apiVersion"), id.kind))) continue;
      isFound = true;
      value = setField(value, spec, () => count);
    }
    return withValue(resource, value);
  });
  if (!isFound) throw new Error(`no Deployment, StatefulSet, ReplicaSet or ReplicationController is called "${name}"`);
  return changed;
}
