/** A cluster, an operator that may die at any moment, people who commit and edit, and a clock that only the test moves. */
import type { Artifact } from "../../../sources/source.ts";
import { crds } from "../../../src/api/crd.ts";
import { API_VERSION } from "../../../src/api/group.ts";
import type { Release } from "../../../src/api/release.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ObjectKey } from "../../../src/object/object-id.ts";
import type { ObjectRef } from "../../../src/ports.ts";
import { MemoryCluster } from "../memory-cluster/memory-cluster.ts";
import type { JournalEntry } from "../memory-cluster/client.ts";
import type { Faults } from "../memory-cluster/faults.ts";
import { MemoryLogger } from "../memory-logger.ts";
import { memoryTree } from "../memory-tree.ts";
import { settle, VirtualClock } from "../virtual-clock.ts";
import { LoopOperator, OPERATOR_NAMESPACE } from "./loop-operator.ts";
import type { CommitContent } from "./loop-universe.ts";
import { filesOf, ITEM_KEYS } from "./loop-universe.ts";

/** Where the Applications live. */
export const HOME = "apps";
/** The Applications: each with a source of its name, or all with one source, where each has a folder of its name. */
export const APPS = ["left", "right"] as const;
const SHARED = "shared";
const NOTHING: CommitContent = { wanted: new Map(), flaw: "Empty" };

/** One commit as the world remembers it. */
export interface Commit extends CommitContent {
  readonly artifact: Artifact;
  readonly keys: ReadonlySet<ObjectKey>;
}

/** Numbers from 0 to below 1, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0; // mulberry32
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What happens in the world that a law may want to know. */
export interface WorldObserver {
  readonly onRequest: (entry: JournalEntry) => void;
  readonly onReconcile: (app: string, phase: "Begin" | "End") => void;
}

/** Tries until computations on other threads are given up on. */
const MAX_SPINS = 5_000;

export class LoopWorld {
  readonly clock = new VirtualClock();
  readonly logger = new MemoryLogger();
  readonly cluster: MemoryCluster;
  /** Every commit of an Application's source, oldest first. */
  readonly commits = new Map<string, Commit[]>();
  readonly random: () => number;
  readonly #observer: WorldObserver;
  #operator: LoopOperator | undefined;
  #processes = 0;
  #approvedAt = 0;
  #pushed = 0;
  readonly #shared: boolean;
  /** What goes wrong between operator and cluster. */
  faults: Faults = () => undefined;
  /** The cluster's controllers stand still. */
  paused = false;
  /** Somebody approves whatever waits for a yes. */
  approving = false;

  /** `shared`: all Applications over one source. */
  constructor(seed: number, observer: WorldObserver, shared = false) {
    this.#shared = shared;
    this.random = seededRandom(seed);
    this.#observer = observer;
    this.cluster = new MemoryCluster({ clock: this.clock, authorize: () => true, journal: (entry) => observer.onRequest(entry) });
    for (const crd of crds()) this.byHand(crd);
    this.cluster.settle();
    for (const name of [HOME, "one", "two", OPERATOR_NAMESPACE]) this.byHand({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    for (const source of shared ? [SHARED] : APPS) this.byHand(sourceOf(source));
    for (const app of APPS) this.declare(app);
    this.cluster.settle();
  }

  /** Somebody with all rights creates an object. */
  byHand(object: KubeObject): void {
    this.cluster.server.create(object, { manager: "kubectl-create" });
  }

  /** Somebody declares an Application, unless there is one of its name. */
  declare(app: string): void {
    if (this.cluster.get(refTo(app)) === undefined) this.byHand(applicationOf(app, this.#shared));
  }

  /** Somebody deletes an Application with all that it has applied. */
  remove(app: string): void {
    if (this.cluster.get(refTo(app)) === undefined) return;
    this.cluster.server.patch(refTo(app), { spec: { sync: { deletionPolicy: "Delete" } } }, "merge", { manager: "kubectl-patch" });
    this.cluster.server.delete(refTo(app), { propagationPolicy: "Background" });
  }

  /** The Applications that are there to stay. */
  get declared(): readonly string[] {
    return APPS.filter((app) => {
      const found = this.cluster.get(refTo(app));
      return found !== undefined && found.metadata.deletionTimestamp === undefined;
    });
  }

  get operator(): LoopOperator | undefined {
    return this.#operator;
  }

  /** A process of the operator begins; it fetches the sources after `fetchMs`. */
  start(fetchMs: number): void {
    this.#processes += 1;
    const operator: LoopOperator = new LoopOperator({
      client: this.cluster.client({ name: `operator-${this.#processes}`, faults: (call) => this.faults(call), onCrash: () => operator.kill() }),
      clock: this.clock, logger: this.logger, random: this.random, onReconcile: this.#observer.onReconcile,
    });
    this.#operator = operator;
    operator.start();
    this.clock.after(fetchMs, () => this.#publish(...APPS));
  }

  /** The operator's process ends at once. */
  kill(): void {
    this.#operator?.kill();
    this.#operator = undefined;
  }

  /** Pushes what Applications are to have from now on, which is fetched at once: one commit to each source. */
  commit(contents: ReadonlyMap<string, CommitContent>): void {
    const apps = this.#shared ? [...APPS] : [...contents.keys()];
    const content = (app: string): CommitContent => contents.get(app) ?? this.head(app) ?? NOTHING;
    if (this.#shared) {
      const artifact = this.#artifact("c", Object.assign({}, ...apps.map((app) => filesOf(content(app), `${app}/`))));
      for (const app of apps) this.#push(app, content(app), artifact);
    } else for (const app of apps) this.#push(app, content(app), this.#artifact(app === "left" ? "a" : "b", filesOf(content(app))));
    this.#publish(...apps);
  }

  #artifact(fill: string, files: Readonly<Record<string, string>>): Artifact {
    this.#pushed += 1;
    const oid = this.#pushed.toString(16).padStart(40, fill);
    const tree = memoryTree(files);
    const commit = { oid, author: "somebody", message: `commit ${this.#pushed}`, committedAt: this.clock.now() };
    return { revision: `main@sha1:${oid}`, digest: `sha1:${tree.id}`, commit, tree };
  }

  #push(app: string, { wanted, flaw }: CommitContent, artifact: Artifact): void {
    const keys = new Set(flaw === "None" ? [...wanted.keys()].flatMap((item) => ITEM_KEYS[item] ?? []) : []);
    this.commits.set(app, [...(this.commits.get(app) ?? []), { wanted, flaw, keys, artifact }]);
  }

  /** The newest commit of an Application's source. */
  head(app: string): Commit | undefined {
    return this.commits.get(app)?.at(-1);
  }

  /** Time passes: what is due happens in order, and what follows from it. */
  async advance(ms: number): Promise<void> {
    await this.clock.advanceThrough(ms, () => this.#rest());
  }

  /** Lets everything come to rest that needs no time. */
  async #rest(): Promise<void> {
    await settle();
    for (let round = 0; round < MAX_SPINS; round += 1) {
      const before = this.cluster.version;
      if (this.#operator?.dead === true) this.#operator = undefined;
      if (!this.paused) this.cluster.settle();
      if (this.approving) this.#approve();
      const computing = this.#operator?.computing === true;
      if (!computing && before === this.cluster.version) return;
      await settle();
    }
  }

  #publish(...apps: readonly string[]): void {
    for (const app of apps) {
      const head = this.head(app);
      if (head !== undefined) this.#operator?.fetched({ namespace: HOME, name: this.#shared ? SHARED : app }, head.artifact);
    }
  }

  #approve(): void {
    if (this.#approvedAt === this.cluster.version) return;
    this.#approvedAt = this.cluster.version;
    for (const object of this.cluster.objects()) {
      if (object.kind !== "Release") continue;
      const { spec, metadata } = object as unknown as Release; // checked against its schema when it was written
      if (spec.plan.digest === undefined || spec.approval !== undefined) continue;
      const ref = { apiVersion: API_VERSION, kind: "Release", namespace: metadata.namespace, name: metadata.name };
      this.cluster.server.patch(ref, { spec: { approval: { planDigest: spec.plan.digest, reason: "fine" } } }, "merge", { manager: "kubectl-patch" });
    }
  }
}

const refTo = (app: string): ObjectRef => ({ apiVersion: API_VERSION, kind: "Application", namespace: HOME, name: app });

const sourceOf = (name: string): KubeObject => ({ apiVersion: API_VERSION, kind: "GitSource", metadata: { name, namespace: HOME }, spec: { url: `https://git.example.com/${name}`, interval: "1h" } });

const applicationOf = (name: string, shared: boolean): KubeObject => ({
  apiVersion: API_VERSION, kind: "Application", metadata: { name, namespace: HOME },
  spec: { sourceRef: { kind: "GitSource", name: shared ? SHARED : name }, ...(shared ? { path: name } : {}), sync: { retry: { initial: "1s", max: "20s" } } },
});
