import { stringifyJson } from "../../../src/object/json.ts";
import { groupOf } from "../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { CorpusSet } from "./corpus-objects.ts";

/** Sets that can be live at the same time. */
export type Wave = readonly CorpusSet[];

/** The corpora, put so that everything can be applied. */
export interface CorpusWaves {
  /** Definitions and namespaces, each once, which many sets have: they are live all the time. */
  readonly shared: readonly KubeObject[];
  readonly waves: readonly Wave[];
  /** Sets with admission webhooks or APIServices, which change what a whole API server does. */
  readonly apart: readonly CorpusSet[];
}

const SHARED = new Set(["CustomResourceDefinition", "Namespace"]);
const INTRUSIVE = /^(?:Validating|Mutating)(?:WebhookConfiguration|AdmissionPolicy|AdmissionPolicyBinding)$|^APIService$/;

/** Puts every set into the first wave that has no object of the same name. */
export function wavesOf(sets: readonly CorpusSet[]): CorpusWaves {
  const apart = sets.filter(({ objects }) => objects.some(({ kind }) => INTRUSIVE.test(kind)));
  const waves: { readonly sets: CorpusSet[]; readonly keys: Set<string> }[] = [];
  for (const set of sets.filter((each) => !apart.includes(each))) {
    const own = { ...set, objects: set.objects.filter((object) => !isShared(object)) };
    if (own.objects.length === 0) continue;
    const keys = own.objects.map(keyOf);
    let wave = waves.find((each) => keys.every((key) => !each.keys.has(key)));
    if (wave === undefined) waves.push((wave = { sets: [], keys: new Set() }));
    wave.sets.push(own);
    for (const key of keys) wave.keys.add(key);
  }
  return { shared: sharedOf(sets), waves: waves.map((wave) => wave.sets), apart };
}

/** Definitions and namespaces of these sets, each once: of several editions of a definition the one that says most, in a version that is still served. */
export function sharedOf(sets: readonly CorpusSet[]): readonly KubeObject[] {
  const found = new Map<string, KubeObject>();
  for (const object of sets.flatMap(({ objects }) => objects).filter(isShared)) {
    const before = found.get(keyOf(object));
    if (before === undefined || weight(object) > weight(before)) found.set(keyOf(object), object);
  }
  return [...found.values()];
}

/** Later editions of a definition have more fields: what an earlier one takes they take too. */
function weight(object: KubeObject): number {
  if (object.kind !== "CustomResourceDefinition") return 0;
  return object.apiVersion === "apiextensions.k8s.io/v1" ? stringifyJson(object).length : -1;
}

/** Namespaces that objects are in and that nobody declares. */
export function undeclaredNamespaces(sets: readonly CorpusSet[], shared: readonly KubeObject[]): readonly string[] {
  const declared = new Set(shared.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name));
  const used = new Set(sets.flatMap(({ objects }) => objects.map(({ metadata }) => metadata.namespace ?? "")));
  return [...used].filter((name) => name !== "" && !declared.has(name)).sort();
}

/** True for what many sets share. */
export const isShared = ({ kind }: KubeObject): boolean => SHARED.has(kind);

/** One object, whatever its version: each set has a namespace of its own for objects that name none, but what is cluster-wide names none either. */
const keyOf = ({ apiVersion, kind, metadata: { namespace = "", name } }: KubeObject): string => [groupOf(apiVersion), kind, namespace, name].join("|");
