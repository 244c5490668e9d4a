import type { Gate } from "../../reconciler/gate/gate.ts";
import type { Application } from "../../src/api/application.ts";
import type { Release } from "../../src/api/release.ts";
import type { Attempt } from "../../src/controllers/release-spec.ts";
import type { ReleaseResult } from "../../src/controllers/release-status.ts";
import { Releases } from "../../src/controllers/releases.ts";
import type { ClusterClient } from "../../src/ports.ts";
import { desiredFrom } from "./desired.ts";
import { configMapEntry, gatedPlan, pruneEntry } from "./gated-plan.ts";
import { MemoryLogger } from "./memory-logger.ts";
import { OPEN } from "./outcome-cases.ts";
import { ReleaseCluster } from "./release-cluster.ts";
import { VirtualClock } from "./virtual-clock.ts";

const { signal } = new AbortController();

/** A gate that asks for approval, and is open. */
export const YES: Gate = { ...OPEN, asksForApproval: true };

/** A gate that is closed to everything. */
export function closed(reason: "AwaitingApproval" | "DependencyNotReady"): Gate {
  return { ...YES, apply: { kind: "Closed", reason, message: "waits" }, prune: { kind: "Closed", reason, message: "waits" } };
}

/** How an attempt ends. */
export const SUCCEEDED: ReleaseResult = { kind: "Succeeded", message: "3 objects live and healthy" };
/** How one ends that is tried again. */
export const FAILED: ReleaseResult = { kind: "Failed", message: "ConfigMap shop/a: refused" };
/** How one stands that nobody has approved. */
export const WAITING: ReleaseResult = { kind: "Waiting", reason: "AwaitingApproval", message: "waits" };

/** The Application of all attempts. */
export function app(spec: Partial<Application["spec"]> = {}, metadata: object = {}): Application {
  return {
    apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop", uid: "app-1", generation: 1, ...metadata }, spec: { sourceRef: { kind: "GitSource", name: "shop" }, ...spec },
  };
}

/** A ConfigMap as YAML. */
export function configMap(name: string, x: string): string {
  return `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {x: "${x}"}}`;
}

/** What commit `revision` wants and what has to be done for it: a and b with this content. */
export function attempt(revision: string, content: string, extra: Partial<Attempt> = {}): Attempt {
  return {
    app: app(),
    plan: gatedPlan({ entries: [configMapEntry("Create", "a", content), configMapEntry("Create", "b", content)], prune: [pruneEntry("/ConfigMap/shop/old")] }),
    effective: desiredFrom(`${configMap("a", content)}\n---\n${configMap("b", content)}`),
    artifact: { revision: `main@sha1:${revision.repeat(40)}`, commit: { oid: revision.repeat(40), author: "Ada <ada@example.com>", message: "Change it", committedAt: new Date("2026-01-01T00:00:00Z") } },
    gate: OPEN,
    ...extra,
  };
}

/** Releases over a cluster of their own, or over one that there is already, as after a restart. */
export function releaseRig(cluster?: ReleaseCluster) {
  const clock = new VirtualClock();
  const held = cluster ?? new ReleaseCluster(clock);
  const woken: string[] = [];
  const logger = new MemoryLogger();
  const releases = new Releases({ cluster: held as unknown as ClusterClient, clock, logger, random: () => 0, onInterrupted: () => undefined, key: "key", wake: (name) => woken.push(name) }); // of the client only this is used
  const state = (name: string) => {
    const release = held.objects.find(({ metadata }) => metadata.name === name) as unknown as Release | undefined;
    const [condition] = release?.status?.conditions ?? [];
    return condition === undefined ? release === undefined ? "gone" : "no status" : `${condition.status} ${condition.reason}`;
  };
  /** One whole attempt. */
  const run = async (what: Attempt, result: ReleaseResult): Promise<string | undefined> => {
    const release = await releases.begin(what, signal);
    await releases.settle(what, result, signal);
    return release?.metadata.name;
  };
  return { clock, cluster: held, releases, woken, logger, state, run };
}
