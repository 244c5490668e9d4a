import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer, RemoteBaseNeed } from "../../charts/needs.ts";
import { GitRepositories } from "../../sources/git/git-source.ts";
import { systemClock } from "../controllers/clock.ts";
import { fetchFirstRef, refsOf } from "../controllers/first-ref.ts";
import { silentLogger } from "./silent-logger.ts";

const FETCH_TIMEOUT_MS = 60_000;

/** Repositories in a folder of their own, which goes when the stack is disposed of. */
export async function temporaryRepositories(stack: AsyncDisposableStack): Promise<GitRepositories> {
  const cacheDir = await mkdtemp(join(tmpdir(), "driftless-git-"));
  stack.defer(() => rm(cacheDir, { recursive: true, force: true }));
  const repositories = new GitRepositories({ cacheDir, logger: silentLogger, clock: systemClock });
  stack.defer(() => repositories.close());
  return repositories;
}

/** Fetches remote bases, each once, into a temporary folder that is made when one is needed. */
export function fetchedBases(stack: AsyncDisposableStack, signal: AbortSignal): (need: RemoteBaseNeed) => Promise<Answer> {
  let repositories: Promise<GitRepositories> | undefined;
  return async ({ url, ref }) => {
    const { artifact } = await fetchFirstRef(await (repositories ??= temporaryRepositories(stack)), { url, refs: refsOf(ref), timeoutMs: FETCH_TIMEOUT_MS }, signal);
    return { kind: "Tree", tree: artifact.tree };
  };
}
