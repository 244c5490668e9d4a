import { FIELD_MANAGER } from "../../../src/api/group.ts";
import type { KubeObject, ObjectMeta } from "../../../src/object/kube-object.ts";
import type { ResourceKind } from "../../../src/ports.ts";
import type { Rig } from "../rig.ts";
import type { Folder } from "./corpus-stage.ts";

interface Listing {
  readonly kind: ResourceKind;
  readonly byName: ReadonlyMap<string, ObjectMeta>;
}

/** What a second client sees of objects, kind by kind; a kind is listed when it is first asked for. */
export class LiveObjects {
  readonly #client: Rig["cluster"]["client"];
  readonly #listings = new Map<string, Promise<Listing | undefined>>();

  constructor({ cluster: { client } }: Rig) {
    this.#client = client;
  }

  /** Metadata of the live object; `folder` is its namespace where it names none. */
  async find({ apiVersion, kind, metadata: { namespace, name } }: KubeObject, folder: string): Promise<ObjectMeta | undefined> {
    const key = `${apiVersion}/${kind}`;
    const listing = this.#listings.get(key) ?? this.#list(apiVersion, kind);
    this.#listings.set(key, listing);
    const listed = await listing;
    return listed?.byName.get(listed.kind.namespaced ? `${namespace ?? folder}/${name}` : `/${name}`);
  }

  /** When an apply of the operator's last changed each of the objects that are live. */
  async written(folders: readonly Folder[]): Promise<ReadonlyMap<KubeObject, string>> {
    const times = new Map<KubeObject, string>();
    for (const { name, objects } of folders) {
      for (const object of objects) {
        const meta = await this.find(object, name);
        const entry = meta?.managedFields?.find(({ manager, operation }) => manager === FIELD_MANAGER && operation === "Apply");
        if (meta !== undefined) times.set(object, `${meta.uid ?? ""} ${entry?.time ?? ""}`);
      }
    }
    return times;
  }

  async #list(apiVersion: string, kind: string): Promise<Listing | undefined> {
    try {
      const served = await this.#client.kindOf(apiVersion, kind);
      if (served === undefined) return undefined;
      const { items } = await this.#client.list(served, { metadataOnly: true });
      return { kind: served, byName: new Map(items.map(({ metadata }) => [`${metadata.namespace ?? ""}/${metadata.name}`, metadata])) };
    } catch {
      return undefined; // a conversion webhook that is not there: nothing of it can be seen
    }
  }
}
