import { ReconcileError } from "../../../src/errors.ts";
import { textOf } from "../go/format.ts";
import { ANY_MAP, GoMap, type GoValue } from "../go/value.ts";
import type { ChartNode } from "./chart-node.ts";
import { mergeValues } from "./coalesce.ts";
import { copyMap } from "./copy-value.ts";
import { tableAtPath } from "./enabled.ts";
import { layTable, silently, type Warn } from "./tables.ts";

/** Takes values of dependencies into the defaults of the charts that import them, below their own. Changes the charts. */
export function importValues(chart: ChartNode, warn: Warn): void {
  for (const dependency of chart.dependencies) importValues(dependency, warn);
  const declared = chart.metadata.dependencies;
  if (!chart.metadata.declaresDependencies) return;
  const values = mergeValues(chart, new GoMap(), "keep");
  let imported = new GoMap();
  for (const dependency of declared) {
    const wanted = dependency.importValues.map(readImport).filter((item) => item !== undefined);
    for (const { child, parent } of wanted) {
      const table = tableAtPath(values, [dependency.name, ...child.split(".")]);
      if (table === undefined) warn(`${chart.chart.path || "."}: import-values: dependency "${dependency.name}" has no map ${child} in its values; nothing is imported`);
      else imported = layTable(imported, atPath(parent, table), "", "keep", silently);
    }
    dependency.importValues = wanted.map(({ child, parent }) => new GoMap(new Map<string, GoValue>([["child", child], ["parent", parent]]), "map[string]string"));
  }
  chart.values = imported.entries.size === 0 ? values : layTable(copyMap(values), imported, "", "keep", silently);
}

interface Import {
  readonly child: string;
  readonly parent: string;
}

/** `exports` of a child by name, or any map of it; anything else is passed over, as by Helm. */
function readImport(item: GoValue): Import | undefined {
  if (typeof item === "string") return { child: `exports.${item}`, parent: "." };
  if (!(item instanceof GoMap) || item.type !== ANY_MAP) return undefined;
  return { child: textOf(item.entries.get("child") ?? null), parent: textOf(item.entries.get("parent") ?? null) };
}

/** Levels that a path may have, as values may. */
const MAX_LEVELS = 100;

/** A map with the given one at a path of keys with dots between. Throws LIMIT_EXCEEDED for a path without an end. */
function atPath(path: string, table: GoMap): GoMap {
  if (path === ".") return table;
  const keys = path.split(".");
  if (keys.length > MAX_LEVELS) throw new ReconcileError("LIMIT_EXCEEDED", `import-values: parent "${path.slice(0, MAX_LEVELS)}…" has more than ${MAX_LEVELS} levels`);
  return keys.reduceRight((inner, key) => new GoMap(new Map<string, GoValue>([[key, inner]])), table);
}
