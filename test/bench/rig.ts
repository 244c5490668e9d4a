import { randomBytes } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startOperator, ensureNamespace } from "../../src/cli/up/environment.ts";
import type { Cluster } from "../../src/cli/up/environment.ts";
import { declare } from "../../src/cli/up/declare.ts";
import { Narrator } from "../../src/cli/up/narrator.ts";
import { callWebhook } from "../../src/cli/up/webhook.ts";
import type { OperatorProcess } from "../../src/cli/up/operator-process.ts";
import { startControlPlane } from "../../src/sandbox/control-plane.ts";
import type { ControlPlane } from "../../src/sandbox/control-plane.ts";
import { commitFiles } from "../../src/sandbox/git-repo.ts";
import { startGitServer } from "../../src/sandbox/git-server.ts";
import type { GitRepo } from "../../src/sandbox/git-server.ts";
import { API_VERSION } from "../../src/api/group.ts";
import { adminCluster } from "../support/admin-cluster.ts";
import { ACCOUNT, accountObjects } from "../support/tenant-objects.ts";
import { AuditLog } from "./audit.ts";
import { pidOf } from "./process-facts.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The bundle, as the image has it. */
export const BUNDLE = fileURLToPath(new URL("../../dist/driftless.mjs", import.meta.url));

/** Real parts to measure on: control plane, Git server, and the bundled operator as a process of its own. */
export interface Rig {
  readonly cluster: Cluster;
  readonly plane: ControlPlane;
  readonly audit: AuditLog;
  readonly repo: GitRepo;
  readonly operator: OperatorProcess;
  /** The operator's process. */
  readonly pid: number;
  readonly signal: AbortSignal;
  /** The bundle that it runs. */
  readonly script: string;
}

/** Makes the bundle, at BUNDLE or at this path. */
export async function buildBundle(path = BUNDLE): Promise<void> {
  await promisify(execFile)(process.execPath, ["scripts/build.ts", path], { cwd: ROOT });
}

/** Starts everything; the stack ends it. `built`: a bundle that is there; absent: one is built. */
export async function startRig(namespaces: readonly string[], say: (text: string) => void, stack: AsyncDisposableStack, built?: string): Promise<Rig> {
  if (built === undefined) {
    say("building the bundle");
    await buildBundle();
  }
  const script = built ?? BUNDLE;
  const signal = new AbortController().signal;
  const narrator = new Narrator({ stdout: { write: (text) => say(text.trim()) }, stderr: process.stderr, env: process.env, signal });
  const plane = await startControlPlane({ auditLog: "audit.log", onProgress: say });
  stack.defer(() => plane.stop());
  const dir = await mkdtemp(join(tmpdir(), "driftless-bench-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const cluster = await adminCluster(plane, dir);
  stack.defer(() => cluster.client.close());
  stack.defer(() => cluster.view.stop());
  const server = await startGitServer();
  stack.defer(() => server.stop());
  const repo = await server.createRepo("bench");
  for (const namespace of namespaces) {
    await ensureNamespace(cluster, namespace);
    for (const object of accountObjects(namespace, "admin")) await cluster.client.apply(object, { fieldManager: "driftless-bench" });
  }
  const operator = await startOperator(cluster, namespaces.map((namespace) => ({ namespace, account: ACCOUNT })), narrator, stack, script);
  return { cluster, plane, audit: new AuditLog(plane.auditLog ?? ""), repo, operator, pid: await pidOf(script, join(dir, "cache")), signal, script };
}

/** Declares an Application over a folder of the repository, whose source is told of pushes by webhook only. */
export async function declareApp({ cluster, repo }: Rig, namespace: string, path: string): Promise<Webhook> {
  const token = randomBytes(16).toString("hex");
  await declare(cluster, { namespace, name: "bench", account: ACCOUNT, path, repo: { url: repo.url, dir: repo.dir, branch: "main" }, rights: "Namespace", webhookToken: token });
  return { token, namespace };
}

/** What it takes to call a source's webhook. */
export interface Webhook {
  readonly token: string;
  readonly namespace: string;
}

/** The URL path of the source's webhook, as its status tells it. */
export async function webhookUrl(rig: Rig, namespace: string): Promise<string> {
  const source = await rig.cluster.client.get({ apiVersion: API_VERSION, kind: "GitSource", namespace, name: "bench" });
  const path = (source?.["status"] as { webhookPath?: string } | undefined)?.webhookPath ?? ""; // string by its schema
  return `${rig.operator.webhookUrl}${path}`;
}

/** Calls the webhook as a Git host does; resolves when it was accepted. */
export async function push(rig: Rig, { token, namespace }: Webhook): Promise<void> {
  await callWebhook(await webhookUrl(rig, namespace), token);
}

/** Commits `count` ConfigMaps, named after their folder, that all carry `value`. */
export async function commitConfigMaps(repo: GitRepo, namespace: string, folder: string, count: number, value: string): Promise<string> {
  const files = Object.fromEntries(Array.from({ length: count }, (_, index) => [`${folder}/${folder}-${index}.yaml`, configMap(namespace, `${folder}-${index}`, value)]));
  return commitFiles(repo.dir, files, { message: `value ${value}` });
}

/** A ConfigMap of the size that people have, as text. */
export const configMap = (namespace: string, name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n  value: "${value}"\n  text: ${"x".repeat(200)}\n`;
