import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DEFAULT_NAMESPACE } from "../../src/cli/install/names.ts";
import { startOperator } from "../../src/cli/up/environment.ts";
import { Narrator } from "../../src/cli/up/narrator.ts";
import { startOperatorProcess } from "../../src/cli/up/operator-process.ts";
import { startControlPlane } from "../../src/sandbox/control-plane.ts";
import { startGitServer } from "../../src/sandbox/git-server.ts";
import { adminCluster } from "../support/admin-cluster.ts";
import { runKills } from "../support/kill-rounds.ts";
import type { KillStage } from "../support/kill-rounds.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** `npm run bench -- loop --full` does the same fifty times. */
const ROUNDS = 5;
const SEED = 4;

test("an operator that is killed again and again leaves no orphan and deletes nothing that was always desired", async () => {
  await using stack = new AsyncDisposableStack();
  const report = await runKills(await openStage(stack), { rounds: ROUNDS, seed: SEED, say: () => undefined });
  expect(report).toEqual({ orphans: [], wrongDeletions: [], differences: [] });
});

/** A control plane of its own: the operators of other tests must not die, nor help. */
async function openStage(stack: AsyncDisposableStack): Promise<KillStage> {
  const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const plane = await startControlPlane();
  stack.defer(() => plane.stop());
  const cluster = await adminCluster(plane, dir);
  stack.defer(() => cluster.client.close());
  const server = await startGitServer();
  stack.defer(() => server.stop());
  const narrator = new Narrator({ stdout: { write: () => undefined }, stderr: process.stderr, env: {}, signal: new AbortController().signal });
  const first = await startOperator(cluster, [], narrator, stack, MAIN); // installs what operators need, too
  await first.stop();
  const start: KillStage["start"] = async () => {
    const operator = await startOperatorProcess({
      kubeconfig: join(dir, "operator.kubeconfig"), cacheDir: join(dir, "cache"), logFile: join(dir, "operator.log"), namespace: DEFAULT_NAMESPACE, supervisor: cluster.supervisor, script: MAIN,
    });
    await operator.ready;
    return operator;
  };
  return { cluster, repo: await server.createRepo("kills"), namespace: "kills", start };
}
