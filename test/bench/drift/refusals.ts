import { messageOf } from "../../../src/errors.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ResourceKind } from "../../../src/ports.ts";
import type { Rig } from "../rig.ts";
import type { CorpusStage, Folder } from "./corpus-stage.ts";

/** How many objects of some folders are live, and why others are not. */
export interface Acceptance {
  readonly accepted: number;
  /** One per object that is not live: its cause, without names. */
  readonly causes: readonly string[];
}

/** Counts by a second client what is live of these folders, and asks the server about what is not. */
export async function acceptanceOf(stage: CorpusStage, folders: readonly Folder[]): Promise<Acceptance> {
  const live = new LiveNames(stage.rig);
  let accepted = 0;
  const causes: string[] = [];
  for (const folder of folders) {
    for (const object of folder.objects) {
      if (await live.has(object, folder.name)) accepted += 1;
      else causes.push(await causeOf(stage, folder, object));
    }
  }
  return { accepted, causes };
}

/** Names of all live objects, kind by kind, listed when the first of a kind is asked for. */
class LiveNames {
  readonly #rig: Rig;
  readonly #byKind = new Map<string, Promise<{ readonly kind: ResourceKind; readonly names: ReadonlySet<string> } | undefined>>();

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  async has(object: KubeObject, defaultNamespace: string): Promise<boolean> {
    const { apiVersion, kind, metadata: { namespace = defaultNamespace, name } } = object;
    const key = `${apiVersion}/${kind}`;
    const listing = this.#byKind.get(key) ?? this.#list(apiVersion, kind);
    this.#byKind.set(key, listing);
    const listed = await listing;
    return listed?.names.has(listed.kind.namespaced ? `${namespace}/${name}` : `/${name}`) === true;
  }

  async #list(apiVersion: string, kind: string) {
    const { client } = this.#rig.cluster;
    try {
      const served = await client.kindOf(apiVersion, kind);
      if (served === undefined) return undefined;
      const { items } = await client.list(served, { metadataOnly: true });
      return { kind: served, names: new Set(items.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`)) };
    } catch {
      return undefined; // a conversion webhook that is not there: nothing of it can be seen
    }
  }
}

async function causeOf(stage: CorpusStage, { name }: Folder, object: KubeObject): Promise<string> {
  const { client } = stage.rig.cluster;
  const { apiVersion, kind, metadata } = object;
  const served = await client.kindOf(apiVersion, kind).catch(() => undefined);
  if (served === undefined) return `${kind} of ${apiVersion} is not served`;
  try {
    const placed = served.namespaced ? { namespace: name, ...metadata } : metadata;
    await client.apply({ ...object, metadata: placed }, { fieldManager: "driftless-bench", dryRun: true, force: true });
  } catch (error) {
    return `${kind}: ${withoutNames(messageOf(error))}`;
  }
  return `${kind}: the server takes it; its Application says ${withoutNames((await stage.lacks(name)) ?? "that it is synced")}`;
}

/** Equal causes read alike. */
const withoutNames = (text: string): string => text.replaceAll(/"[^"]*"|`[^`]*`/g, "…").replaceAll(/\S+\.yaml:\d+(?::\d+)?:/g, "").slice(0, 160);
