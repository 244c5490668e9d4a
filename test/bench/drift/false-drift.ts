import type { KubeObject } from "../../../src/object/kube-object.ts";
import { corpusPath } from "../../support/corpus.ts";
import { startAgain } from "../restart.ts";
import { startRig } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { measured } from "../row.ts";
import { corpusSets } from "./corpus-objects.ts";
import type { CorpusSet } from "./corpus-objects.ts";
import { CorpusStage, STAGE } from "./corpus-stage.ts";
import type { Folder } from "./corpus-stage.ts";
import { acceptanceOf } from "./refusals.ts";
import { isShared, sharedOf, undeclaredNamespaces, wavesOf } from "./waves.ts";

const what = "every object of both corpora, applied to a real control plane with its controllers and simulated nodes, the operator restarted";
const bars = {
  drifting: { bar: "drift.1a", what: `${what}: objects that a DriftReport tells as drifted or reverted`, unit: "objects", limit: "<=0" },
  accepted: { bar: "drift.1b", what: `${what}: rendered objects that the API server has accepted`, unit: "%", limit: ">=95" },
} as const satisfies Readonly<Record<string, Bar>>;

/** Every bar about drift that is none. */
export const falseDriftBars: readonly Bar[] = Object.values(bars);

/** What was found on one control plane. */
interface Found {
  accepted: number;
  causes: string[];
  drifting: string[];
}

type Say = (text: string) => void;

/** Nobody touches anything; whatever is told as drift is none. Sets that change what an API server does get one of their own each. */
export async function measureFalseDrift(say: Say): Promise<readonly Row[]> {
  const sets = corpusSets(demand("kustomize"), demand("helm"));
  const { shared, waves, apart } = wavesOf(sets);
  say(`${sets.length} sets, ${sets.reduce((sum, { objects }) => sum + objects.length, 0)} objects, ${waves.length} waves, ${apart.length} sets apart`);
  const nameless = sets.reduce((sum, set) => sum + set.nameless, 0);
  const found: Found = { accepted: 0, causes: Array.from({ length: nameless }, () => "without kind or name"), drifting: [] };
  const folders = waves.map((wave, number) => wave.map(({ objects }, index): Folder => ({ name: `s${number}-${index}`, objects })));
  await onStage({ name: "waves", shared, rounds: folders, sets }, found, say);
  for (const [index, set] of apart.entries()) {
    const own = set.objects.filter((object) => !isShared(object));
    await onStage({ name: `${set.name} (${index + 1} of ${apart.length})`, shared: sharedOf([set, ...definitionsFor(set, sets)]), rounds: [[{ name: "s0-0", objects: own }]], sets: [set] }, found, say).catch((error: unknown) => say(`${set.name}: ${String(error)}`));
  }
  tell(found, say);
  const all = found.accepted + found.causes.length;
  return [measured(bars.drifting, found.drifting.length, found.accepted), measured(bars.accepted, (found.accepted / all) * 100, all)];
}

/** What is applied on one control plane, round after round. */
interface Program {
  readonly name: string;
  readonly shared: Folder["objects"];
  readonly rounds: readonly (readonly Folder[])[];
  readonly sets: readonly CorpusSet[];
}

async function onStage({ name, shared, rounds, sets }: Program, found: Found, say: Say): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const rig = await startRig([STAGE], () => undefined, stack);
  const stage = await CorpusStage.open(rig);
  let { operator } = rig;
  stack.defer(() => operator.stop());
  await stage.makeNamespaces(undeclaredNamespaces(sets, shared));
  const always: Folder = { name: "shared", objects: shared };
  await stage.declare([always]);
  await stage.settle();
  for (const [number, folders] of rounds.entries()) {
    await stage.declare(folders);
    await stage.settle();
    await operator.stop();
    operator = await startAgain(rig);
    await stage.settle();
    const isLast = number === rounds.length - 1;
    const { accepted, causes } = await acceptanceOf(stage, isLast ? [always, ...folders] : folders);
    const drifting = await stage.drifting();
    found.accepted += accepted;
    found.causes.push(...causes);
    found.drifting.push(...[...drifting].map(([object, told]) => `${object}: ${told}`));
    say(`${name}, round ${number + 1} of ${rounds.length}: ${accepted} live, ${causes.length} not, ${drifting.size} drifting`);
    for (const [object, told] of drifting) say(`  ${object}: ${told}`);
    if (!isLast) await stage.remove(folders);
  }
}

/** Sets of the corpora that define the kinds which this one has objects of. */
function definitionsFor(set: CorpusSet, sets: readonly CorpusSet[]): readonly CorpusSet[] {
  const kinds = new Set(set.objects.map(({ kind }) => kind));
  return sets.map((other) => ({ ...other, objects: other.objects.filter((object) => object.kind === "CustomResourceDefinition" && kinds.has(definedKind(object))) }));
}

function definedKind(definition: KubeObject): string {
  const { names } = (definition["spec"] ?? {}) as { readonly names?: { readonly kind?: string } }; // a definition of the corpus, which the API server has to take anyway
  return names?.kind ?? "";
}

function tell({ causes, drifting }: Found, say: Say): void {
  const counts = new Map<string, number>();
  for (const cause of causes) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  for (const [cause, count] of [...counts].sort(([, left], [, right]) => right - left)) say(`${count} not accepted: ${cause}`);
  for (const line of drifting) say(`drifting: ${line}`);
}

function demand(path: string): string {
  const found = corpusPath(path);
  if (found === undefined) throw new Error(`there is no ../shared/corpus/${path}`);
  return found;
}
