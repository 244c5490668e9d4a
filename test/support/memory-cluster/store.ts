/** Objects with one version counter over all of them, and the log of changes that watches read. */
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { asJson, asKubeObject } from "../../../src/object/kube-object.ts";
import { compareText } from "../../../src/object/object-id.ts";
import type { ResourceKind } from "../../../src/ports.ts";
import { tooOld } from "./api-errors.ts";
import { withValueAt } from "./plain.ts";

/** One change: `before` undefined for a new object, `after` for one that is gone. */
export interface Change {
  readonly version: number;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

interface Resource {
  readonly objects: Map<string, KubeObject>;
  sorted: readonly KubeObject[] | undefined;
  log: Change[];
  /** Changes up to this version are forgotten. */
  floor: number;
  readonly listeners: Set<(change: Change) => void>;
}

type Named = Pick<ResourceKind, "group" | "plural">;

/** Changes kept per resource, as a watch cache does. */
const LOG_LENGTH = 1_000;

/** Knows nothing of kinds, rights or managed fields. */
export class Store {
  readonly #resources = new Map<string, Resource>();
  readonly #listeners = new Set<(kind: Named, change: Change) => void>();
  #version = 1;

  /** The version of the last write. */
  get version(): number {
    return this.#version;
  }

  get(kind: Named, namespace: string, name: string): KubeObject | undefined {
    return this.#resource(kind).objects.get(`${namespace}/${name}`);
  }

  /** All objects, or those of one namespace, sorted by namespace and name. */
  list(kind: Named, namespace?: string): readonly KubeObject[] {
    const resource = this.#resource(kind);
    resource.sorted ??= [...resource.objects].sort(([left], [right]) => compareText(left, right)).map(([, object]) => object);
    return namespace === undefined ? resource.sorted : resource.sorted.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** Stores an object under a new version. */
  put(kind: Named, object: JsonObject): KubeObject {
    const version = this.#nextVersion();
    const after = stamped(object, version);
    const resource = this.#resource(kind);
    const key = keyOf(after);
    const before = resource.objects.get(key);
    if (before === undefined) resource.sorted = undefined;
    else resource.sorted = resource.sorted?.map((item) => (item === before ? after : item));
    resource.objects.set(key, after);
    this.#tell(kind, resource, { version, before, after });
    return after;
  }

  remove(kind: Named, object: KubeObject): void {
    const resource = this.#resource(kind);
    if (!resource.objects.delete(keyOf(object))) return;
    resource.sorted = undefined;
    this.#tell(kind, resource, { version: this.#nextVersion(), before: object, after: undefined });
  }

  /** Forgets the changes of one resource, or of all, so that watches from before are too old. */
  compact(kind?: Named): void {
    for (const resource of kind === undefined ? this.#resources.values() : [this.#resource(kind)]) {
      resource.log = [];
      resource.floor = this.#version;
    }
  }

  /** The changes since a version and those to come. Throws 410 where the version is too old. */
  follow(kind: Named, since: string, listener: (change: Change) => void): () => void {
    const resource = this.#resource(kind);
    const from = Number(since);
    if (from < resource.floor) throw tooOld(since, resource.floor);
    for (const change of resource.log) if (change.version > from) listener(change);
    resource.listeners.add(listener);
    return () => void resource.listeners.delete(listener);
  }

  /** Told of every change. */
  onChange(listener: (kind: Named, change: Change) => void): void {
    this.#listeners.add(listener);
  }

  #tell(kind: Named, resource: Resource, change: Change): void {
    resource.log.push(change);
    if (resource.log.length > 2 * LOG_LENGTH) {
      resource.log = resource.log.slice(-LOG_LENGTH);
      resource.floor = (resource.log[0]?.version ?? 1) - 1;
    }
    for (const listener of resource.listeners) listener(change);
    for (const listener of this.#listeners) listener(kind, change);
  }

  #nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }

  #resource({ group, plural }: Named): Resource {
    const name = `${group}/${plural}`;
    let resource = this.#resources.get(name);
    if (resource === undefined) this.#resources.set(name, (resource = { objects: new Map(), sorted: [], log: [], floor: 0, listeners: new Set() }));
    return resource;
  }
}

/** The object with this version. */
export function stamped(object: JsonObject, version: number): KubeObject {
  return asKubeObject(withValueAt(object, ["metadata", "resourceVersion"], String(version)));
}

/** An object that was deleted, as a watch shows it: as it was, with the version of the deletion. */
export function buried(object: KubeObject, version: number): KubeObject {
  return stamped(asJson(object), version);
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;
