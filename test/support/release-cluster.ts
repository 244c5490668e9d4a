import { KubeApiError } from "../../src/errors.ts";
import type { Json, JsonObject } from "../../src/object/json.ts";
import { isJsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { Clock, ClusterClient, ObjectRef, WatchEvent } from "../../src/ports.ts";
import { ScriptedWatch } from "./scripted-watch.ts";

/** A cluster that holds Releases: it stores, counts requests, refuses what a test wants refused, and tells watches. */
export class ReleaseCluster extends ScriptedWatch implements Pick<ClusterClient, "create" | "get" | "patch" | "delete"> {
  readonly #clock: Pick<Clock, "now">;
  #version = 100;
  /** `create shop-1`, `patch shop-1`: every request but lists and watches. */
  readonly requests: string[] = [];
  /** Thrown by the next requests, in turn; `after`: once the request was carried out, as when the answer is lost. */
  readonly failures: { readonly error: unknown; readonly after?: boolean }[] = [];

  constructor(clock: Pick<Clock, "now">) {
    super();
    this.#clock = clock;
  }

  async create(object: KubeObject): Promise<KubeObject> {
    return this.#carryOut("create", object.metadata.name, () => {
      if (this.#find(object.metadata.name) !== undefined) throw new KubeApiError(409, "AlreadyExists", "it already exists");
      const metadata = { ...object.metadata, uid: `uid-${object.metadata.name}`, generation: 1, creationTimestamp: `${this.#clock.now().toISOString().slice(0, 19)}Z` };
      return this.#store({ ...object, metadata }, "ADDED");
    });
  }

  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return this.#carryOut("get", ref.name, () => this.#find(ref.name));
  }

  async patch(ref: ObjectRef, body: JsonObject | readonly Json[]): Promise<KubeObject> {
    return this.#carryOut("patch", ref.name, () => this.edit(ref.name, body as JsonObject)); // Releases are merge-patched only
  }

  async delete(ref: ObjectRef): Promise<boolean> {
    return this.#carryOut("delete", ref.name, () => {
      const found = this.#find(ref.name);
      if (found === undefined) return false;
      this.objects = this.objects.filter((object) => object !== found);
      this.#tell("DELETED", found);
      return true;
    });
  }

  /** A merge patch that is not counted: a person's. */
  edit(name: string, body: JsonObject): KubeObject {
    const found = this.#find(name);
    if (found === undefined) throw new KubeApiError(404, "NotFound", "there is none");
    const merged = merge(found as unknown as JsonObject, body) as unknown as KubeObject; // both are plain JSON
    const { generation = 1 } = found.metadata;
    return this.#store({ ...merged, metadata: { ...found.metadata, generation: "spec" in body ? generation + 1 : generation } }, "MODIFIED");
  }

  #carryOut<T>(verb: string, name: string, work: () => T): T {
    this.requests.push(`${verb} ${name}`);
    const failure = this.failures.shift();
    if (failure !== undefined && failure.after !== true) throw failure.error;
    const answer = work();
    if (failure !== undefined) throw failure.error;
    return answer;
  }

  #find(name: string): KubeObject | undefined {
    return this.objects.find(({ metadata }) => metadata.name === name);
  }

  #store(object: KubeObject, type: WatchEvent["type"]): KubeObject {
    this.#version += 1;
    this.version = String(this.#version);
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: this.version } };
    this.objects = [...this.objects.filter(({ metadata }) => metadata.name !== object.metadata.name), stored];
    this.#tell(type, stored);
    return stored;
  }

  #tell(type: WatchEvent["type"], object: KubeObject): void {
    this.watches.at(-1)?.send(type, object);
  }
}

function merge(before: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...before };
  for (const [key, value] of Object.entries(patch)) {
    const old = merged[key];
    merged[key] = value === null ? undefined : isJsonObject(value) ? merge(isJsonObject(old) ? old : {}, value) : value;
  }
  return merged;
}
