import { baselineOf, decide, observedState } from "../../drift/baseline.ts";
import type { Baseline, Decision } from "../../drift/baseline.ts";
import { compare } from "../../drift/compare.ts";
import { foreignDifferences } from "../../drift/difference.ts";
import type { Comparison, Difference } from "../../drift/difference.ts";
import { findExtras } from "../../drift/extras.ts";
import { storedForm } from "../../drift/secret-data.ts";
import { takeOver } from "../../drift/takeover.ts";
import { FIELD_MANAGER } from "../../src/api/group.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ClusterClient, ObjectRef } from "../../src/ports.ts";
import { kubectl } from "./control-plane.ts";

/** What a look at a live object tells. */
export interface Look {
  readonly live: KubeObject;
  readonly decision: Decision;
  readonly comparison: Comparison;
  /** Foreign differences and extras together. */
  readonly drift: readonly Difference[];
}

const DIGEST = "d1";

/** One object that is applied as Driftless applies it, on a real API server, and looked at with the drift engine. */
export class Member {
  readonly #cluster: ClusterClient;
  readonly desired: KubeObject;
  #baseline: Baseline | undefined;

  constructor(cluster: ClusterClient, desired: KubeObject) {
    this.#cluster = cluster;
    this.desired = storedForm(desired);
  }

  /** Applies the desired state with force and remembers the baseline. */
  async apply(): Promise<KubeObject> {
    const { object } = await this.#cluster.apply(this.desired, { fieldManager: FIELD_MANAGER, force: true });
    this.#baseline = baselineOf(object, { digest: DIGEST, apiVersion: this.desired.apiVersion });
    return object;
  }

  /** What an apply would answer. */
  async dryRun(desired: KubeObject = this.desired): Promise<KubeObject> {
    return (await this.#cluster.apply(desired, { fieldManager: FIELD_MANAGER, force: true, dryRun: true })).object;
  }

  async read(options: { metadataOnly?: boolean } = {}): Promise<KubeObject> {
    const live = await this.#cluster.get(this.ref, options);
    if (live === undefined) throw new Error(`${this.desired.kind} ${this.desired.metadata.name} is gone`);
    return live;
  }

  async look(): Promise<Look> {
    const live = await this.read();
    const comparison = compare(this.desired, live);
    const decision = decide(this.#baseline, observedState(live.metadata), { digest: DIGEST, apiVersion: this.desired.apiVersion });
    return { live, comparison, decision, drift: [...foreignDifferences(comparison), ...findExtras(this.desired, live)] };
  }

  /** Reverts as the operator does: takes over what people added, then applies. */
  async revert(): Promise<Look> {
    const { live, drift } = await this.look();
    const extras = drift.filter((difference) => difference.class === "Extra" && difference.revert);
    const takeover = takeOver(live, extras.map((extra) => extra.path));
    if (takeover !== undefined) await this.#cluster.patch(this.ref, takeover.patch, { type: "json", fieldManager: FIELD_MANAGER });
    await this.apply();
    return this.look();
  }

  /** kubectl in the object's namespace, as an administrator's hand. */
  async hand(...args: string[]): Promise<string> {
    return kubectl(["--namespace", this.desired.metadata.namespace ?? "", ...args]);
  }

  get ref(): ObjectRef {
    const { apiVersion, kind, metadata } = this.desired;
    return { apiVersion, kind, name: metadata.name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) };
  }
}
