import { formatPosition, ReconcileError } from "../../src/errors.ts";
import { currentId, formatId, type Resource, type ResourceId } from "./resource.ts";

const keys = new WeakMap<ResourceId, string>();

/** An id as one text, to look objects up by. */
export function idKey(resource: Resource): string {
  const id = currentId(resource);
  const known = keys.get(id);
  if (known !== undefined) return known;
  const { group, version, kind, namespace, name } = id;
  const key = `${group}/${version}/${kind}/${namespace}/${name}`;
  keys.set(id, key);
  return key;
}

/** A problem for every object that repeats an earlier one. */
export function repeated(resources: readonly Resource[]): ReconcileError[] {
  return pairs(resources).map(([first, second]) => {
    const { file, line } = second.origin;
    return new ReconcileError("BUILD_FAILED", `${formatId(currentId(second))} is defined twice, first at ${place(first)}; remove or rename one`, { position: { file, line } });
  });
}

/** A problem for every two objects that a layer made the same. */
export function collided(resources: readonly Resource[], file: string): ReconcileError[] {
  return pairs(resources).map(
    ([first, second]) => new ReconcileError("BUILD_FAILED", `makes two objects the same: ${formatId(currentId(second))} from ${place(first)} and ${place(second)}`, { position: { file } }),
  );
}

const place = ({ origin }: Resource): string => formatPosition({ file: origin.file, line: origin.line });

function pairs(resources: readonly Resource[]): (readonly [Resource, Resource])[] {
  const seen = new Map<string, Resource>();
  return resources.flatMap((resource) => {
    const key = idKey(resource);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, resource);
    return first === undefined ? [] : [[first, resource] as const];
  });
}
