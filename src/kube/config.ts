/** Where the API server is and who we are there: kubeconfig files or the Pod's own ServiceAccount. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { RequestOptions } from "node:https";
import { load } from "js-yaml";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { messageOf, ReconcileError } from "../errors.ts";
import { isJsonObject } from "../object/json.ts";

/** TLS material as it is now; certificates and keys may be replaced while we run. */
export interface TlsMaterial {
  readonly ca: string | Buffer | undefined;
  readonly cert: string | Buffer | undefined;
  readonly key: string | Buffer | undefined;
  readonly serverName: string | undefined;
  /** The user asked for no verification. Default false. */
  readonly skipVerify: boolean;
}

/** What a request authenticates with at this moment. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

/** A cluster and an identity in it. */
export interface ClusterAccess {
  /** Such as `https://10.0.0.1:443`; may carry a path. */
  readonly server: string;
  readonly proxyUrl: string | undefined;
  /** Namespace of the context, or of the Pod; undefined where none is named. */
  readonly namespace: string | undefined;
  /** Reads token files and runs credential plug-ins as needed. `fresh` forgets what was cached (after a 401). */
  credentials(options?: { readonly fresh?: boolean }): Promise<Credentials>;
}

/** Which kubeconfig; all optional. */
export interface KubeConfigOptions {
  /** Path of a kubeconfig file. Default: $KUBECONFIG, ~/.kube/config, then the Pod's ServiceAccount. */
  readonly kubeconfig?: string | undefined;
  /** Default: the file's current context. */
  readonly context?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Finds cluster and identity. Throws ReconcileError `CREDENTIALS_INVALID` when there is none or it cannot be read. */
export async function loadClusterAccess(options: KubeConfigOptions = {}): Promise<ClusterAccess> {
  let config = await loadKubeConfig(options);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw invalid(`context "${config.getCurrentContext() || "(none)"}" names no cluster: set current-context, or give another context`);
  }
  const context = config.getContextObject(config.getCurrentContext());
  return {
    server: cluster.server,
    proxyUrl: cluster.proxyUrl,
    namespace: context?.namespace?.trim(),
    credentials: async ({ fresh = false } = {}) => {
      if (fresh) config = await loadKubeConfig(options);
      return credentialsOf(config);
    },
  };
}

async function loadKubeConfig(options: KubeConfigOptions): Promise<KubeConfig> {
  // Only this module of client-node, and only when a cluster is really needed: it takes a second and 80 MB unbundled.
  const { KubeConfig } = await import("@kubernetes/client-node/dist/config.js");
  const config = new KubeConfig();
  const files = kubeconfigFiles(options);
  if (files.length === 0) config.loadFromCluster();
  for (const file of files) mergeFirstWins(config, readKubeconfig(new KubeConfig(), file));
  if (options.context !== undefined) config.setCurrentContext(options.context);
  return config;
}

/** The files to merge; none: inside a Pod. */
function kubeconfigFiles(options: KubeConfigOptions): string[] {
  const env = options.env ?? process.env;
  if (options.kubeconfig !== undefined) return [options.kubeconfig];
  const listed = (env["KUBECONFIG"] ?? "").split(path.delimiter).filter((file) => file !== "" && existsSync(file));
  if (listed.length > 0) return listed;
  const own = path.join(env["HOME"] ?? homedir(), ".kube", "config");
  if (existsSync(own)) return [own];
  if (env["KUBERNETES_SERVICE_HOST"] !== undefined) return [];
  throw invalid("no cluster to talk to: give --kubeconfig, set KUBECONFIG, put one at ~/.kube/config, or run inside a Pod");
}

function readKubeconfig(config: KubeConfig, file: string): KubeConfig {
  try {
    const document = withTokenFiles(load(readFileSync(file, "utf8")), path.dirname(path.resolve(file)));
    config.loadFromString(JSON.stringify(document));
    config.makePathsAbsolute(path.dirname(path.resolve(file)));
    return config;
  } catch (error) {
    throw invalid(`kubeconfig ${file}: ${messageOf(error)}`, error);
  }
}

/** client-node knows no `tokenFile`; its provider of that name re-reads the file every minute, as client-go does. */
function withTokenFiles(document: unknown, folder: string): unknown {
  if (!isJsonObject(document)) throw new Error("not a kubeconfig: a mapping with clusters, users and contexts is expected");
  const users = document["users"];
  if (!Array.isArray(users)) return document;
  return { ...document, users: users.map((entry: unknown) => withTokenFile(entry, folder)) };
}

function withTokenFile(entry: unknown, folder: string): unknown {
  const user = isJsonObject(entry) ? entry["user"] : undefined;
  if (!isJsonObject(entry) || !isJsonObject(user) || typeof user["tokenFile"] !== "string") return entry;
  const config = { tokenFile: path.resolve(folder, user["tokenFile"]) };
  return { ...entry, user: { ...user, token: undefined, "auth-provider": { name: "tokenFile", config } } };
}

/** As kubectl does: of entries with the same name the first file's counts. */
function mergeFirstWins(into: KubeConfig, more: KubeConfig): void {
  into.clusters = union(into.clusters, more.clusters);
  into.users = union(into.users, more.users);
  into.contexts = union(into.contexts, more.contexts);
  if (!into.currentContext) into.setCurrentContext(more.currentContext);
}

function union<T extends { readonly name: string }>(first: readonly T[], second: readonly T[]): T[] {
  return [...first, ...second.filter((entry) => !first.some((known) => known.name === entry.name))];
}

async function credentialsOf(config: KubeConfig): Promise<Credentials> {
  const request: RequestOptions & { servername?: string } = { headers: {} };
  await config.applyToHTTPSOptions(request);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (typeof request.auth === "string") headers["authorization"] = `Basic ${Buffer.from(request.auth).toString("base64")}`;
  const tls = { ca: material(request.ca), cert: material(request.cert), key: material(request.key) };
  return { headers, tls: { ...tls, serverName: request.servername, skipVerify: request.rejectUnauthorized === false } };
}

function material(value: RequestOptions["ca"] | RequestOptions["key"]): string | Buffer | undefined {
  return typeof value === "string" || Buffer.isBuffer(value) ? value : undefined;
}

function invalid(message: string, cause?: unknown): ReconcileError {
  return new ReconcileError("CREDENTIALS_INVALID", message, { cause });
}
