/** One ConfigMap over an in-memory cluster, for tests of what becomes of drift. */
import type { Attempted } from "../../reconciler/outcome.ts";
import type { ApplicationSpec } from "../../src/api/application.ts";
import type { DriftFinding } from "../../src/api/drift-report.ts";
import { DRIFT_HOLD_ANNOTATION } from "../../src/api/group.ts";
import type { JsonObject } from "../../src/object/json.ts";
import { LookWorld } from "./look-world.ts";
import { shopWith } from "./plan-cases.ts";

/** spec.drift. */
export type Drift = NonNullable<ApplicationSpec["drift"]>;
/** One of spec.drift.rules. */
export type Rule = NonNullable<Drift["rules"]>[number];

/** In milliseconds. */
export const MINUTE = 60_000;
/** The one object of these worlds. */
export const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" };
/** What Git has of it. */
export const source = (data: Readonly<Record<string, string>>): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: ${JSON.stringify(data)}}`;

/** A world in which it was applied. */
export async function applied(drift: Drift = {}): Promise<LookWorld> {
  const world = new LookWorld();
  world.app = shopWith({ drift });
  world.source = source({ x: "1", y: "1" });
  await world.look();
  return world;
}

/** A merge patch by a person, seen by the watch. */
export function hand(world: LookWorld, body: JsonObject, manager = "kubectl-edit"): void {
  world.cluster.server.patch(ref, body, "merge", { manager });
  world.ports().members();
}

/** The same of its data. */
export const put = (world: LookWorld, data: JsonObject, manager?: string): void => hand(world, { data }, manager);
/** Sets the annotation of a hold, or takes it off. */
export const annotate = (world: LookWorld, value: string | null): void => hand(world, { metadata: { annotations: { [DRIFT_HOLD_ANNOTATION]: value } } }, "kubectl-annotate");
/** That annotation as it is. */
export const holdOf = (world: LookWorld): string | undefined => world.cluster.get(ref)?.metadata.annotations?.[DRIFT_HOLD_ANNOTATION];

/** Sets it on the Application. */
export function holdAll(world: LookWorld, value: string): void {
  const { spec, ...app } = world.app;
  world.app = { ...app, spec, metadata: { ...app.metadata, annotations: { [DRIFT_HOLD_ANNOTATION]: value }, managedFields: [{ manager: "kubectl-annotate", operation: "Update", time: world.clock.now().toISOString(), fieldsV1: { "f:metadata": { "f:annotations": { [`f:${DRIFT_HOLD_ANNOTATION}`]: {} } } } }] } };
}

/** One look: what was done, and what is told and left. */
export async function look(world: LookWorld) {
  const { outcome, changes } = await world.look();
  if (outcome.kind !== "Attempted") throw new Error(`it ${outcome.kind}`);
  const told = outcome.reported.map(({ path = "", action, live = "" }: DriftFinding) => `${action} ${path} ${live}`.trim()).sort();
  return { outcome, told, done: changes.flatMap(({ kind, corrections }) => [kind, ...corrections.map(({ path = "" }) => path)]).join(" ") };
}

/** Another process goes on where this one has told that all was applied. */
export function restart(world: LookWorld, outcome: Attempted): void {
  restartable(world, outcome);
  world.restart();
}


/** Makes the world what another process would find. */
export function restartable(world: LookWorld, { revision, reported, parts }: Attempted): void {
  world.earlier = { findings: reported, fights: parts?.fights ?? [] };
  world.app = { ...world.app, status: { lastAppliedRevision: revision, observedGeneration: 1, lastAttemptedRevision: revision } };
}
