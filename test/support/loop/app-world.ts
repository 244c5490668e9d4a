/** Applications of one namespace over one source, an operator on an in-memory cluster, and a clock that only the test moves. */
import { crds } from "../../../src/api/crd.ts";
import type { Application } from "../../../src/api/application.ts";
import { findCondition } from "../../../src/api/conditions.ts";
import { API_VERSION } from "../../../src/api/group.ts";
import type { ConditionType } from "../../../src/api/reasons.ts";
import type { Artifact } from "../../../sources/source.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { JournalEntry } from "../memory-cluster/client.ts";
import type { Faults } from "../memory-cluster/faults.ts";
import { MemoryCluster } from "../memory-cluster/memory-cluster.ts";
import { MemoryLogger } from "../memory-logger.ts";
import { memoryTree } from "../memory-tree.ts";
import { settle, VirtualClock } from "../virtual-clock.ts";
import { LoopOperator, OPERATOR_NAMESPACE } from "./loop-operator.ts";

const HOME = "apps";
const MAX_SPINS = 5_000;

/** A ConfigMap manifest. */
export const configMapYaml = (name: string, value = "1", extra = ""): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${extra}}\ndata: {v: "${value}"}\n`;

/** A Deployment manifest. */
export const deploymentYaml = (name: string, image = "web:1"): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  replicas: 20\n  selector: {matchLabels: {app: ${name}}}\n  template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: web, image: "${image}"}]}}\n`;

export class AppWorld {
  readonly clock = new VirtualClock();
  readonly logger = new MemoryLogger();
  /** Requests of the operator since a test emptied it: `list Secret`, `apply ConfigMap a`. */
  readonly requests: string[] = [];
  /** Reconciles that began since a test emptied it. */
  readonly reconciles: string[] = [];
  readonly cluster = new MemoryCluster({ clock: this.clock, authorize: () => true, journal: (entry) => void this.requests.push(told(entry)) });
  faults: Faults = () => undefined;
  /** The cluster's own controllers stand still. */
  paused = false;
  readonly #concurrency: number | undefined;
  #operator: LoopOperator | undefined;
  #artifact: Artifact | undefined;
  #commits = 0;

  /** `concurrency`: workers of the operator; default: its own default. */
  constructor(options: { readonly concurrency?: number } = {}) {
    this.#concurrency = options.concurrency;
    for (const crd of crds()) this.create(crd);
    this.cluster.settle();
    for (const name of [HOME, OPERATOR_NAMESPACE]) this.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    this.create({ apiVersion: API_VERSION, kind: "GitSource", metadata: { name: "source", namespace: HOME }, spec: { url: "https://git.example.com/x", interval: "1h" } });
  }

  /** Something of somebody else's. */
  create(object: KubeObject): void {
    this.cluster.server.create(object, { manager: "kubectl-create" });
  }

  /** An Application over the folder of its name. */
  app(name: string, spec: JsonObject = {}): void {
    this.create({ apiVersion: API_VERSION, kind: "Application", metadata: { name, namespace: HOME }, spec: { sourceRef: { kind: "GitSource", name: "source" }, path: name, ...spec } });
  }

  /** Pushes a commit, which is fetched at once. */
  commit(files: Readonly<Record<string, string>>): void {
    this.#commits += 1;
    const { oid } = this;
    const tree = memoryTree(files);
    this.#artifact = { revision: `main@sha1:${oid}`, digest: `sha1:${tree.id}`, commit: { oid, author: "somebody", message: "a commit", committedAt: this.clock.now() }, tree };
    this.#operator?.fetched({ namespace: HOME, name: "source" }, this.#artifact);
  }

  /** Id of the newest commit. */
  get oid(): string {
    return this.#commits.toString(16).padStart(40, "a");
  }

  /** A process of the operator begins. */
  start(): void {
    const operator: LoopOperator = new LoopOperator({
      client: this.cluster.client({ faults: (call) => this.faults(call), onCrash: () => operator.kill() }),
      clock: this.clock, logger: this.logger, random: () => 0.5,
      onReconcile: (app, phase) => void (phase === "Begin" && this.reconciles.push(app)),
      ...(this.#concurrency === undefined ? {} : { concurrency: this.#concurrency }),
    });
    this.#operator = operator;
    operator.start();
    this.clock.after(10, () => this.#artifact !== undefined && operator.fetched({ namespace: HOME, name: "source" }, this.#artifact));
  }

  /** The operator's process ends at once. */
  kill(): void {
    this.#operator?.kill();
    this.#operator = undefined;
  }

  /** Begins, with this content, and comes to rest. */
  async settled(files: Readonly<Record<string, string>>): Promise<void> {
    this.commit(files);
    this.start();
    await this.advance(60_000);
  }

  /** Time passes: what is due happens in order, and what follows from it. */
  async advance(ms: number): Promise<void> {
    await this.clock.advanceThrough(ms, () => this.#rest());
  }

  /** Seconds, by the world's clock, until it is so; at most `limit`. */
  async secondsUntil(isSo: () => boolean, limit: number): Promise<number> {
    for (let second = 0; second < limit; second += 1) {
      if (isSo()) return second;
      await this.advance(1_000);
    }
    return limit;
  }

  /** Somebody's merge patch; `subresource`: of that. */
  patch(kind: string, name: string, body: JsonObject, { apiVersion = API_VERSION, manager = "kubectl-patch", subresource }: { readonly apiVersion?: string; readonly manager?: string; readonly subresource?: string } = {}): void {
    const extra = subresource === undefined ? {} : { subresource };
    this.cluster.server.patch({ apiVersion, kind, namespace: HOME, name, ...extra }, body, "merge", { manager, ...extra });
  }

  /** The Deployment's controller tells that so many of its twenty replicas are ready. */
  replicasReady(name: string, ready: number, generation = 1): void {
    const status = { observedGeneration: generation, replicas: 20, updatedReplicas: 20, readyReplicas: ready, availableReplicas: ready };
    this.patch("Deployment", name, { status }, { apiVersion: "apps/v1", manager: "kube-controller-manager", subresource: "status" });
  }

  /** Somebody deletes an Application. */
  delete(name: string): void {
    this.cluster.server.delete({ apiVersion: API_VERSION, kind: "Application", namespace: HOME, name }, { propagationPolicy: "Background" });
  }

  application(name: string): Application | undefined {
    return this.cluster.get({ apiVersion: API_VERSION, kind: "Application", namespace: HOME, name }) as unknown as Application | undefined; // it went through the schema
  }

  /** `True Applied: the message`; undefined where there is none. */
  condition(name: string, type: ConditionType): string | undefined {
    const found = findCondition(this.application(name)?.status?.conditions, type);
    return found === undefined ? undefined : `${found.status} ${found.reason}: ${found.message}`;
  }

  /** The value in a ConfigMap of configMapYaml. */
  value(name: string): string | undefined {
    const data = this.cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: HOME, name })?.["data"] as { readonly v?: string } | undefined; // what configMapYaml writes
    return data?.v;
  }

  /** Names of the objects of a kind in the Applications' namespace. */
  names(kind: string): string[] {
    return this.cluster.objects().flatMap(({ kind: own, metadata }) => (own === kind && metadata.namespace === HOME ? [metadata.name] : [])).sort();
  }

  async #rest(): Promise<void> {
    await settle();
    for (let round = 0; round < MAX_SPINS; round += 1) {
      const before = this.cluster.version;
      if (!this.paused) this.cluster.settle();
      if (this.#operator?.computing !== true && before === this.cluster.version) return;
      await settle();
    }
  }
}

const told = ({ call: { verb, kind, name, subresource, dryRun } }: JournalEntry): string => `${verb} ${kind}${name === "" ? "" : ` ${name}`}${subresource === undefined ? "" : `/${subresource}`}${dryRun ? " dry" : ""}`;
