import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitSource } from "../../api/git-source.ts";
import { API_VERSION } from "../../api/group.ts";
import { messageOf } from "../../errors.ts";
import { runGit } from "../../sandbox/git-repo.ts";
import type { Declaration } from "./declare.ts";
import { declare } from "./declare.ts";
import type { Cluster } from "./environment.ts";
import { startOperator } from "./environment.ts";
import { editAndWatch, shopEdits } from "./hand-edits.ts";
import { arrival, tellProgress } from "./journey.ts";
import type { Narrator } from "./narrator.ts";
import type { OperatorProcess } from "./operator-process.ts";
import type { ExampleRepo, StoryRepo } from "./repository.ts";
import { callWebhook } from "./webhook.ts";

const NAME = "shop";
const ACCOUNT = "shop-deployer";
const SECOND_COMMIT = "Release web 1.5.0 with four replicas";

/** What the story is told with. */
export interface StoryContext {
  readonly cluster: Cluster;
  readonly narrator: Narrator;
  readonly stack: AsyncDisposableStack;
  readonly signal: AbortSignal;
}

/** The example from the first commit to the last hand edit. Rejects when a step does not end as it should. */
export async function tellShopStory(repo: ExampleRepo, context: StoryContext): Promise<OperatorProcess> {
  const { cluster, narrator, stack, signal } = context;
  const declaration: Declaration = { namespace: NAME, name: NAME, account: ACCOUNT, path: "overlays/prod", repo, rights: "Namespace", webhookToken: randomBytes(16).toString("hex"), team: cluster.person?.group };
  narrator.chapter("Driftless");
  const operator = await narrator.step("Install Driftless", () => startOperator(cluster, [{ namespace: NAME, account: ACCOUNT }], narrator, stack));
  tellProgress(operator, `${NAME}/${NAME}`, narrator);
  await watchNamespace(context, NAME);
  repo.onPush(() => void tellOperator(operator, declaration, context));

  narrator.chapter("A commit becomes live objects");
  const first = await headOf(repo);
  await narrator.step("First commit → healthy", async () => {
    await declare(cluster, declaration);
    narrator.saw("declared GitSource and Application shop");
    await arrive(context, first);
  });

  narrator.chapter("Somebody pushes a commit");
  await narrator.step("Second commit → healthy", async () => {
    const commit = await pushSecondCommit(repo, context);
    await arrive(context, commit);
  });

  narrator.chapter("Somebody changes things by hand");
  for (const edit of shopEdits) {
    await narrator.step(`By hand: ${edit.title} → reverted`, () => editAndWatch(edit, NAME, cluster, narrator, signal));
  }
  await narrator.step("Everything healthy again", () => arrive(context, undefined));
  return operator;
}

/** The user's own repository from its newest commit to healthy. */
export async function tellOwnStory(repo: StoryRepo, path: string, rights: Declaration["rights"], context: StoryContext): Promise<OperatorProcess> {
  const { cluster, narrator, stack } = context;
  const declaration: Declaration = { namespace: "demo", name: NAME, account: "deployer", path, repo, rights };
  narrator.chapter("Driftless");
  const operator = await narrator.step("Install Driftless", () => startOperator(cluster, [{ namespace: "demo", account: "deployer" }], narrator, stack));
  tellProgress(operator, `demo/${NAME}`, narrator);
  await watchNamespace(context, "demo");
  narrator.chapter("Your commit becomes live objects");
  await narrator.step("Your commit → healthy", async () => {
    await declare(cluster, declaration);
    await arrive(context, "");
  });
  return operator;
}

/** What a Git host does after a push. Should it fail, the source would be looked at an hour later, and the story says why. */
async function tellOperator(operator: OperatorProcess, { webhookToken = "" }: Declaration, { cluster, narrator }: StoryContext): Promise<void> {
  const source = cluster.view.get("GitSource", NAME) as GitSource | undefined; // the API server has validated it
  try {
    await callWebhook(`${operator.webhookUrl}${source?.status?.webhookPath ?? ""}`, webhookToken);
    narrator.saw("the Git server called the webhook");
  } catch (error) {
    narrator.warn(messageOf(error));
  }
}

async function watchNamespace({ cluster }: StoryContext, namespace: string): Promise<void> {
  const ours = ["GitSource", "Application", "DriftReport"].map((kind) => ({ apiVersion: API_VERSION, kind, namespace }));
  const theirs = [{ apiVersion: "apps/v1", kind: "Deployment", namespace }, { apiVersion: "v1", kind: "Service", namespace }];
  await cluster.view.watch([...ours, ...theirs]);
}

/** Waits for a commit; undefined: the newest one that is already applied. */
async function arrive({ cluster, narrator, signal }: StoryContext, commit: string | undefined): Promise<void> {
  const began = performance.now();
  const app = await arrival(cluster.view, NAME, commit ?? "", signal);
  const ready = app.status?.conditions?.find(({ type }) => type === "Ready");
  narrator.saw(`Ready: ${ready?.message ?? ""}`, performance.now() - began);
}

async function headOf(repo: ExampleRepo): Promise<string> {
  return (await runGit(["--git-dir", repo.dir, "rev-parse", "refs/heads/main"])).trim();
}

/** Works in a clone and pushes, as anybody would. */
async function pushSecondCommit(repo: StoryRepo, { cluster, narrator }: StoryContext): Promise<string> {
  const clone = join(cluster.dir, "clone");
  const git = (...args: string[]): Promise<string> => runGit(["-C", clone, "-c", "user.name=Grace Hopper", "-c", "user.email=grace@shop.example", ...args]);
  await runGit(["clone", "--quiet", repo.url, clone]);
  const path = join(clone, "overlays/prod/kustomization.yaml");
  await writeFile(path, (await readFile(path, "utf8")).replace("newTag: 1.4.1", "newTag: 1.5.0").replace("count: 3", "count: 4"));
  narrator.command(`git commit -am "${SECOND_COMMIT}"`);
  await git("commit", "--quiet", "-am", SECOND_COMMIT);
  narrator.command("git push");
  await git("push", "--quiet");
  return (await git("rev-parse", "HEAD")).trim();
}
