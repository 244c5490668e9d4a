import { allReady, appNames, declareFolder, declareSource, watchFleet } from "../fleet.ts";
import type { Push } from "../fleet.ts";
import { startRig } from "../rig.ts";
import type { Rig } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { measured, percentile } from "../row.ts";
import { deploymentText, isRolledOut } from "../workload.ts";
import { commitFiles } from "../../../src/sandbox/git-repo.ts";

const NAMESPACE = "bench-chain";
const LINKS = appNames(5, "link");
const ROUNDS = 3;
const QUIET_MS = 2_000;
/** The first takes its time, as a database does; the others are ready as soon as controllers and nodes have done their part. */
const SLOW = { "sandbox.driftless.dev/ready-after": "5s" };

const bar: Bar = {
  bar: "loop.8",
  what: "a commit that rolls the Deployments of a chain of 5 Applications, each dependent on the one before: webhook POST to the last rolled out in a second client's watch, by the slowest of them (Pods ready after 5 s, the others at once) changed alone, p50 of each",
  unit: "ratio",
  limit: "<=2",
};

/** The one bar about dependencies. */
export const chainBars: readonly Bar[] = [bar];

/** What waiting for one another costs beside what the Pods take anyway. */
export async function measureChain(say: (text: string) => void): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack();
  const rig = await startRig([NAMESPACE], say, stack);
  await commit(rig, LINKS, "start");
  await watchFleet(rig, NAMESPACE, [{ apiVersion: "apps/v1", kind: "Deployment" }]);
  const push = await declareSource(rig, NAMESPACE);
  for (const [index, name] of LINKS.entries()) {
    await declareFolder(rig, NAMESPACE, name, index === 0 ? {} : { dependsOn: [{ name: LINKS[index - 1] ?? "" }] });
  }
  await allReady(rig, LINKS);
  const single: number[] = [];
  const chain: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const alone: number[] = [];
    for (const name of LINKS) alone.push(await measureCommit(rig, push, [name], `${name} ${round}`));
    single.push(Math.max(...alone));
    chain.push(await measureCommit(rig, push, LINKS, `all ${round}`));
    say(`alone ${alone.map((seconds) => seconds.toFixed(2)).join(" s, ")} s; the chain ${chain.at(-1)?.toFixed(2)} s`);
  }
  return [measured(bar, percentile(chain, 0.5) / percentile(single, 0.5), ROUNDS)];
}

async function commit(rig: Rig, names: readonly string[], value: string): Promise<void> {
  const files = names.map((name) => [`apps/${name}/${name}.yaml`, deploymentText({ namespace: NAMESPACE, name, value, ...(name === LINKS[0] ? { annotations: SLOW } : {}) })]);
  await commitFiles(rig.repo.dir, Object.fromEntries(files), { message: value });
}

async function measureCommit(rig: Rig, push: Push, names: readonly string[], value: string): Promise<number> {
  const mark = await rig.audit.mark();
  await commit(rig, names, value);
  const began = performance.now();
  await push();
  await rig.cluster.view.until(`${names.join(" ")} rolled out`, (view) => (names.every((name) => isRolledOut(view.get("Deployment", name), value)) ? true : undefined), rig.signal);
  const seconds = (performance.now() - began) / 1000;
  await allReady(rig, LINKS);
  await rig.audit.settled(mark, QUIET_MS);
  return seconds;
}
