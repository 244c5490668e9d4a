import { ReconcileError } from "../../../src/errors.ts";
import { GoMap } from "../go/value.ts";
import type { HelmVersion } from "../input.ts";
import type { RenderChart } from "./chart.ts";
import { copyMap, copyValue } from "./copy-value.ts";
import { coalescing, dropNulls, joinKey, layTable, silently, type NullRule, type Warn } from "./tables.ts";

/** What coalescing looks at in a chart. */
export interface ValuedChart {
  readonly metadata: { readonly name: string };
  readonly values: GoMap;
  readonly dependencies: readonly ValuedChart[];
}

/** `.Values` of a whole render: the user's values over the defaults of the chart and of its dependencies, nulls gone. All of it is new: templates may change it. Throws BUILD_FAILED where a dependency's values are no map. */
export function coalesceValues(chart: RenderChart, values: GoMap, { warnings, version }: { readonly warnings: string[]; readonly version: HelmVersion }): GoMap {
  const told = new Set(warnings);
  return mergeValues(chart, values, coalescing(version), (message) => {
    if (!told.has(message)) warnings.push(message);
    told.add(message);
  });
}

/** The same for any chart and with a choice of what null means. Nothing given is changed. */
export function mergeValues(chart: ValuedChart, values: GoMap, nulls: NullRule, warn: Warn = silently): GoMap {
  const target = copyMap(values);
  fillChart(chart, target, "", { nulls, warn, left: MAX_GLOBALS });
  return target;
}

/** Global values times the charts that they are given to. */
const MAX_GLOBALS = 1_000_000;

/** What is the same for all charts, and how many global values may still be given to one. */
interface Filling {
  readonly nulls: NullRule;
  readonly warn: Warn;
  left: number;
}

function fillChart(chart: ValuedChart, target: GoMap, path: string, filling: Filling): void {
  const { nulls, warn } = filling;
  const own = joinKey(path, chart.metadata.name);
  fillDefaults(chart, target, own, nulls, warn);
  for (const dependency of chart.dependencies) {
    const { name } = dependency.metadata;
    const known = target.entries.get(name);
    if (known !== undefined && !(known instanceof GoMap)) {
      throw new ReconcileError("BUILD_FAILED", `values: ${joinKey(own, name)} must be a map, because "${name}" is a dependency of chart ${chart.metadata.name}: its values stand there`);
    }
    const below = known ?? new GoMap();
    target.entries.set(name, below);
    payGlobals(target, filling);
    passGlobals(target, below, own, warn);
    fillChart(dependency, below, own, filling);
  }
}

/** Lays values over the defaults of one chart. */
function fillDefaults(chart: ValuedChart, target: GoMap, path: string, nulls: NullRule, warn: Warn): void {
  const into = target.entries;
  for (const [key, shared] of chart.values.entries) {
    const known = into.get(key);
    const value = known === undefined || known instanceof GoMap ? copyValue(shared) : shared;
    if (known === undefined) {
      if (nulls === "coalesce" && value === null) continue;
      if (nulls === "coalesce" && value instanceof GoMap) dropNulls(value);
      into.set(key, value);
    } else if (known === null) {
      if (nulls !== "keep") into.delete(key);
    } else if (known instanceof GoMap) {
      if (value instanceof GoMap) layOverDefault(chart, known, value, joinKey(path, key), key, nulls, warn);
      else if (value !== null) warn(`values: ${joinKey(path, key)} is a map; the default of the chart is none and is ignored`);
    }
  }
}

/** Null in the values of a dependency is for the dependency to act on. */
function layOverDefault(chart: ValuedChart, known: GoMap, value: GoMap, path: string, key: string, nulls: NullRule, warn: Warn): void {
  const rule = chart.dependencies.some(({ metadata }) => metadata.name === key) ? "keep" : nulls;
  if (rule === "coalesce") dropNulls(value);
  layTable(known, value, path, rule, warn);
}

const GLOBAL = "global";

function payGlobals(from: GoMap, filling: Filling): void {
  filling.left -= 1 + (globalsOf(from)?.entries.size ?? 0);
  if (filling.left < 0) throw new ReconcileError("LIMIT_EXCEEDED", `values: more than ${MAX_GLOBALS} global values are handed down to dependencies; use fewer of either`);
}

/** Gives a dependency the global values of the chart around it, which win over its own. */
function passGlobals(from: GoMap, to: GoMap, path: string, warn: Warn): void {
  const target = globalsOf(to);
  const source = globalsOf(from);
  if (target === undefined || source === undefined) return warn(`values: ${joinKey(path, GLOBAL)} is no map here or in a dependency; globals are not passed on`);
  for (const [key, value] of source.entries) {
    const known = target.entries.get(key);
    if (!(value instanceof GoMap)) {
      if (!(known instanceof GoMap)) target.entries.set(key, value);
      else warn(`values: ${joinKey(path, GLOBAL)}.${key} is a map in a dependency and none here; it is not passed on`);
    } else if (known === undefined || known instanceof GoMap) target.entries.set(key, withGlobals(value, known, joinKey(path, key), warn));
    else warn(`values: ${joinKey(path, GLOBAL)}.${key} is a map here and none in a dependency; it is not passed on`);
  }
  to.entries.set(GLOBAL, target);
}

function globalsOf(values: GoMap): GoMap | undefined {
  const globals = values.entries.get(GLOBAL);
  if (globals === undefined) return new GoMap();
  return globals instanceof GoMap ? globals : undefined;
}

/** A map of its own, while the maps in it stay those of the chart around. */
function withGlobals(value: GoMap, known: GoMap | undefined, path: string, warn: Warn): GoMap {
  const own = new GoMap(new Map(value.entries));
  return known === undefined ? own : layTable(own, known, path, "keep", warn);
}
