/** When an Application may go on: `spec.dependsOn`. Does not contact the cluster. */
import { shortRevision } from "../sources/source.ts";
import type { Application } from "../src/api/application.ts";
import { findCondition, shorten } from "../src/api/conditions.ts";
import type { NamespacedName } from "../src/api/meta.ts";
import { compareText } from "../src/object/object-id.ts";

/** What is known of other Applications. */
export interface DependencyFacts {
  readonly app: (namespace: string, name: string) => Application | undefined;
  /**
   * The generation and revision at which this process last saw an Application through to Ready; undefined when it has
   * not, or when it is no longer Ready. A commit that changes nothing for it counts, although it writes no status.
   */
  readonly readyAt: (namespace: string, name: string) => { readonly generation: number; readonly revision: string } | undefined;
  /** Whether the operator allows dependencies on Applications of other namespaces. */
  readonly crossNamespace: boolean;
}

/** What an Application's dependencies say; everything but Ready holds its changes back, with a sentence why. */
export type DependencyState =
  | { readonly kind: "Ready" }
  /** Resolves itself by event. */
  | { readonly kind: "NotReady"; readonly message: string }
  /** Never resolves itself: it is part of a circle. */
  | { readonly kind: "Cycle"; readonly message: string }
  /** It names an Application that it may not depend on. */
  | { readonly kind: "Refused"; readonly message: string };

/**
 * What those who depend on an Application tell of it: they have to look again when it changes. Counts that change while
 * it is on its way are no part of it.
 */
export function readinessText({ metadata, spec, status }: Application): string {
  const ready = findCondition(status?.conditions, "Ready");
  const isSeen = status?.observedGeneration === metadata.generation;
  return `${isSeen} ${spec.suspend === true} ${ready?.status} ${ready?.reason} ${ready?.status === "False" ? firstLine(ready.message) : ""}`;
}

const NAMED = 5;
const REASON_LIMIT = 200;

/** Whether all dependencies of an Application are ready for this revision of its source. Equal input gives the same text. */
export function dependencyState(app: Application, revision: string, facts: DependencyFacts): DependencyState {
  const names = dependenciesOf(app);
  const own = app.metadata.namespace ?? "";
  const refused = facts.crossNamespace ? [] : names.filter(({ namespace }) => namespace !== own);
  if (refused.length > 0) {
    return { kind: "Refused", message: `spec.dependsOn names Applications of other namespaces, which this operator does not allow: ${listed(refused.map(formatName))}` };
  }
  const cycle = cycleOf(app, facts);
  if (cycle !== undefined) return { kind: "Cycle", message: `dependency cycle: ${cycle.join(" → ")}; remove one of these from spec.dependsOn` };
  const waits = names.flatMap((name) => waitFor(name, app, revision, facts) ?? []);
  return waits.length === 0 ? { kind: "Ready" } : { kind: "NotReady", message: `waiting for ${listed(waits)}` };
}

/** The Applications that name this one in spec.dependsOn, sorted: who has to be looked at when it becomes ready. */
export function dependantsOf(name: NamespacedName, apps: Iterable<Application>): NamespacedName[] {
  const wanted = formatName(name);
  return [...apps]
    .filter((app) => app.spec.dependsOn !== undefined && dependenciesOf(app).some((dependency) => formatName(dependency) === wanted))
    .map(nameOf)
    .sort(compareNames);
}

/** What an Application names in spec.dependsOn, each once, sorted. */
function dependenciesOf(app: Application): NamespacedName[] {
  const own = app.metadata.namespace ?? "";
  const names = (app.spec.dependsOn ?? []).map(({ namespace = own, name }): NamespacedName => ({ namespace, name }));
  return [...new Map(names.map((name) => [formatName(name), name])).values()].sort(compareNames);
}

/** Why a dependency is not ready, with its name; undefined: it is. */
function waitFor(name: NamespacedName, app: Application, revision: string, facts: DependencyFacts): string | undefined {
  const dependency = facts.app(name.namespace, name.name);
  const reason = dependency === undefined ? "it does not exist" : reasonOf(dependency, app, revision, facts);
  return reason === undefined ? undefined : `${formatName(name)}: ${reason}`;
}

function reasonOf(dependency: Application, app: Application, revision: string, facts: DependencyFacts): string | undefined {
  const { metadata, spec, status } = dependency;
  const generation = metadata.generation ?? 0;
  if (metadata.deletionTimestamp !== undefined) return "it is being deleted";
  if (spec.suspend === true) return "it is suspended";
  if (status?.observedGeneration !== generation) return "its newest spec has not been looked at yet";
  const ready = findCondition(status.conditions, "Ready");
  if (ready?.status !== "True") return ready === undefined ? "it is not ready" : `not ready: ${shorten(firstLine(ready.message), REASON_LIMIT)}`;
  if (!hasSameSource(dependency, app) || status.lastAppliedRevision === revision) return undefined;
  const { namespace, name } = nameOf(dependency);
  const handled = facts.readyAt(namespace, name);
  return handled?.generation === generation && handled.revision === revision ? undefined : `it is not yet at ${shortRevision(revision)}`;
}

function hasSameSource(left: Application, right: Application): boolean {
  const [one, other] = [left.spec.sourceRef, right.spec.sourceRef];
  return left.metadata.namespace === right.metadata.namespace && one.kind === other.kind && one.name === other.name;
}

/**
 * A circle that holds this Application up, from its first name back to it; undefined: it is in none. The circle is the
 * shortest one through the first of all Applications that hold each other up, so each of them tells the same one.
 */
function cycleOf(app: Application, facts: DependencyFacts): readonly string[] | undefined {
  const below = dependencyGraph(app, facts);
  const self = formatName(nameOf(app));
  const around = dependingOn(self, below);
  if (!around.has(self)) return undefined;
  const first = [...around].sort(compareText)[0] ?? self;
  return [first, ...(pathTo(below, first, first) ?? [])];
}

/** All names of a graph from which one or more steps lead to this one. */
function dependingOn(name: string, graph: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [name];
  const above = Map.groupBy([...graph].flatMap(([from, names]) => names.map((to) => ({ from, to }))), ({ to }) => to);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { from } of above.get(next) ?? []) {
      if (found.has(from)) continue;
      found.add(from);
      open.push(from);
    }
  }
  return found;
}

/** Everything that can be reached from an Application, by name. */
function dependencyGraph(app: Application, facts: DependencyFacts): ReadonlyMap<string, readonly string[]> {
  const graph = new Map<string, readonly string[]>();
  const open = [app];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { namespace: own } = nameOf(next);
    const names = dependenciesOf(next).filter(({ namespace }) => facts.crossNamespace || namespace === own);
    graph.set(formatName(nameOf(next)), names.map(formatName));
    for (const { namespace, name } of names) {
      const dependency = graph.has(formatName({ namespace, name })) ? undefined : facts.app(namespace, name);
      if (dependency !== undefined) open.push(dependency);
    }
  }
  return graph;
}

/** The shortest way of at least one step, without its start; among equally short ones the first by name. */
function pathTo(graph: ReadonlyMap<string, readonly string[]>, from: string, to: string): readonly string[] | undefined {
  const seen = new Set<string>();
  let paths: (readonly string[])[] = [[]];
  while (paths.length > 0) {
    const longer: (readonly string[])[] = [];
    for (const path of paths) {
      for (const next of graph.get(path.at(-1) ?? from) ?? []) {
        if (next === to) return [...path, next];
        if (seen.has(next)) continue;
        seen.add(next);
        longer.push([...path, next]);
      }
    }
    paths = longer;
  }
  return undefined;
}

function listed(parts: readonly string[]): string {
  const rest = parts.length > NAMED ? `; and ${parts.length - NAMED} more` : "";
  return `${parts.slice(0, NAMED).join("; ")}${rest}`;
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";
const nameOf = ({ metadata }: Application): NamespacedName => ({ namespace: metadata.namespace ?? "", name: metadata.name });
const formatName = ({ namespace, name }: NamespacedName): string => `${namespace}/${name}`;
const compareNames = (left: NamespacedName, right: NamespacedName): number => compareText(formatName(left), formatName(right));
