import { baselineOf, decide, observedState } from "../../drift/baseline.ts";
import type { Baseline, Decision } from "../../drift/baseline.ts";
import { storedForm } from "../../drift/stored-form.ts";
import { takeOver } from "../../drift/takeover.ts";
import type { Takeover } from "../../drift/takeover.ts";
import { FIELD_MANAGER } from "../../src/api/group.ts";
import { isApiStatus } from "../../src/errors.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ClusterClient, ObjectRef } from "../../src/ports.ts";
import { kubectl } from "./control-plane.ts";
import { driftOf } from "./drift-of.ts";
import type { Drift } from "./drift-of.ts";

/** What a look at a live object tells. */
export interface Look extends Drift {
  readonly live: KubeObject;
  readonly decision: Decision;
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

  /** The live object, and what an apply of `desired` on top of it would answer. */
  async dryRun(desired: KubeObject = this.desired): Promise<{ live: KubeObject; answer: KubeObject }> {
    for (;;) {
      const live = await this.read();
      const { object: answer } = await this.#cluster.apply(desired, { fieldManager: FIELD_MANAGER, force: true, dryRun: true });
      if (answer.metadata.resourceVersion === live.metadata.resourceVersion) return { live, answer };
    }
  }

  async read(): Promise<KubeObject> {
    const live = await this.#cluster.get(this.ref);
    if (live === undefined) throw new Error(`${this.desired.kind} ${this.desired.metadata.name} is gone`);
    return live;
  }

  async look(): Promise<Look> {
    const live = await this.read();
    const decision = decide(this.#baseline, observedState(live.metadata), { digest: DIGEST, apiVersion: this.desired.apiVersion });
    return { live, decision, ...driftOf(this.desired, live) };
  }

  /** Reverts as the operator does: takes over what people added, then applies. */
  async revert(): Promise<Look> {
    while (!(await this.#takeOver()));
    await this.apply();
    return this.look();
  }

  /** False where somebody wrote in between (controllers write status all the time), so that it has to be tried again. */
  async #takeOver(): Promise<boolean> {
    const { live, differences } = await this.look();
    const extras = differences.filter((difference) => difference.class === "Extra" && difference.revert);
    return this.rewrite(takeOver(live, extras.map((extra) => extra.path)));
  }

  /** Sends a takeover; false where it came too late. */
  async rewrite(takeover: Takeover | undefined): Promise<boolean> {
    if (takeover === undefined) return true;
    try {
      await this.#cluster.patch(this.ref, takeover.patch, { type: "json", fieldManager: FIELD_MANAGER });
      return true;
    } catch (error) {
      if (isApiStatus(error, 422)) return false;
      throw error;
    }
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
