import type { Edge, Levels, Strength } from "./graph.ts";
import { levelsOf } from "./graph.ts";
import { awaitIn, hasSameKindMilestones, kindMilestones, milestonesIn } from "./milestones.ts";
import type { KindMilestones, Milestone, Ordered } from "./milestones.ts";

/** Who waits for a milestone and who brings it about, as indexes. */
interface Meeting {
  readonly waiting: number[];
  readonly bringing: number[];
  readonly strength: Strength;
}

/**
 * Objects, sorted by id, → the level of each one. A milestone that several objects bring about becomes one node, so that n
 * objects waiting for m others make n + m edges.
 */
export function levelsOfObjects(items: readonly Ordered[]): Levels {
  const runs = runsOf(items);
  const meetings = new Meetings();
  for (const run of runs) {
    const waited = run.ofKind.awaits.map(({ milestone, strength }) => meetings.at(milestone, strength));
    for (let index = run.start; index < run.end; index += 1) for (const { waiting } of waited) waiting.push(index);
    if (run.ofKind.namesOthers) forEachOf(run, items, (item, index) => awaitIn(item, (milestone, strength) => meetings.at(milestone, strength).waiting.push(index)));
  }
  for (const run of runs) {
    const brought = run.ofKind.brings.flatMap((milestone) => meetings.known(milestone));
    forEachOf(run, items, (item, index) => {
      for (const { bringing } of brought) bringing.push(index);
      for (const { bringing } of meetings.known(item.key)) bringing.push(index);
      if (!run.ofKind.namesOthers) return;
      for (const milestone of milestonesIn(item)) for (const { bringing } of meetings.known(milestone)) bringing.push(index);
    });
  }
  return levelsOfMeetings(items.length, meetings.all());
}

/** Neighbours with the same milestones: a list sorted by id holds the objects of one kind and namespace together. */
interface Run {
  readonly ofKind: KindMilestones;
  readonly start: number;
  end: number;
}

function runsOf(items: readonly Ordered[]): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const [index, item] of items.entries()) {
    const before = items[index - 1];
    if (run !== undefined && before !== undefined && hasSameKindMilestones(before, item)) run.end = index + 1;
    else runs.push((run = { ofKind: kindMilestones(item), start: index, end: index + 1 }));
  }
  return runs;
}

function forEachOf({ start, end }: Run, items: readonly Ordered[], visit: (item: Ordered, index: number) => void): void {
  for (let index = start; index < end; index += 1) {
    const item = items[index];
    if (item !== undefined) visit(item, index);
  }
}

/** Every milestone that is waited for; one meeting for each strength, so that who waits lightly does not weaken what others need. */
class Meetings {
  readonly #byMilestone = new Map<Milestone, Meeting[]>();

  /** Where those meet that wait for a milestone with this strength. */
  at(milestone: Milestone, strength: Strength): Meeting {
    const known = this.#byMilestone.get(milestone);
    const found = known?.find((one) => one.strength === strength);
    if (found !== undefined) return found;
    const meeting: Meeting = { waiting: [], bringing: [], strength };
    if (known === undefined) this.#byMilestone.set(milestone, [meeting]);
    else known.push(meeting);
    return meeting;
  }

  /** Where a milestone is waited for; empty when it is not. */
  known(milestone: Milestone): readonly Meeting[] {
    return this.#byMilestone.get(milestone) ?? NOBODY;
  }

  all(): readonly Meeting[] {
    return [...this.#byMilestone.values()].flat();
  }
}

const NOBODY: readonly Meeting[] = [];

/** Edges to those who wait come first: where there are cycles, better one object left out of a milestone than the milestone lost. */
function levelsOfMeetings(objects: number, meetings: readonly Meeting[]): Levels {
  const waiting: Edge[] = [];
  const bringing: Edge[] = [];
  let nodes = objects;
  for (const meeting of meetings) {
    const [only] = meeting.bringing;
    if (only === undefined) continue;
    const isGroup = meeting.bringing.length > 1;
    const node = isGroup ? nodes : only;
    if (isGroup) for (const from of meeting.bringing) bringing.push({ from, to: node, strength: meeting.strength });
    for (const to of meeting.waiting) if (to !== node) waiting.push({ from: node, to, strength: meeting.strength });
    if (isGroup) nodes += 1;
  }
  return levelsOf(objects, nodes, [...waiting, ...bringing]);
}
