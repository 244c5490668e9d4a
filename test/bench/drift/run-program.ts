import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { formatKey, idOf } from "../../../src/object/object-id.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { startAgain } from "../restart.ts";
import { startRig } from "../rig.ts";
import { CorpusStage, STAGE } from "./corpus-stage.ts";
import type { Folder } from "./corpus-stage.ts";
import { LiveObjects } from "./live-objects.ts";
import type { Program } from "./programs.ts";
import { acceptanceOf } from "./refusals.ts";

/** What was found on one control plane. */
export interface Found {
  readonly accepted: number;
  /** One per object that is not live. */
  readonly causes: string[];
  /** One line per object. */
  readonly drifting: string[];
}

/** Seconds of the steps of a round. */
class Steps {
  readonly #took: string[] = [];
  #began = performance.now();

  done(name: string): void {
    this.#took.push(`${name} ${((performance.now() - this.#began) / 1000).toFixed(0)}s`);
    this.#began = performance.now();
  }

  toString(): string {
    return this.#took.join(", ");
  }
}

/** Applies every round, waits, restarts the operator, waits, and looks. */
export async function runProgram(program: Program, script: string, say: (text: string) => void): Promise<Found> {
  await using stack = new AsyncDisposableStack();
  const opening = new Steps();
  const rig = await startRig([STAGE], () => undefined, stack, script);
  const stage = await CorpusStage.open(rig);
  opening.done("start");
  let { operator } = rig;
  stack.defer(() => operator.stop());
  await stage.makeNamespaces(program.namespaces);
  const always = sharedFolders(program.shared);
  await stage.declare(always);
  opening.done("declare");
  await stage.settle();
  opening.done("settle");
  await stage.served(program.shared.filter(({ kind }) => kind === "CustomResourceDefinition"));
  opening.done("serve");
  say(`${program.name}: ${opening.toString()}`);
  let found: Found = { accepted: 0, causes: [], drifting: [] };
  for (const [number, folders] of program.rounds.entries()) {
    const steps = new Steps();
    await stage.declare(folders);
    steps.done("declare");
    await stage.settle();
    steps.done("settle");
    const all = [...always, ...folders];
    const before = await new LiveObjects(rig).written(all);
    steps.done("list");
    await operator.stop();
    const mark = await rig.audit.mark();
    operator = await startAgain(rig);
    steps.done("restart");
    await stage.settle();
    steps.done("settle");
    const isLast = number === program.rounds.length - 1;
    const counted = isLast ? sharedFolders(program.shared.filter((object) => program.counted.has(object))) : [];
    const round = await look(stage, { before, all, counted: [...counted, ...folders] }, say);
    steps.done("look");
    const again = await stage.applies(mark);
    for (const line of again) say(`  applied once more: ${line}`);
    say(`${program.name}, round ${number + 1} of ${program.rounds.length}: ${round.accepted} live, ${round.causes.length} not, ${round.drifting.length} drifting, ${again.length} applied once more by the restarted operator; ${steps.toString()}`);
    found = { accepted: found.accepted + round.accepted, causes: [...found.causes, ...round.causes], drifting: [...found.drifting, ...round.drifting] };
    if (!isLast) await stage.remove(folders);
  }
  return found;
}

/** Two Applications: a definition that is refused does not keep namespaces of a later wave away. */
const sharedFolders = (objects: readonly KubeObject[]): readonly Folder[] => [
  { name: "namespaces", objects: objects.filter(({ kind }) => kind === "Namespace") },
  { name: "definitions", objects: objects.filter(({ kind }) => kind !== "Namespace") },
];

/** What is looked at. */
interface Sight {
  /** When objects were written before the restart. */
  readonly before: ReadonlyMap<KubeObject, string>;
  readonly all: readonly Folder[];
  readonly counted: readonly Folder[];
}

async function look(stage: CorpusStage, { before, all, counted }: Sight, say: (text: string) => void): Promise<Found> {
  const live = new LiveObjects(stage.rig);
  const { accepted, refused } = await acceptanceOf(stage, live, counted);
  for (const { cause, folder, object } of refused) say(`  refused ${folder} ${nameOf(object)}: ${cause}`);
  // A controller deletes what it cannot use, such as the token of an account that is not there: it is refused, and told as missing with reason.
  const absent = new Set(refused.flatMap(({ folder, object }) => keysIn(folder, object)));
  const told = (await stage.drifting()).filter((finding) => !(isGone(finding) && absent.has(finding.object))).map(textOf);
  const changed = [...(await live.written(all))].flatMap(([object, written]) => {
    const earlier = before.get(object) ?? written;
    return earlier === written ? [] : [`${nameOf(object)}: changed by the restarted operator, ${earlier} → ${written}`];
  });
  for (const line of [...told, ...changed]) say(`  ${line}`);
  return { accepted, causes: refused.map(({ cause }) => cause), drifting: [...told, ...changed] };
}

const isGone = (finding: DriftFinding): boolean => finding.class === "Missing" && finding.path === undefined;

const textOf = ({ object, path = "", desired = "nothing", live = "nothing", manager = "nobody", ...finding }: DriftFinding): string => `${object}: ${finding.class} ${path}: ${desired} → ${live} by ${manager}`;

/** How a finding may name it: only the server knows whether its kind has namespaces. */
function keysIn(folder: string, object: KubeObject): readonly string[] {
  const id = idOf(object);
  return [formatKey(id), formatKey({ ...id, namespace: object.metadata.namespace ?? folder })];
}

const nameOf = ({ kind, metadata: { namespace = "", name } }: KubeObject): string => `${kind} ${namespace}/${name}`;
