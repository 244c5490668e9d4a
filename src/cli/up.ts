import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CommandContext, RunCommand } from "./command.ts";
import type { Cluster } from "./up/environment.ts";
import { OPERATOR_LOG, openCluster } from "./up/environment.ts";
import { Narrator } from "./up/narrator.ts";
import type { OperatorProcess } from "./up/operator-process.ts";
import { exampleRepo, ownRepo } from "./up/repository.ts";
import { tellOwnStory, tellShopStory } from "./up/story.ts";
import type { StoryContext } from "./up/story.ts";

/** Options of `driftless up`. */
export interface UpOptions {
  readonly once: boolean;
  readonly repo?: string;
  readonly path: string;
  readonly ref?: string;
  readonly kubeconfig?: string;
}

/** Tells the story; with --once it ends there, else it stays until the signal. 1 when a step failed. */
export const up: RunCommand<UpOptions> = async (options, context) => {
  await using stack = new AsyncDisposableStack();
  const narrator = new Narrator(context);
  const tell = await openStory(options, narrator, stack); // first: a wrong --repo is told before anything is started
  narrator.chapter("A cluster");
  const cluster = await narrator.step("Start the cluster", () => openCluster({ kubeconfig: options.kubeconfig, env: context.env, signal: context.signal }, narrator, stack));
  try {
    const operator = await tell({ cluster, narrator, stack, signal: context.signal });
    narrator.summary();
    if (!options.once) await stay(cluster, operator, options, narrator, context);
    return 0;
  } catch (error) {
    if (!context.signal.aborted) await showTrouble(cluster, narrator);
    if (narrator.steps.some(({ ok }) => !ok)) narrator.summary();
    throw error;
  }
};

/** Opens the repository; the answer tells its story on a cluster. */
async function openStory(options: UpOptions, narrator: Narrator, stack: AsyncDisposableStack): Promise<(story: StoryContext) => Promise<OperatorProcess>> {
  const { repo, ref, path } = options;
  narrator.chapter("A Git repository");
  if (repo === undefined) {
    const example = await narrator.step("Start the Git server", () => exampleRepo(narrator, stack));
    return (story) => tellShopStory(example, story);
  }
  const own = await narrator.step("Open the repository", () => ownRepo(repo, ref, narrator, stack));
  return (story) => tellOwnStory(own, path, options.kubeconfig === undefined ? "Cluster" : "Namespace", story);
}

/** What the objects, and the operator, say about a step that failed. */
async function showTrouble({ kubectl, dir }: Cluster, narrator: Narrator): Promise<void> {
  const text = await kubectl("get", "gitsources.driftless.dev,applications.driftless.dev", "-A", "-o", "wide").catch(() => "");
  if (text !== "") narrator.note(text.trimEnd());
  const log = await readFile(join(dir, OPERATOR_LOG), "utf8").catch(() => "");
  const trouble = log.split("\n").filter((line) => /"level":"(warn|error)"/.test(line) || (line !== "" && !line.startsWith("{")));
  for (const line of trouble.slice(-10)) narrator.note(line);
}

async function stay(cluster: Cluster, operator: OperatorProcess, options: UpOptions, narrator: Narrator, { signal }: CommandContext): Promise<void> {
  const namespace = options.repo === undefined ? "shop" : "demo";
  narrator.chapter("It stays up. Try it:");
  narrator.command(`export KUBECONFIG=${cluster.kubeconfig} PATH=$PATH:${cluster.kubectlPath.replace(/\/kubectl$/, "")}`);
  narrator.command("kubectl get driftless -A");
  narrator.command(`kubectl -n ${namespace} describe application.driftless.dev shop`);
  narrator.command(`kubectl -n ${namespace} describe driftreport.driftless.dev shop`);
  if (options.repo === undefined) {
    narrator.command("kubectl -n shop delete deployment cart      # and watch it come back");
    narrator.command("kubectl -n shop edit deployment web         # and read the DriftReport");
  } else {
    narrator.command("git commit                                  # and watch it arrive within seconds");
  }
  narrator.note("Ctrl-C ends it and leaves nothing behind.");
  const stopped = new Promise<"Stopped">((resolve) => signal.addEventListener("abort", () => resolve("Stopped"), { once: true }));
  const end = await Promise.race([stopped, operator.ended]);
  if (end !== "Stopped") throw new Error(`the operator ended by itself with ${end}; its last words are above`);
}
