import { messageOf } from "../../../src/errors.ts";
import { valueAt } from "../../../src/object/json.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { CorpusStage, Folder } from "./corpus-stage.ts";
import type { LiveObjects } from "./live-objects.ts";

/** How many objects of some folders are live, and why others are not. */
export interface Acceptance {
  readonly accepted: number;
  /** One per object that is not live. */
  readonly refused: readonly Refusal[];
}

/** An object that is not live. */
export interface Refusal {
  /** Why, without names: equal causes read alike. */
  readonly cause: string;
  readonly folder: string;
  readonly object: KubeObject;
}

/** Counts what is live of these folders, and asks the server about what is not. */
export async function acceptanceOf(stage: CorpusStage, live: LiveObjects, folders: readonly Folder[]): Promise<Acceptance> {
  let accepted = 0;
  const refused: Refusal[] = [];
  for (const { name: folder, objects } of folders) {
    for (const object of objects) {
      if ((await live.find(object, folder)) !== undefined || (removesItself(object) && (await stage.lacks(folder)) === undefined)) accepted += 1;
      else refused.push({ cause: await causeOf(stage, folder, object), folder, object });
    }
  }
  return { accepted, refused };
}

/** A Job that was applied, has run, and is gone as it asks for. */
function removesItself(object: KubeObject): boolean {
  return object.kind === "Job" && typeof valueAt(asJson(object), ["spec", "ttlSecondsAfterFinished"]) === "number";
}

async function causeOf(stage: CorpusStage, folder: string, object: KubeObject): Promise<string> {
  const { client } = stage.rig.cluster;
  const { apiVersion, kind, metadata } = object;
  const served = await client.kindOf(apiVersion, kind).catch(() => undefined);
  if (served === undefined) return `${kind} of ${apiVersion} is not served`;
  try {
    const placed = served.namespaced ? { namespace: folder, ...metadata } : metadata;
    await client.apply({ ...object, metadata: placed }, { fieldManager: "driftless-bench", dryRun: true, force: true });
  } catch (error) {
    return `${kind}: ${withoutNames(messageOf(error))}`;
  }
  return `${kind}: the server takes it; its Application says ${withoutNames((await stage.lacks(folder)) ?? "that it is synced")}`;
}

const withoutNames = (text: string): string => text.replaceAll(/"[^"]*"|`[^`]*`/g, "…").replaceAll(/\S+\.yaml:\d+(?::\d+)?:/g, "").slice(0, 240);
