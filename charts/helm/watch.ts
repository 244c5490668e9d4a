import type { ChartFile } from "./chart/chart.ts";
import { GoList, GoMap, type GoValue } from "./go/value.ts";
import { WHOLE, type Look } from "./look.ts";
import { WatchedFiles } from "./watched-files.ts";
import { entryOf, replaceEntries, WatchedMap, type Watching } from "./watched-map.ts";

/** What a template saw of what all templates share. */
export interface Seen {
  /** Index of the chart's scope. */
  readonly scope: number;
  /** In the values, in the dot, among the files, or an answer to a question. */
  readonly kind: "values" | "dot" | "files" | "answer";
  /** Undefined: all of it; of files all names. */
  readonly key: string | undefined;
  /** All of that as one text. */
  readonly place: string;
  /** What was looked at of a map there; undefined: nothing but that it is one. */
  readonly look: Look | undefined;
}

/** What the templates of one chart share. */
interface Scope {
  readonly name: string;
  readonly dot: WatchedMap;
  readonly values: WatchedMap;
  readonly files: WatchedFiles;
}

/** What templates may be told that does not come from their chart. */
export interface Outside {
  /** The answer that a question has now. */
  answer(question: string): GoValue | undefined;
  readonly clock: Date | undefined;
  /** Told when the result of the render no longer holds. */
  renewAt(moment: Date): void;
}

/** From a moment on and before another one. */
export interface Period {
  readonly since: Date;
  readonly until: Date;
}

/** What a template depends on. */
export interface Dependence {
  readonly seen: readonly Seen[];
  /** Undefined: any time. */
  readonly period: Period | undefined;
}

/**
 * What of a dot is the same in each render that has the same release, capabilities and templates. Values and files are watched
 * themselves, and so are the dots of dependencies.
 */
const FIXED: ReadonlySet<string> = new Set(["Release", "Capabilities", "Values", "Template", "Subcharts", "Files"]);
/** What of it can be compared; what is in neither cannot. */
const COMPARED: ReadonlySet<string> = new Set(["Chart"]);

/** Notes what templates see of what they share, and whether one of them changes it. */
export class Watch {
  readonly #scopes: Scope[] = [];
  readonly #watching: Watching = { isOn: false, run: 0 };
  /** A template changed what others see, so that what they give depends on it as well. */
  isChanged = false;
  readonly #outside: Outside;
  readonly #questions = new Set<string>();
  #period: Period | undefined;
  #clockReads = 0;
  #shared: Set<unknown> | undefined;

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  /** Watches a map of values and the maps below it. It stays the same map for all who hold it. */
  values(map: GoMap): WatchedMap {
    const { entries } = map;
    if (entries instanceof WatchedMap) return entries;
    const watched = new WatchedMap(entries, this.#watching);
    replaceEntries(map, watched);
    return watched;
  }

  /** Watches the files of a chart. */
  files(files: readonly ChartFile[]): WatchedFiles {
    return new WatchedFiles(files, this.#watching);
  }

  /** Watches the dot of a chart. Its values are those of a map in the values of the chart around it. */
  add(name: string, dot: ReadonlyMap<string, GoValue>, { values, files }: { readonly values: WatchedMap; readonly files: WatchedFiles }): WatchedMap {
    const watched = new WatchedMap(dot, this.#watching, { isFlat: true });
    this.#scopes.push({ name, dot: watched, values, files });
    return watched;
  }

  /** Names of the charts, which tell the scopes apart. */
  get names(): readonly string[] {
    return this.#scopes.map(({ name }) => name);
  }

  /** Begins anew. */
  start(): void {
    this.#questions.clear();
    this.#period = undefined;
    this.#clockReads = 0;
    this.#watching.run += 1;
    this.#watching.isOn = true;
  }

  /** The template at hand is told the answer to a question. */
  ask(question: string): void {
    this.#questions.add(question);
  }

  /** The template at hand is told the time: `hold` is to say what it makes of it. */
  readClock(): void {
    this.#clockReads += 1;
  }

  /** What was made of the time is the same at any moment of a period. */
  hold({ since, until }: Period): void {
    this.#clockReads -= 1;
    const period = this.#period ?? { since, until };
    this.#period = { since: since > period.since ? since : period.since, until: until < period.until ? until : period.until };
  }

  /** A map is about to be changed. */
  change({ entries }: GoMap): void {
    if (this.isChanged) return;
    this.isChanged = entries instanceof WatchedMap || this.#isShared(entries);
    if (this.isChanged) this.#watching.isOn = false;
  }

  #isShared(entries: GoMap["entries"]): boolean {
    const { isOn } = this.#watching;
    this.#watching.isOn = false;
    this.#shared ??= reachable(this.#scopes);
    this.#watching.isOn = isOn;
    return this.#shared.has(entries);
  }

  /** What was seen since `start`; undefined where that is not all that a template depends on. */
  finish(): Dependence | undefined {
    this.#watching.isOn = false;
    if (this.isChanged || this.#clockReads !== 0) return undefined;
    const seen: Seen[] = [];
    for (const [scope, { dot, values, files }] of this.#scopes.entries()) {
      if (!this.#addDot(seen, scope, dot)) return undefined;
      addValues(seen, scope, values);
      addFiles(seen, scope, files);
    }
    for (const key of this.#questions) seen.push({ scope: 0, kind: "answer", key, place: `answer ${key}`, look: WHOLE }); // the last ones: nobody is asked what the template would not ask
    return { seen, period: this.#period };
  }

  #addDot(seen: Seen[], scope: number, dot: WatchedMap): boolean {
    const { look } = dot;
    if (look === undefined) return true;
    if (look.isWhole || look.isCounted) return false;
    for (const [key, below] of look.keys) {
      if (COMPARED.has(key)) seen.push({ scope, kind: "dot", key, place: `${scope} dot ${key}`, look: below });
      else if (!FIXED.has(key) && entryOf(dot, key) !== undefined) return false;
    }
    return true;
  }

  /** What there is to see now. */
  valueOf({ scope, kind, key }: Seen): GoValue | undefined {
    const found = this.#scopes[scope];
    if (kind === "answer") return this.#outside.answer(key ?? "");
    if (kind === "files") return found?.files.valueOf(key);
    const map = found?.[kind];
    return map === undefined || key !== undefined ? map?.get(key ?? "") : new GoMap(map);
  }

  /** Whether the time is within a period. */
  isIn(period: Period | undefined): boolean {
    const { clock } = this.#outside;
    return period === undefined || clock === undefined || (clock >= period.since && clock < period.until);
  }

  /** What a template saw counts as seen again: files as read, and how long it holds. */
  repeat({ seen, period }: Dependence): void {
    for (const { kind, scope, key } of seen) if (kind === "files" && key !== undefined) this.#scopes[scope]?.files.countRead(key);
    if (period !== undefined) this.#outside.renewAt(period.until);
  }
}

function addValues(seen: Seen[], scope: number, { look }: WatchedMap): void {
  if (look === undefined) return;
  if (look.isWhole || look.isCounted) seen.push({ scope, kind: "values", key: undefined, place: `${scope} values`, look: WHOLE });
  else for (const [key, below] of look.keys) seen.push({ scope, kind: "values", key, place: `${scope} values ${key}`, look: below });
}

function addFiles(seen: Seen[], scope: number, files: WatchedFiles): void {
  const found = files.seen;
  if (found === undefined) return;
  if (found.isListed) seen.push({ scope, kind: "files", key: undefined, place: `${scope} files`, look: WHOLE });
  for (const key of found.names) seen.push({ scope, kind: "files", key, place: `${scope} files ${key}`, look: WHOLE });
}

/** The entries of all maps that templates can come to from what they share. */
function reachable(scopes: readonly Scope[]): Set<unknown> {
  const found = new Set<unknown>();
  const open: GoValue[] = scopes.flatMap(({ dot, values }) => [new GoMap(dot), new GoMap(values)]);
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value instanceof GoList) for (const item of value.items) open.push(item);
    if (!(value instanceof GoMap) || found.has(value.entries)) continue;
    found.add(value.entries);
    for (const item of value.entries.values()) open.push(item);
  }
  return found;
}
