import { randomBytes } from "node:crypto";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openCluster, startOperator, ensureNamespace } from "../../src/cli/up/environment.ts";
import type { Cluster } from "../../src/cli/up/environment.ts";
import { declare } from "../../src/cli/up/declare.ts";
import { Narrator } from "../../src/cli/up/narrator.ts";
import { callWebhook } from "../../src/cli/up/webhook.ts";
import type { OperatorProcess } from "../../src/cli/up/operator-process.ts";
import { commitFiles } from "../../src/sandbox/git-repo.ts";
import { startGitServer } from "../../src/sandbox/git-server.ts";
import type { GitRepo } from "../../src/sandbox/git-server.ts";
import { API_VERSION } from "../../src/api/group.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUNDLE = fileURLToPath(new URL("../../dist/driftless.mjs", import.meta.url));

/** Real parts to measure on: control plane, Git server, and the bundled operator as a process of its own. */
export interface Rig {
  readonly cluster: Cluster;
  readonly repo: GitRepo;
  readonly operator: OperatorProcess;
  readonly signal: AbortSignal;
}

/** Builds the bundle and starts everything; the stack ends it. */
export async function startRig(namespace: string, say: (text: string) => void, stack: AsyncDisposableStack): Promise<Rig> {
  say("building the bundle");
  await promisify(execFile)(process.execPath, ["scripts/build.ts"], { cwd: ROOT });
  const signal = new AbortController().signal;
  const narrator = new Narrator({ stdout: { write: (text) => say(text.trim()) }, stderr: process.stderr, env: process.env, signal });
  const cluster = await openCluster({ kubeconfig: undefined, env: process.env, signal }, narrator, stack);
  const server = await startGitServer();
  stack.defer(() => server.stop());
  const repo = await server.createRepo("bench");
  await ensureNamespace(cluster, namespace);
  const operator = await startOperator(cluster, [{ namespace, account: "deployer" }], narrator, stack, BUNDLE);
  return { cluster, repo, operator, signal };
}

/** Declares an Application over a folder of the repository, whose source is told of pushes by webhook only. */
export async function declareApp({ cluster, repo }: Rig, namespace: string, path: string): Promise<Webhook> {
  const token = randomBytes(16).toString("hex");
  await declare(cluster, { namespace, name: "bench", account: "deployer", path, repo: { url: repo.url, dir: repo.dir, branch: "main" }, rights: "Cluster", webhookToken: token });
  return { token, namespace };
}

/** What it takes to call a source's webhook. */
export interface Webhook {
  readonly token: string;
  readonly namespace: string;
}

/** Calls the webhook as a Git host does; resolves when it was accepted. */
export async function push(rig: Rig, { token, namespace }: Webhook): Promise<void> {
  const source = await rig.cluster.client.get({ apiVersion: API_VERSION, kind: "GitSource", namespace, name: "bench" });
  const path = (source?.["status"] as { webhookPath?: string } | undefined)?.webhookPath ?? ""; // string by its schema
  await callWebhook(`${rig.operator.webhookUrl}${path}`, token);
}

/** Commits `count` ConfigMaps that all carry `value`. */
export async function commitConfigMaps(repo: GitRepo, namespace: string, count: number, value: string): Promise<string> {
  const files = Object.fromEntries(Array.from({ length: count }, (_, index) => [`app/cm-${index}.yaml`, configMap(namespace, `cm-${index}`, value)]));
  return commitFiles(repo.dir, files, { message: `value ${value}` });
}

const configMap = (namespace: string, name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n  value: "${value}"\n  text: ${"x".repeat(200)}\n`;
