import { createHash } from "node:crypto";
import type { EarlierDrift } from "../../drift/earlier.ts";
import type { GateFacts, Gate } from "../../reconciler/gate/gate.ts";
import type { LastGood } from "../../reconciler/last-good.ts";
import { NO_CHECKS } from "../../reconciler/health/checks.ts";
import type { Finalized, Surroundings } from "../../reconciler/finalize.ts";
import { finalize } from "../../reconciler/finalize.ts";
import { memberOf } from "../../reconciler/member.ts";
import { ownershipOf } from "../../reconciler/membership.ts";
import { emptyMemory } from "../../reconciler/memory.ts";
import type { LiveMember, Members } from "../../reconciler/observed.ts";
import type { Reach, ReconcilePorts, ReconcileRequest } from "../../reconciler/reconcile-ports.ts";
import type { Reconciled } from "../../reconciler/reconcile.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import type { DriftFinding } from "../../src/api/drift-report.ts";
import { PART_OF_LABEL } from "../../src/api/group.ts";
import type { ObjectKey } from "../../src/object/object-id.ts";
import { idOf, keyOf } from "../../src/object/object-id.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { renderedFrom, shop } from "./desired.ts";
import type { Call } from "./memory-cluster/faults.ts";
import { MemoryCluster } from "./memory-cluster/memory-cluster.ts";
import { MemoryLogger } from "./memory-logger.ts";
import { account, shopWith } from "./plan-cases.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** What a look came to, when it came to something. */
export type Ended = Exclude<Reconciled, { waiting: true }>;

/** The shop's Application over an in-memory cluster whose watches have no delay: looks, one by one, and what they did. */
export class LookWorld {
  readonly clock = new VirtualClock();
  readonly logger = new MemoryLogger();
  /** Writes of the operator: `apply ConfigMap a`. */
  readonly writes: string[] = [];
  readonly recorded: DriftFinding[] = [];
  /** Gates that attempts began at. */
  readonly begun: Gate[] = [];
  readonly handedOver: string[] = [];
  /** Members that answers of the server told of. */
  readonly seen: ObjectKey[] = [];
  /** What the source holds; an error: it cannot be had; undefined: it has not delivered. */
  source: string | Error | undefined;
  app = shopWith();
  memory = emptyMemory();
  facts: Partial<GateFacts> = {};
  stored: LastGood | undefined;
  /** What the DriftReport tells of an earlier process. */
  earlier: EarlierDrift | undefined;
  reach: Reach = { synced: true, unwatched: [] };
  /** What the next questions are answered with before `reach` is. */
  readonly reaches: Reach[] = [];
  alive: (application: string) => boolean = () => true;
  wants: "Yes" | "No" | "Unknown" = "No";
  /** HTTP status of the refusal of a write; undefined: it goes through. */
  refuse: (call: Call) => number | undefined = () => undefined;
  readonly cluster = new MemoryCluster({ clock: this.clock, authorize: () => true, journal: ({ call: { verb, kind, name, dryRun } }) => void (["apply", "patch", "delete"].includes(verb) && !dryRun && this.writes.push(`${verb} ${kind} ${name}`)) });
  readonly client = this.cluster.client({ faults: (call) => {
    const status = this.refuse(call);
    return status === undefined ? undefined : { kind: "Refuse", status };
  } });

  readonly #watched = new Map<ObjectKey, LiveMember>();

  constructor() {
    this.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  }

  /** Something of somebody else's. */
  create(object: KubeObject): void {
    this.cluster.server.create(object, { manager: "somebody" });
  }

  /** A person's merge patch of a ConfigMap of the shop. */
  edit(name: string, data: Readonly<Record<string, string>>): void {
    this.cluster.server.patch({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name }, { data }, "merge", { manager: "kubectl-edit" });
    this.#members(); // the watch is as fast
  }

  /** Values of a ConfigMap of the shop. */
  data(name: string): unknown {
    return this.cluster.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name })?.["data"];
  }

  /** One reconcile; what the cluster's own controllers do follows it. */
  async look(extra: Partial<ReconcileRequest> = {}): Promise<Ended> {
    const result = await reconcile(this.request(extra), this.ports());
    this.cluster.settle();
    if ("waiting" in result) throw new Error("it waits");
    return result;
  }

  /** One look at the Application's deletion. */
  async finalize(surroundings: Partial<Surroundings> = {}): Promise<Finalized> {
    const result = await finalize(this.request({}), this.ports(), { driftlessLeaves: false, namespaceLeaves: false, ...surroundings });
    this.cluster.settle();
    if ("waiting" in result) throw new Error("it waits");
    return result.outcome;
  }

  /** The operator is another process, which remembers nothing. */
  restart(): void {
    this.memory = emptyMemory();
  }

  request(extra: Partial<ReconcileRequest>): ReconcileRequest {
    return {
      app: this.app, identity: shop, account, operatorNamespace: "driftless-system", memory: this.memory, now: this.clock.now(), checks: NO_CHECKS, full: false,
      retryDelay: (attempts) => 1000 * 2 ** (attempts - 1), signal: new AbortController().signal, ...extra,
    };
  }

  ports(): ReconcilePorts {
    const { source } = this;
    const members = (): Members => this.#members();
    return {
      cluster: this.client, logger: this.logger, members, known: members,
      artifact: () => {
        if (source instanceof Error) throw source;
        return source === undefined ? undefined : { revision: revisionOf(source), digest: "sha1:x", commit: { oid: "a", author: "", message: "", committedAt: new Date(0) }, tree: { id: source, entry: () => undefined, list: () => undefined, read: () => undefined } };
      },
      render: ({ tree }) => renderedFrom(tree.id),
      earlierDrift: () => this.earlier,
      reach: async () => this.reaches.shift() ?? this.reach,
      attempts: {
        want: () => undefined,
        facts: () => ({ sync: this.app.spec.sync ?? {}, dependencies: { kind: "Open" }, members: this.#members().size, approval: () => ({ namespace: "shop", release: "shop-1", planDigest: "ab12", approved: false }), ...this.facts }),
        begin: async (_attempt, gate) => void this.begun.push(gate),
      },
      loadLastGood: async () => this.stored,
      isAlive: (application) => this.alive(application),
      wants: () => this.wants,
      handedOver: (to) => void this.handedOver.push(to),
      record: async (findings) => void this.recorded.push(...findings),
      seen: ({ key }) => void this.seen.push(key),
      leaving: () => undefined,
      doubted: () => undefined,
      lost: () => undefined,
    };
  }

  /** What a watch over all kinds has delivered by now; once handed out, it goes on to change, as the real one does. */
  #members(): Members {
    const ours = this.cluster.objects().filter((object) => object.metadata.labels?.[PART_OF_LABEL] === shop.setId && ownershipOf(object.metadata, idOf(object), shop).kind === "Member");
    this.#watched.clear();
    for (const object of ours) this.#watched.set(keyOf(object), memberOf(object, this.clock.now()));
    return this.#watched;
  }
}

/** A revision for each content. */
export const revisionOf = (source: string): string => `main@sha1:${createHash("sha1").update(source).digest("hex")}`;
