/** Required edges always hold; a reference is dropped before them, what is known of kinds before a reference. */
export type Strength = "Required" | "Reference" | "Kind";

/** `from` comes before `to`; both are node numbers. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly strength: Strength;
}

/** The result of levelsOf. */
export interface Levels {
  /** Level of each object, from 0, without gaps. */
  readonly levels: Int32Array;
  /** Edges that would have closed a cycle. */
  readonly dropped: readonly Edge[];
}

/** Steps that are spent on finding out which edges close cycles: milliseconds, whatever the source holds. */
const MAX_STEPS = 200_000;
const STRENGTHS: readonly Strength[] = ["Required", "Reference", "Kind"];

/**
 * The level of each object: 0 needs nothing, every other one more than the highest that it needs. The first `objects`
 * nodes are objects; the rest up to `nodes` stand for groups of them and take no level of their own. An edge that would
 * close a cycle is dropped, stronger ones and earlier ones being taken first. Linear while there are no cycles.
 */
export function levelsOf(objects: number, nodes: number, edges: readonly Edge[]): Levels {
  const attempt = peel(nodes, edges, objects);
  if (attempt.left.length === 0) return { levels: attempt.levels.slice(0, objects), dropped: [] };
  const { kept, dropped } = withoutCycles(edges, coreOf(nodes, edges, attempt.left));
  return { levels: peel(nodes, kept, objects).levels.slice(0, objects), dropped };
}

/** Kahn's algorithm (CACM 5/11, 1962): takes away what needs nothing, again and again; `left` is on cycles or behind them. */
function peel(nodes: number, edges: readonly Edge[], objects: number): { readonly levels: Int32Array; readonly left: number[] } {
  const { starts, targets, incoming } = adjacency(nodes, edges);
  const levels = new Int32Array(nodes);
  const ready: number[] = [];
  for (let node = 0; node < nodes; node += 1) if (incoming[node] === 0) ready.push(node);
  for (let done = 0; done < ready.length; done += 1) {
    const node = ready[done] ?? 0;
    const next = (levels[node] ?? 0) + (node < objects ? 1 : 0);
    for (let at = starts[node] ?? 0; at < (starts[node + 1] ?? 0); at += 1) {
      const target = targets[at] ?? 0;
      if (next > (levels[target] ?? 0)) levels[target] = next;
      incoming[target] = (incoming[target] ?? 0) - 1;
      if (incoming[target] === 0) ready.push(target);
    }
  }
  const left: number[] = [];
  if (ready.length < nodes) for (let node = 0; node < nodes; node += 1) if ((incoming[node] ?? 0) > 0) left.push(node);
  return { levels, left };
}

/** Edges sorted by where they start: those of node n are targets[starts[n]] up to targets[starts[n + 1]]. */
function adjacency(nodes: number, edges: readonly Edge[]): { starts: Int32Array; targets: Int32Array; incoming: Int32Array } {
  const starts = new Int32Array(nodes + 1);
  const incoming = new Int32Array(nodes);
  for (const { from, to } of edges) {
    starts[from + 1] = (starts[from + 1] ?? 0) + 1;
    incoming[to] = (incoming[to] ?? 0) + 1;
  }
  for (let node = 0; node < nodes; node += 1) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
  const next = starts.slice(0, nodes);
  const targets = new Int32Array(edges.length);
  for (const { from, to } of edges) {
    const at = next[from] ?? 0;
    targets[at] = to;
    next[from] = at + 1;
  }
  return { starts, targets, incoming };
}

/** Of what was left, that on cycles or between them: the rest is peeled off from the other end. */
function coreOf(nodes: number, edges: readonly Edge[], left: readonly number[]): ReadonlySet<number> {
  const suspects = new Set(left);
  const reversed = edges.flatMap(({ from, to, strength }) => (suspects.has(from) && suspects.has(to) ? [{ from: to, to: from, strength }] : []));
  return new Set(peel(nodes, reversed, 0).left);
}

/** Takes the edges one by one, the strongest first, and drops each that closes a cycle with those taken before. */
function withoutCycles(edges: readonly Edge[], core: ReadonlySet<number>): { readonly kept: Edge[]; readonly dropped: Edge[] } {
  const isSuspect = ({ from, to }: Edge): boolean => core.has(from) && core.has(to);
  const kept = edges.filter((edge) => !isSuspect(edge));
  const suspects = edges.filter(isSuspect);
  const dropped: Edge[] = [];
  const taken = new Map<number, number[]>();
  const budget = { steps: MAX_STEPS };
  for (const edge of STRENGTHS.flatMap((strength) => suspects.filter((one) => one.strength === strength))) {
    if (reaches(taken, edge.to, edge.from, budget)) dropped.push(edge);
    else {
      kept.push(edge);
      const targets = taken.get(edge.from);
      if (targets === undefined) taken.set(edge.from, [edge.to]);
      else targets.push(edge.to);
    }
  }
  return { kept, dropped };
}

/** True where a path leads from start to goal, or where nothing is left to find out with. */
function reaches(taken: ReadonlyMap<number, readonly number[]>, start: number, goal: number, budget: { steps: number }): boolean {
  const seen = new Set([start]);
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === goal || budget.steps <= 0) return true;
    for (const target of taken.get(node) ?? []) {
      budget.steps -= 1;
      if (seen.has(target)) continue;
      seen.add(target);
      open.push(target);
    }
  }
  return false;
}
