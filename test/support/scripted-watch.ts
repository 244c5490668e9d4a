import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ClusterClient, ListOptions, ObjectList, ResourceKind, WatchEvent, WatchOptions } from "../../src/ports.ts";

/** One watch that a test holds in its hand. */
export class OpenWatch {
  readonly options: WatchOptions;
  readonly #queue: WatchEvent[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(options: WatchOptions) {
    this.options = options;
    options.signal?.addEventListener("abort", () => this.fail(options.signal?.reason));
  }

  send(type: WatchEvent["type"], object: KubeObject): void {
    this.#queue.push({ type, object });
    this.#wake();
  }

  /** As the server does when the watch's time is over. */
  close(): void {
    this.#end ??= {};
    this.#wake();
  }

  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  async *events(): AsyncGenerator<WatchEvent, void, undefined> {
    for (;;) {
      const event = this.#queue.shift();
      if (event !== undefined) yield event;
      else if (this.#end !== undefined && "error" in this.#end) throw this.#end.error;
      else if (this.#end !== undefined) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** The list and watch of a cluster whose objects, failures and events a test decides. */
export class ScriptedWatch implements Pick<ClusterClient, "list" | "watch"> {
  objects: KubeObject[] = [];
  version = "100";
  listFailures: unknown[] = [];
  watchFailures: unknown[] = [];
  readonly lists: ListOptions[] = [];
  readonly watches: OpenWatch[] = [];

  async list(_kind: ResourceKind, options: ListOptions = {}): Promise<ObjectList> {
    this.lists.push(options);
    if (this.listFailures.length > 0) throw this.listFailures.shift();
    return { items: [...this.objects], resourceVersion: this.version };
  }

  watch(_kind: ResourceKind, options: WatchOptions): AsyncIterable<WatchEvent> {
    const watch = new OpenWatch(options);
    this.watches.push(watch);
    if (this.watchFailures.length > 0) watch.fail(this.watchFailures.shift());
    return watch.events();
  }

  /** The watch opened last. */
  get current(): OpenWatch {
    const last = this.watches.at(-1);
    if (last === undefined) throw new Error("no watch was opened");
    return last;
  }
}
