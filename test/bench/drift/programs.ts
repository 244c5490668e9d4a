import { groupOf } from "../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { CorpusSet } from "./corpus-objects.ts";
import type { Folder } from "./corpus-stage.ts";
import { definedKind, standIns } from "./stand-ins.ts";
import { isShared, sharedOf, undeclaredNamespaces, wavesOf } from "./waves.ts";

/** What is applied on one control plane, round after round. */
export interface Program {
  readonly name: string;
  /** Live all the time. */
  readonly shared: readonly KubeObject[];
  /** The shared ones that count: those of the corpora, and each in one program only. */
  readonly counted: ReadonlySet<KubeObject>;
  /** Namespaces that objects are in and that nobody declares. */
  readonly namespaces: readonly string[];
  readonly rounds: readonly (readonly Folder[])[];
}

/** One control plane for all sets that leave an API server as it is, and one for each other set. */
export function programsOf(sets: readonly CorpusSet[]): readonly Program[] {
  const { shared, waves, apart } = wavesOf(sets);
  const rounds = waves.map((wave, number) => wave.map(({ objects }, index): Folder => ({ name: `s${number}-${index}`, objects })));
  const together: Program = { name: "waves", shared: [...shared, ...standIns(sets)], counted: new Set(shared), namespaces: undeclaredNamespaces(sets, shared), rounds: rounds.toReversed() }; // the first is the largest, and the last is not taken away again
  return [together, ...apart.map((set) => apartOf(set, sets))];
}

function apartOf(set: CorpusSet, sets: readonly CorpusSet[]): Program {
  const shared = sharedOf([set, ...definitionsFor(set, [...sets, { name: "", nameless: 0, objects: standIns(sets) }])]);
  const objects = set.objects.filter((object) => !isShared(object));
  return { name: set.name, shared, counted: new Set(), namespaces: undeclaredNamespaces([set], shared), rounds: [[{ name: "s0-0", objects }]] };
}

/** Sets of the corpora that define the kinds which this one has objects of. */
function definitionsFor(set: CorpusSet, sets: readonly CorpusSet[]): readonly CorpusSet[] {
  const kinds = new Set(set.objects.map(({ apiVersion, kind }) => `${groupOf(apiVersion)}/${kind}`));
  return sets.map((other) => ({ ...other, objects: other.objects.filter((object) => object.kind === "CustomResourceDefinition" && kinds.has(definedKind(object))) }));
}
