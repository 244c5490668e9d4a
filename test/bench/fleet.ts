/** One repository with a folder per Application, as a platform team's monorepo has it: apps/000, apps/001, … */
import { randomBytes } from "node:crypto";
import { API_VERSION } from "../../src/api/group.ts";
import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { callWebhook } from "../../src/cli/up/webhook.ts";
import { commitFiles } from "../../src/sandbox/git-repo.ts";
import type { FileChange } from "../../src/sandbox/git-repo.ts";
import { findCondition } from "../../src/api/conditions.ts";
import type { Application } from "../../src/api/application.ts";
import { configMap, webhookUrl } from "./rig.ts";
import type { Rig } from "./rig.ts";
import { ACCOUNT } from "../support/tenant-objects.ts";

/** ConfigMaps of one Application. */
export const OBJECTS_PER_APP = 10;

/** Names of the Applications, which are also those of their folders: app-000, app-001, … */
export const appNames = (count: number, prefix = "app"): string[] => Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, "0")}`);

/** Names of the ConfigMaps of these Applications. */
export const objectNames = (apps: readonly string[]): string[] => apps.flatMap((app) => Array.from({ length: OBJECTS_PER_APP }, (_, index) => `${app}-${index}`));

/** One file per object; every object carries `value`. */
export function fleetFiles(namespace: string, apps: readonly string[], value: string): Record<string, FileChange> {
  return Object.fromEntries(apps.flatMap((app) => objectNames([app]).map((name) => [`apps/${app}/${name}.yaml`, configMap(namespace, name, value)])));
}

/** Commits a value to all objects of these Applications, and nothing else. */
export async function commitFleet(rig: Rig, namespace: string, apps: readonly string[], value: string, more: Readonly<Record<string, FileChange>> = {}): Promise<void> {
  await commitFiles(rig.repo.dir, { ...fleetFiles(namespace, apps, value), ...more }, { message: `${value} in ${apps.length} applications` });
}

/** A declared source: calls its webhook as a Git host does; resolves when it was accepted. */
export type Push = () => Promise<void>;

/** Declares the one source of a namespace; it is told of pushes by webhook only. */
export async function declareSource(rig: Rig, namespace: string): Promise<Push> {
  const token = randomBytes(16).toString("hex");
  const spec = { url: rig.repo.url, ref: { branch: "main" }, interval: "1h", webhook: { secretRef: { name: "webhook" } } };
  await apply(rig, { apiVersion: "v1", kind: "Secret", metadata: { name: "webhook", namespace }, stringData: { token } });
  await apply(rig, { apiVersion: API_VERSION, kind: "GitSource", metadata: { name: "bench", namespace }, spec });
  await rig.cluster.view.until("the source is Ready", (view) => isReady(view.get("GitSource", "bench")), rig.signal);
  const url = await webhookUrl(rig, namespace);
  return () => callWebhook(url, token);
}

/** Declares an Application over a folder of the source. */
export async function declareFolder(rig: Rig, namespace: string, name: string, spec: JsonObject = {}): Promise<void> {
  await apply(rig, {
    apiVersion: API_VERSION,
    kind: "Application",
    metadata: { name, namespace },
    spec: { sourceRef: { kind: "GitSource", name: "bench" }, path: `apps/${name}`, serviceAccountName: ACCOUNT, ...spec },
  });
}

/** What the second client watches of a fleet. */
export const watchFleet = (rig: Rig, namespace: string, more: readonly { apiVersion: string; kind: string }[] = []): Promise<void> =>
  rig.cluster.view.watch([...["GitSource", "Application"].map((kind) => ({ apiVersion: API_VERSION, kind })), { apiVersion: "v1", kind: "ConfigMap" }, ...more].map((kind) => ({ ...kind, namespace })));

/** Resolves when all these Applications are Ready. */
export async function allReady(rig: Rig, apps: readonly string[], deadlineMs = 120_000): Promise<void> {
  await rig.cluster.view.until(
    `${apps.length} Applications Ready`,
    (view) => (apps.every((app) => isReady(view.get("Application", app)) === true) ? true : undefined),
    rig.signal,
    deadlineMs,
  );
}

/** True when the object is Ready at the generation of its spec; else undefined. */
export function isReady(object: KubeObject | undefined): true | undefined {
  const { metadata, status } = (object ?? {}) as Partial<Application>; // the API server has validated it
  return status?.observedGeneration === metadata?.generation && findCondition(status?.conditions, "Ready")?.status === "True" ? true : undefined;
}

const apply = (rig: Rig, object: KubeObject): Promise<unknown> => rig.cluster.client.apply(object, { fieldManager: "driftless-bench", force: true });
