/** Which objects a reflector has reported, and in which version: no more than a relist needs to tell what vanished. */
import type { KubeObject } from "../object/kube-object.ts";
import { apiVersionOf } from "../object/kube-object.ts";
import type { ResourceKind } from "../ports.ts";

interface Known {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** What a complete list says beyond what was known. */
export interface ListDiff {
  readonly upserts: readonly KubeObject[];
  /** Objects that vanished, or gave way to another of the same name: apiVersion, kind, name, namespace, uid, last version. */
  readonly deletes: readonly KubeObject[];
}

/** Keyed by namespace and name, of one kind. */
export class KnownObjects {
  #known = new Map<string, Known>();
  /** Everything up to this version has been told; undefined: nothing yet. */
  version: string | undefined;

  /** True when an object of this name and uid was reported last. */
  includes({ namespace, name, uid }: { readonly namespace: string; readonly name: string; readonly uid: string }): boolean {
    return this.#known.get(`${namespace}/${name}`)?.uid === uid;
  }

  /** True when this very object was reported last, in this version. */
  has(object: KubeObject): boolean {
    const known = this.#known.get(keyOf(object));
    return known?.uid === (object.metadata.uid ?? "") && known.resourceVersion === object.metadata.resourceVersion;
  }

  set(object: KubeObject): void {
    this.#known.set(keyOf(object), knownOf(object));
  }

  delete(object: KubeObject): void {
    this.#known.delete(keyOf(object));
  }

  /** Takes over a complete list of the kind; an object in the version already reported is no upsert. */
  replace(kind: ResourceKind, items: readonly KubeObject[]): ListDiff {
    const before = this.#known;
    this.#known = new Map(items.map((item) => [keyOf(item), knownOf(item)]));
    const upserts = items.filter((item) => !isSame(before.get(keyOf(item)), knownOf(item)));
    const gone = [...before].filter(([key, known]) => this.#known.get(key)?.uid !== known.uid);
    return { upserts, deletes: gone.map(([, known]) => lastSeen(kind, known)) };
  }
}

function lastSeen({ group, version, kind }: ResourceKind, { namespace, name, uid, resourceVersion }: Known): KubeObject {
  const metadata = { name, uid, resourceVersion, ...(namespace === undefined ? {} : { namespace }) };
  return { apiVersion: apiVersionOf(group, version), kind, metadata };
}

function knownOf({ metadata }: KubeObject): Known {
  return { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid ?? "", resourceVersion: metadata.resourceVersion ?? "" };
}

function isSame(before: Known | undefined, now: Known): boolean {
  return before !== undefined && before.uid === now.uid && before.resourceVersion === now.resourceVersion && now.resourceVersion !== "";
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
