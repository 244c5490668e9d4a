/** The operator's configuration from its command line and environment, or every mistake in it at once. */

import { parseAllowed } from "./notify/channels/destination.ts";

/** How much is logged. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where a server listens; host "" means every address. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Everything the operator is told from outside. */
export interface OperatorConfig {
  /** Path of a kubeconfig; undefined: KUBECONFIG, else the Pod's own account. */
  readonly kubeconfig: string | undefined;
  /** Folder for fetched Git objects; may be emptied between starts. */
  readonly cacheDir: string;
  /** Probes and metrics. */
  readonly httpAddress: ListenAddress;
  readonly webhookAddress: ListenAddress;
  readonly logLevel: LogLevel;
  /** Account of the Application's namespace that writes are made as where it names none. */
  readonly defaultServiceAccount: string;
  /** Applications that are worked on at the same time, mostly waiting for answers; of GitSources four at the most. */
  readonly concurrency: number;
  /** The operator's own namespace. */
  readonly namespace: string;
  /** Applications may depend on Applications of other namespaces, and so learn whether those are ready. */
  readonly crossNamespaceDependencies: boolean;
  /** What Notifiers may contact besides public addresses: ranges, addresses and host names. */
  readonly allowDestinations: readonly string[];
  /** Tells installations apart; undefined: read from the operator's namespace. */
  readonly installation: string | undefined;
}

/** Options as the command line gives them, all of them text. */
export type OperatorOptions = { readonly [Option in keyof OperatorConfig]?: OperatorConfig[Option] extends boolean ? boolean : string };

/** What the machine says: environment variables and, in a Pod, its namespace from the account's files. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly podNamespace: string | undefined;
}

/** A configuration, or what is wrong with the options. */
export type ParsedConfig = { readonly kind: "Valid"; readonly config: OperatorConfig } | { readonly kind: "Invalid"; readonly problems: readonly string[] };

/** Defaults of the operator's options, as --help shows them. */
export const operatorDefaults = {
  httpAddress: ":8080",
  webhookAddress: ":9292",
  logLevel: "info",
  defaultServiceAccount: "default",
  concurrency: "16",
  namespace: "driftless-system",
} as const;

const MOST_WORKERS = 64;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const ACCOUNT_NAME = /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/;
const INSTALLATION = /^[a-z0-9-]{4,64}$/;

/** An option wins over the environment, that over what the Pod says, that over the default. Pure. */
export function parseOperatorConfig(options: OperatorOptions, { env, podNamespace }: Surroundings): ParsedConfig {
  const problems: string[] = [];
  const check = <T>(option: string, text: string, parse: (text: string) => T | undefined, expected: string): T => {
    const value = parse(text);
    if (value === undefined) problems.push(`--${option} "${text}" is not ${expected}`);
    return value as T; // where it is undefined there is a problem, and the configuration is not returned
  };
  const config: OperatorConfig = {
    kubeconfig: options.kubeconfig ?? nonEmpty(env["KUBECONFIG"]),
    cacheDir: options.cacheDir ?? nonEmpty(env["DRIFTLESS_CACHE_DIR"]) ?? defaultCacheDir(env),
    httpAddress: check("http-address", options.httpAddress ?? operatorDefaults.httpAddress, parseAddress, "an address such as :8080 or 127.0.0.1:8080"),
    webhookAddress: check("webhook-address", options.webhookAddress ?? operatorDefaults.webhookAddress, parseAddress, "an address such as :9292 or 127.0.0.1:9292"),
    logLevel: check("log-level", options.logLevel ?? nonEmpty(env["DRIFTLESS_LOG_LEVEL"]) ?? operatorDefaults.logLevel, parseLevel, `one of ${logLevels.join(", ")}`),
    defaultServiceAccount: check("default-service-account", options.defaultServiceAccount ?? operatorDefaults.defaultServiceAccount, matching(ACCOUNT_NAME), "the name of a ServiceAccount"),
    concurrency: check("concurrency", options.concurrency ?? operatorDefaults.concurrency, parseWorkers, `a whole number from 1 to ${MOST_WORKERS}`),
    namespace: check("namespace", options.namespace ?? nonEmpty(env["POD_NAMESPACE"]) ?? podNamespace ?? operatorDefaults.namespace, matching(DNS_LABEL), "the name of a namespace"),
    crossNamespaceDependencies: options.crossNamespaceDependencies ?? false,
    allowDestinations: check("allow-destinations", options.allowDestinations ?? "", parseDestinations, "a list of ranges, addresses and host names such as 10.0.0.0/8,alertmanager.monitoring.svc"),
    installation: options.installation === undefined ? undefined : check("installation", options.installation, matching(INSTALLATION), "4 to 64 lower-case letters, digits or -"),
  };
  return problems.length > 0 ? { kind: "Invalid", problems } : { kind: "Valid", config };
}

/** `:8080`, `127.0.0.1:8080`, `[::1]:8080` → host and port; port 0 lets the system choose. */
export function parseAddress(text: string): ListenAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]*)):([0-9]{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return digits === undefined || port > 65_535 ? undefined : { host: bracketed ?? plain ?? "", port };
}

/** `10.0.0.0/8,alertmanager.monitoring.svc`, checked by who uses it. */
function parseDestinations(text: string): readonly string[] | undefined {
  const entries = text.split(",").map((entry) => entry.trim()).filter((entry) => entry !== "");
  try {
    parseAllowed(entries);
    return entries;
  } catch {
    return undefined;
  }
}

function defaultCacheDir(env: Surroundings["env"]): string {
  const base = nonEmpty(env["XDG_CACHE_HOME"]) ?? (nonEmpty(env["HOME"]) === undefined ? "/tmp" : `${env["HOME"]}/.cache`);
  return `${base}/driftless/operator`;
}

function parseWorkers(text: string): number | undefined {
  const count = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= MOST_WORKERS ? count : undefined;
}

const parseLevel = (text: string): LogLevel | undefined => logLevels.find((level) => level === text);
const matching = (pattern: RegExp) => (text: string): string | undefined => (pattern.test(text) ? text : undefined);
const nonEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
