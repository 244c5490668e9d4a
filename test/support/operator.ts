import { readFile } from "node:fs/promises";
import { test as base, expect, inject } from "vitest";
import type { Cluster } from "../../src/cli/up/environment.ts";
import type { Json, JsonObject } from "../../src/object/json.ts";
import { startGitServer } from "../../src/sandbox/git-server.ts";
import type { GitServerOptions } from "../../src/sandbox/git-server.ts";
import { auditLines } from "./audit-lines.ts";
import { adminCluster } from "./admin-cluster.ts";
import { leakingObjects } from "./canaries.ts";
import { sharedControlPlane } from "./control-plane.ts";
import type { SharedOperator } from "./global-operator.ts";
import { leaks } from "./status-linter.ts";
import { Tenant } from "./tenant.ts";
import type { Files } from "./tenant-objects.ts";
import type { TenantOptions } from "./tenant.ts";

/** The operator that all test files of a run share, started when the first one asks. */
export async function sharedOperator(): Promise<SharedOperator> {
  const answer = await fetch(inject("operatorLauncher"), { method: "POST" });
  if (!answer.ok) throw new Error(`the operator did not start: ${await answer.text()}`);
  return (await answer.json()) as SharedOperator; // see global-operator.ts
}

/** Its log lines so far, each of which has to be JSON. */
export async function operatorLog(): Promise<JsonObject[]> {
  const { logFile } = await sharedOperator();
  const lines = (await readFile(logFile, "utf8")).split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as JsonObject); // an array or a number would fail the tests that read fields
}

/** Its metrics page. */
export async function operatorMetrics(): Promise<string> {
  return (await fetch(`${(await sharedOperator()).httpUrl}/metrics`)).text();
}

/** Opens a tenant of the shared operator. */
export type OpenTenant = (files: Files, options?: TenantOptions & { readonly server?: GitServerOptions }) => Promise<Tenant>;

interface Fixtures {
  readonly tenant: OpenTenant;
}

/**
 * A test with tenants of its own on the shared operator. Every status that it leaves behind is checked against the
 * rules that all statuses obey, and everything that tells or keeps anything for values of Secrets.
 */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the parameter's text to learn what a fixture needs
  tenant: async ({}, use) => {
    await using stack = new AsyncDisposableStack();
    const cluster = await adminCluster(sharedControlPlane(), "");
    stack.defer(() => cluster.client.close());
    const tenants: Tenant[] = [];
    await use(async (files, options = {}) => {
      const tenant = await openTenant(cluster, stack, files, options);
      tenants.push(tenant);
      return tenant;
    });
    expect((await Promise.all(tenants.map((tenant) => tenant.statusProblems()))).flat()).toEqual([]);
    expect((await Promise.all([...tenants.map(({ namespace }) => leakingObjects(cluster, namespace)), leakingOutput()])).flat()).toEqual([]);
  },
});

/** What of the operator's output holds the value of a Secret. */
async function leakingOutput(): Promise<string[]> {
  const { logFile } = await sharedOperator();
  const texts = { log: await readFile(logFile, "utf8"), metrics: await operatorMetrics() };
  return Object.entries(texts).flatMap(([name, text]) => (leaks(text) ? [name] : []));
}

async function openTenant(cluster: Cluster, stack: AsyncDisposableStack, files: Files, options: Parameters<OpenTenant>[1] = {}): Promise<Tenant> {
  await sharedOperator();
  const server = await startGitServer(options.server ?? {});
  stack.defer(() => server.stop());
  const tenant = await Tenant.open(cluster, (name) => server.createRepo(name), files, options);
  stack.defer(() => tenant.view.stop());
  return tenant;
}

/** One request as the API server's audit log tells it. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly userAgent?: string;
  readonly user: { readonly username: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly objectRef?: { readonly resource?: string; readonly namespace?: string; readonly name?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code: number };
}

/** True for a request that was not refused: rights that were just given take a moment to be known. */
export const isDone = ({ responseStatus }: AuditEvent): boolean => (responseStatus?.code ?? 0) < 300;

/** The operator's requests about one namespace so far, watches left out. */
export async function operatorRequests(namespace: string): Promise<AuditEvent[]> {
  const lines = (await auditLines(sharedControlPlane().auditLog)).filter((line) => line.includes(`"namespace":"${namespace}"`));
  return lines
    .map((line) => JSON.parse(line) as Json as unknown as AuditEvent) // audit.k8s.io/v1
    .filter(({ user, verb }) => user.username.endsWith(":driftless") && verb !== "watch");
}
