import { setTimeout as sleep } from "node:timers/promises";
import { applysetId } from "../../reconciler/identity.ts";
import { API_VERSION, PART_OF_LABEL, RECONCILE_ANNOTATION } from "../../src/api/group.ts";
import { findCondition } from "../../src/api/conditions.ts";
import type { Application } from "../../src/api/application.ts";
import { DEFAULT_NAMESPACE } from "../../src/cli/install/names.ts";
import { tenantManifests } from "../../src/cli/install/tenant.ts";
import type { Cluster } from "../../src/cli/up/environment.ts";
import { ensureNamespace } from "../../src/cli/up/environment.ts";
import type { OperatorProcess } from "../../src/cli/up/operator-process.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { commitFiles } from "../../src/sandbox/git-repo.ts";
import type { GitRepo } from "../../src/sandbox/git-server.ts";
import { pollUntil } from "../../src/sandbox/poll.ts";
import { changesBetween, nameOf, nextContent, randomFrom } from "./kill-world.ts";
import type { Content } from "./kill-world.ts";
import { BYSTANDER, KillWitness } from "./kill-witness.ts";
import { configMap } from "./manifests.ts";
import { ACCOUNT, accountObjects, asContent, driftlessObjects, NAME } from "./tenant-objects.ts";
import { servedKind } from "./widget-crd.ts";

/** Where operators are killed. */
export interface KillStage {
  readonly cluster: Cluster;
  readonly repo: GitRepo;
  /** A namespace that nobody uses. */
  readonly namespace: string;
  /** Starts an operator with the cache of the one before; its `stop` kills by SIGKILL. */
  readonly start: () => Promise<OperatorProcess>;
}

/** How often, and by which dice. */
export interface KillOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly say: (text: string) => void;
}

/** What is wrong in the end; all of it empty: nothing. */
export interface KillReport {
  /** Objects with our label that no commit desires any more. */
  readonly orphans: readonly string[];
  /** Objects that were deleted though every commit in question desired them. */
  readonly wrongDeletions: readonly string[];
  /** What is not as the last commit says, or an answer that never came. */
  readonly differences: readonly string[];
}

const BYSTANDERS = ["bystander-0", "bystander-1"];
/** The kill comes within this time of an event, or of the commit when nothing happens any more. */
const MOST_DELAY_MS = 30;
const SILENCE_MS = 3_000;
const CONVERGE_MS = 60_000;
/** Chances that one more commit is made while no operator runs, and that the next round waits until all is well. */
const BLIND_COMMIT = 0.3;
const CONVERGE = 0.5;

/**
 * Commits at random, kills the operator with SIGKILL at random while it applies and prunes, and looks with a client of
 * its own at what became of it.
 */
export async function runKills(stage: KillStage, { rounds, seed, say }: KillOptions): Promise<KillReport> {
  const run = new KillRun(stage, randomFrom(seed));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => run.end());
  await run.begin();
  for (let round = 1; round <= rounds; round++) {
    const done = await run.round(round === rounds);
    say(`kill ${round}: after ${done}`);
    if (run.hopeless) break;
  }
  return run.report();
}

class KillRun {
  readonly #stage: KillStage;
  readonly #random: () => number;
  readonly #witness = new KillWitness();
  readonly #group: string;
  #content: Content = new Map();
  #commit = "";
  #operator: OperatorProcess | undefined;
  /** An answer that did not come. */
  #unanswered: string[] = [];

  constructor(stage: KillStage, random: () => number) {
    this.#stage = stage;
    this.#random = random;
    this.#group = `${stage.namespace}.example.com`;
  }

  /** More rounds would tell nothing. */
  get hopeless(): boolean {
    return this.#unanswered.length > 0;
  }

  async begin(): Promise<void> {
    const { cluster, repo, namespace, start } = this.#stage;
    await ensureNamespace(cluster, namespace);
    for (const name of BYSTANDERS) await this.#apply({ ...configMap(name), metadata: { name, namespace } });
    await this.#commitNext();
    const app = { sync: { limits: { maxPrune: "100%" }, retry: { initial: "1s", max: "2s" } } };
    const tenant = tenantManifests({ namespace, account: ACCOUNT, operatorNamespace: DEFAULT_NAMESPACE });
    for (const object of [...accountObjects(namespace, "cluster-admin"), ...tenant, ...driftlessObjects(namespace, repo.url, { app })]) await this.#apply(object);
    this.#operator = await start();
    const kinds = [["v1", "ConfigMap"], ["apps/v1", "Deployment"], [`${this.#group}/v1`, "Widget"]] as const;
    for (const [apiVersion, kind] of kinds) {
      await cluster.client.refreshKinds();
      await this.#witness.watch(cluster.client, await servedKind(cluster.client, apiVersion, kind), namespace);
    }
    await this.#converge();
  }

  /** One commit, one kill. Answers with how far things had come. */
  async round(last: boolean): Promise<string> {
    const before = this.#content;
    const seen = this.#witness.events;
    await this.#commitNext();
    await this.#tellSource();
    const wanted = Math.floor(this.#random() * (changesBetween(before, this.#content) + 1));
    await this.#witness.until(() => this.#witness.events - seen >= wanted, SILENCE_MS);
    await sleep(this.#random() * MOST_DELAY_MS);
    await this.#operator?.stop();
    const done = `${this.#witness.events - seen} events of ${changesBetween(before, this.#content)} changes`;
    if (this.#random() < BLIND_COMMIT) await this.#commitNext();
    this.#operator = await this.#stage.start();
    await this.#tellSource();
    if (last || this.#random() < CONVERGE) await this.#converge();
    return done;
  }

  async report(): Promise<KillReport> {
    return { orphans: await this.#orphans(), wrongDeletions: this.#witness.wrongDeletions, differences: [...this.#unanswered, ...this.#differences()] };
  }

  async end(): Promise<void> {
    await this.#witness.stop();
    await this.#operator?.stop();
  }

  async #commitNext(): Promise<void> {
    this.#content = nextContent(this.#content, this.#group, this.#random);
    this.#witness.desires(this.#content); // before the commit: nobody can act on it earlier
    this.#commit = await commitFiles(this.#stage.repo.dir, asContent(Object.fromEntries(this.#content)), { replace: true });
  }

  async #tellSource(): Promise<void> {
    const { cluster, namespace } = this.#stage;
    await cluster.client.patch({ apiVersion: API_VERSION, kind: "GitSource", namespace, name: NAME }, { metadata: { annotations: { [RECONCILE_ANNOTATION]: this.#commit } } }, { type: "merge" });
  }

  async #converge(): Promise<void> {
    const probe = async (): Promise<boolean> => (await this.#isAnswered()) && this.#differences().length === 0;
    await pollUntil({ what: "the operator has answered", deadlineMs: CONVERGE_MS, probe }).then(
      () => this.#witness.converged(),
      async () => void this.#unanswered.push(`not converged within ${CONVERGE_MS / 1000} s: ${JSON.stringify((await this.#application())?.status?.conditions)}`),
    );
  }

  async #isAnswered(): Promise<boolean> {
    const { status } = (await this.#application()) ?? {};
    return status?.lastAppliedRevision?.endsWith(this.#commit) === true && findCondition(status.conditions, "Ready")?.status === "True";
  }

  async #application(): Promise<Application | undefined> {
    const { cluster, namespace } = this.#stage;
    return (await cluster.client.get({ apiVersion: API_VERSION, kind: "Application", namespace, name: NAME })) as Application | undefined; // the API server has validated it
  }

  #differences(): string[] {
    return this.#witness.differences(this.#content, new Set([...BYSTANDERS, "kube-root-ca.crt"].map((name) => `ConfigMap/${name}`)));
  }

  /** Of every kind that the cluster serves, not only of those that we know to have been used. */
  async #orphans(): Promise<string[]> {
    const { cluster, namespace } = this.#stage;
    const kinds = (await cluster.kubectl("api-resources", "--verbs=list", "-o", "name")).trim().split("\n").filter((name) => !name.startsWith("events"));
    const setId = applysetId({ namespace, name: NAME });
    const { items } = JSON.parse(await cluster.kubectl("get", kinds.join(","), "-A", "-l", `${PART_OF_LABEL}=${setId}`, "-o", "json")) as { items: KubeObject[] }; // kubectl -o json
    const desired = new Set([...this.#content.values()].map(nameOf));
    const own = items.filter(({ metadata }) => metadata.ownerReferences?.some(({ controller }) => controller === true) !== true);
    return own.map(nameOf).filter((name) => !desired.has(name) && !BYSTANDER.test(name));
  }

  async #apply(object: KubeObject): Promise<void> {
    await this.#stage.cluster.client.apply(object, { fieldManager: "test", force: true });
  }
}
