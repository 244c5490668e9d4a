/** A cluster in this process: the API server's behaviour behind the ClusterClient port, its controllers moved by hand, faults at every call. */
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { Clock, ObjectRef, ResourceKind } from "../../../src/ports.ts";
import type { Authorizer } from "./access.ts";
import { rbac } from "./access.ts";
import { ApiServer } from "./api-server.ts";
import type { ClientOptions, JournalEntry, OpenStream } from "./client.ts";
import { MemoryClient } from "./client.ts";
import type { Controller, ControllerContext } from "./controllers.ts";
import { CONTROLLERS } from "./controllers.ts";
import { Kinds } from "./kinds.ts";
import { Store } from "./store.ts";

/** How the cluster behaves. */
export interface MemoryClusterOptions {
  readonly clock: Clock;
  /** Default: roles and bindings of the cluster; a client as itself may do everything. */
  readonly authorize?: Authorizer;
  /** An admission webhook: the text of its refusal, or undefined. */
  readonly admit?: (object: KubeObject, before: KubeObject | undefined) => string | undefined;
  /** Whether the Pods of a workload get ready. Default: always. */
  readonly isWorking?: (workload: KubeObject) => boolean;
  /** Default: all there are. */
  readonly controllers?: readonly Controller[];
  /** Automatic: controllers run soon after each write. Explicit (default): only when settle is called. */
  readonly control?: "Automatic" | "Explicit";
  /** Told of every request that reached the server. */
  readonly journal?: (entry: JournalEntry) => void;
}

/** Passes until controllers that never come to rest are given up. */
const MAX_PASSES = 200;
const NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

export class MemoryCluster {
  readonly #store = new Store();
  readonly #kinds = new Kinds();
  readonly #streams = new Set<OpenStream>();
  readonly #options: MemoryClusterOptions;
  readonly #server: ApiServer;
  readonly #context: ControllerContext;
  #requests = 0;
  #settled = 0;
  #scheduled = false;

  constructor(options: MemoryClusterOptions) {
    this.#options = options;
    const { clock, authorize = rbac(this.#store), admit, isWorking = () => true } = options;
    this.#server = new ApiServer({ store: this.#store, kinds: this.#kinds, clock, authorize, admit });
    this.#context = { server: this.#server, store: this.#store, kinds: this.#kinds, clock, isWorking, closeWatches: (kind) => this.closeWatches(kind) };
    for (const name of NAMESPACES) this.#server.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, { manager: "kube-apiserver" });
  }

  /** A process that talks to the cluster. */
  client(options: ClientOptions = {}): MemoryClient {
    const parts = {
      server: this.#server, store: this.#store, kinds: this.#kinds, clock: this.#options.clock, streams: this.#streams,
      count: () => (this.#requests += 1),
      journal: (entry: JournalEntry) => this.#options.journal?.(entry),
      onWrite: () => this.#schedule(),
    };
    return new MemoryClient(parts, options);
  }

  /** The server itself, at once and without faults: for what a test does and looks at. */
  get server(): ApiServer {
    return this.#server;
  }

  /** Requests of all clients so far. */
  get requests(): number {
    return this.#requests;
  }

  /** The version of the last write. */
  get version(): number {
    return this.#store.version;
  }

  get(ref: ObjectRef): KubeObject | undefined {
    return this.#server.find(ref);
  }

  /** Every object there is, of all kinds, in the version that its group prefers. */
  objects(): readonly KubeObject[] {
    return this.#kinds.all().filter(({ resource }) => this.#kinds.preferred(resource.group, resource.kind)?.resource === resource).flatMap(({ resource }) => this.#store.list(resource));
  }

  /** Runs the controllers until they come to rest. */
  settle(): void {
    for (let pass = 0; this.step(); pass += 1) if (pass > MAX_PASSES) throw new Error(`controllers of the cluster do not come to rest: ${this.#busy().join(", ")}`);
  }

  /** One pass of each controller; false when none had anything to do. */
  step(): boolean {
    if (this.#settled === this.#store.version) return false;
    const before = this.#store.version;
    const done = (this.#options.controllers ?? CONTROLLERS).map((controller) => controller(this.#context)).some(Boolean);
    if (!done && before === this.#store.version) this.#settled = before;
    return done;
  }

  /** Names of the controllers that still do something. */
  #busy(): string[] {
    return (this.#options.controllers ?? CONTROLLERS).filter((controller) => controller(this.#context)).map(({ name }) => name);
  }

  /** Forgets the past: watches that begin before now are too old. */
  compact(): void {
    this.#store.compact();
  }

  /** The server ends the watches of a kind, or all. */
  closeWatches(kind?: ResourceKind): void {
    for (const open of this.#streams) {
      if (kind === undefined || (open.kind.group === kind.group && open.kind.plural === kind.plural)) open.stream.end();
    }
  }

  #schedule(): void {
    if (this.#options.control !== "Automatic" || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.settle();
    });
  }
}
