import type { KubeObject } from "../../src/object/kube-object.ts";
import { commitConfigMaps, declareApp, startRig } from "./rig.ts";
import type { Rig, Webhook } from "./rig.ts";
import { allShow, valueOf } from "./view.ts";

/** One Application of ConfigMaps that are all live. */
export interface BenchApp {
  readonly namespace: string;
  readonly webhook: Webhook;
  /** Names of its ConfigMaps. */
  readonly names: readonly string[];
}

/** Folder in the repository, and first part of the names, of the ConfigMaps. */
export const FOLDER = "cm";
const FIRST_APPLY_MS = 300_000;

/** Starts everything with one Application of so many ConfigMaps; measures when all are live, and ends everything. */
export async function withApp<T>(namespace: string, size: number, say: (text: string) => void, measure: (rig: Rig, app: BenchApp) => Promise<T>): Promise<T> {
  await using stack = new AsyncDisposableStack();
  const rig = await startRig([namespace], say, stack);
  await commitConfigMaps(rig.repo, namespace, FOLDER, size, "start");
  await rig.cluster.view.watch([{ apiVersion: "v1", kind: "ConfigMap", namespace }]);
  const webhook = await declareApp(rig, namespace, FOLDER);
  const names = Array.from({ length: size }, (_, index) => `${FOLDER}-${index}`);
  await allShow(rig.cluster.view, names, "start", rig.signal, FIRST_APPLY_MS);
  return await measure(rig, { namespace, webhook, names }); // the rig lives until it is done
}

/** Changes one object after the other by hand; milliseconds from the answer to the edit to the desired value in a second client's watch. */
export async function measureReverts(rig: Rig, { namespace, names }: BenchApp, edits: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < edits; round++) {
    const name = names[(round * 373) % names.length] ?? "";
    const edited = await editByHand(rig, { namespace, name, value: `by hand ${round}`, manager: "kubectl-edit" });
    const began = performance.now();
    await rig.cluster.view.until(`${name} reverted`, (view) => (isRevertOf(edited, view.get("ConfigMap", name)) ? true : undefined), rig.signal);
    times.push(performance.now() - began);
  }
  return times;
}

/** One edit of a ConfigMap. */
export interface HandEdit {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
  readonly manager: string;
}

/** Edits as somebody with kubectl does; resolves with the edited object. */
export function editByHand({ cluster }: Rig, { namespace, name, value, manager }: HandEdit): Promise<KubeObject> {
  return cluster.client.patch({ apiVersion: "v1", kind: "ConfigMap", namespace, name }, { data: { value } }, { type: "merge", fieldManager: manager });
}

/** True for a later version of the edited object that has the desired value. */
export const isRevertOf = (edited: KubeObject, seen: KubeObject | undefined): boolean =>
  valueOf(seen) === "start" && Number(seen?.metadata.resourceVersion) > Number(edited.metadata.resourceVersion);
