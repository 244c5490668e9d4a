import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { startOperator } from "../../src/cli/up/environment.ts";
import { Narrator } from "../../src/cli/up/narrator.ts";
import { messageOf } from "../../src/errors.ts";
import type { SharedControlPlane } from "./global-control-plane.ts";
import { adminCluster } from "./admin-cluster.ts";

/** What tests get to know of the operator that they share: two on one cluster would fight over the same Applications. */
export interface SharedOperator {
  /** Probes and metrics. */
  readonly httpUrl: string;
  readonly webhookUrl: string;
  /** JSON lines, growing. */
  readonly logFile: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** Asked by POST, it starts the operator if nobody did before, and answers with a SharedOperator. */
    operatorLauncher: string;
  }
}

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Vitest calls this once per project, after the control plane's setup. The operator starts when the first test asks. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = new AsyncDisposableStack();
  let started: Promise<SharedOperator> | undefined;
  const server = createServer((_request, response) => {
    started ??= launch(project.getProvidedContext().controlPlane, stack);
    started.then(
      (operator) => response.end(JSON.stringify(operator)),
      (error: unknown) => response.writeHead(500).end(messageOf(error)),
    );
  });
  project.provide("operatorLauncher", await listen(server));
  return async () => {
    server.closeAllConnections();
    server.close();
    await stack.disposeAsync();
  };
}

async function launch(controlPlane: SharedControlPlane, stack: AsyncDisposableStack): Promise<SharedOperator> {
  const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const cluster = await adminCluster(controlPlane, dir);
  stack.defer(() => cluster.client.close());
  const narrator = new Narrator({ stdout: { write: () => undefined }, stderr: process.stderr, env: {}, signal: new AbortController().signal });
  const { httpUrl, webhookUrl } = await startOperator(cluster, [], narrator, stack, MAIN);
  return { httpUrl, webhookUrl, logFile: join(dir, "operator.log") };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port, not on a pipe
}
