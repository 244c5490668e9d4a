import { GoList, GoMap, type GoValue } from "./go/value.ts";
import { watched, type WatchedMap } from "./watched-map.ts";

/** What a template saw of what all templates share. */
export interface Seen {
  /** Index of the chart's scope. */
  readonly scope: number;
  /** In the values, or in the dot. */
  readonly map: "values" | "dot";
  /** Undefined: all of it. */
  readonly key: string | undefined;
  /** All of that as one text. */
  readonly place: string;
}

/** What the templates of one chart share. */
interface Scope {
  readonly name: string;
  readonly dot: WatchedMap;
  readonly values: WatchedMap;
}

/** What of a dot is the same in each render that has the same release, capabilities and templates, values apart, which are watched themselves. */
const FIXED: ReadonlySet<string> = new Set(["Release", "Capabilities", "Values", "Template"]);
/** What of it can be compared; what is in neither, as `.Files`, cannot. */
const COMPARED: ReadonlySet<string> = new Set(["Chart"]);

/** Notes what templates see of what they share, and whether one of them changes it. */
export class Watch {
  readonly #scopes: Scope[] = [];
  /** A template changed what others see, so that what they give depends on it as well. */
  isChanged = false;
  #isSpoiled = false;
  #shared: Set<unknown> | undefined;

  /** Watches the dot of a chart and its values, which are those of a map in the values of the chart around it. */
  add(name: string, dot: ReadonlyMap<string, GoValue>, values: WatchedMap): WatchedMap {
    const watchedDot = watched(dot);
    this.#scopes.push({ name, dot: watchedDot, values });
    return watchedDot;
  }

  /** Names of the charts, which tell the scopes apart. */
  get names(): readonly string[] {
    return this.#scopes.map(({ name }) => name);
  }

  /** Begins anew. */
  start(): void {
    this.#isSpoiled = false;
    for (const { dot, values } of this.#scopes) {
      dot.forget();
      values.forget();
    }
  }

  /** The template at hand depends on something that is not watched. */
  spoil(): void {
    this.#isSpoiled = true;
  }

  /** A map is about to be changed. */
  change({ entries }: GoMap): void {
    if (this.isChanged) return;
    this.#shared ??= reachable(this.#scopes);
    this.isChanged = this.#shared.has(entries);
  }

  /** What was seen since `start`; undefined where that is not all that a template depends on. */
  finish(): Seen[] | undefined {
    if (this.#isSpoiled || this.isChanged) return undefined;
    const seen: Seen[] = [];
    for (const [scope, { dot, values }] of this.#scopes.entries()) {
      if (dot.isSeenWhole) return undefined;
      for (const key of dot.seen) {
        if (COMPARED.has(key)) seen.push({ scope, map: "dot", key, place: `${scope} dot ${key}` });
        else if (!FIXED.has(key) && Map.prototype.has.call(dot, key)) return undefined;
      }
      if (values.isSeenWhole) seen.push({ scope, map: "values", key: undefined, place: `${scope} values` });
      else for (const key of values.seen) seen.push({ scope, map: "values", key, place: `${scope} values ${key}` });
    }
    return seen;
  }

  /** What there is to see now. */
  valueOf({ scope, map, key }: Seen): GoValue | undefined {
    const maps = this.#scopes[scope];
    if (maps === undefined) return undefined;
    return key === undefined ? new GoMap(maps[map]) : maps[map].get(key);
  }
}

/** The entries of all maps that templates can come to from what they share. */
function reachable(scopes: readonly Scope[]): Set<unknown> {
  const found = new Set<unknown>();
  const open: GoValue[] = scopes.flatMap(({ dot, values }) => [new GoMap(dot), new GoMap(values)]);
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value instanceof GoList) for (const item of value.items) open.push(item);
    if (!(value instanceof GoMap) || found.has(value.entries)) continue;
    found.add(value.entries);
    for (const item of Map.prototype.values.call(value.entries) as Iterable<GoValue>) open.push(item); // not seen by a template
  }
  return found;
}
