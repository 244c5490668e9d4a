import { GoMap, type GoValue } from "../go/value.ts";
import type { OpenDependency } from "./chart-node.ts";
import type { Warn } from "./tables.ts";

/** Works out which dependencies are enabled: all, then by tags, and conditions win. `path`: of the chart in `values`, with a dot behind, for conditions. */
export function markEnabled(dependencies: readonly OpenDependency[], values: GoMap, path: string, warn: Warn): void {
  const tags = values.entries.get("tags");
  for (const dependency of dependencies) {
    dependency.enabled = !(tags instanceof GoMap) || isTagged(dependency, tags, warn);
    const isWanted = conditionOf(dependency, values, path, warn);
    if (isWanted !== undefined) dependency.enabled = isWanted;
  }
}

/** One tag that is true is enough; without any, one that is false disables. */
function isTagged({ name, tags }: OpenDependency, values: GoMap, warn: Warn): boolean {
  const found: boolean[] = [];
  for (const tag of tags) {
    const value = values.entries.get(tag);
    if (typeof value === "boolean") found.push(value);
    else if (value !== undefined) warn(`values: tags.${tag} must be true or false; it is ignored for dependency "${name}"`);
  }
  return found.length === 0 || found.includes(true);
}

/** The first path of a condition that leads to a boolean decides. */
function conditionOf({ name, condition }: OpenDependency, values: GoMap, path: string, warn: Warn): boolean | undefined {
  for (const wanted of condition.trim().split(",")) {
    const value = wanted === "" ? undefined : valueAtPath(values, `${path}${wanted}`);
    if (typeof value === "boolean") return value;
    if (value !== undefined) warn(`values: ${path}${wanted} must be true or false, because it is a condition of dependency "${name}"; it is ignored`);
  }
  return undefined;
}

/** The value at a path of keys with dots between, or undefined where there is none or a map. */
function valueAtPath(values: GoMap, path: string): GoValue | undefined {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const value = tableAtPath(values, keys)?.entries.get(last);
  return value instanceof GoMap ? undefined : value;
}

/** The map at a path of keys, or undefined where there is none. */
export function tableAtPath(values: GoMap, keys: readonly string[]): GoMap | undefined {
  let table = values;
  for (const key of keys) {
    const next = table.entries.get(key);
    if (!(next instanceof GoMap)) return undefined;
    table = next;
  }
  return table;
}
