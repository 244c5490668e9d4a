import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/ports.ts";
import { runGit } from "../../src/sandbox/git-repo.ts";
import { startGitServer } from "../../src/sandbox/git-server.ts";
import type { GitRequest, GitServer, GitServerOptions } from "../../src/sandbox/git-server.ts";
import { GitRepositories } from "../../sources/git/git-source.ts";
import type { GitRepositoriesOptions } from "../../sources/git/git-source.ts";
import type { Artifact } from "../../sources/source.ts";
import { MemoryLogger } from "./memory-logger.ts";

/** Real time. */
export const realClock: Pick<Clock, "monotonic" | "after"> = {
  monotonic: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** A throwaway directory, removed after the test. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "driftless-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A Git server that counts requests, stopped after the test. */
export async function gitServer(options: GitServerOptions = {}): Promise<{ server: GitServer; requests: GitRequest[] }> {
  const requests: GitRequest[] = [];
  const server = await startGitServer({ ...options, onRequest: (request) => requests.push(request) });
  onTestFinished(() => server.stop());
  return { server, requests };
}

/** Repositories in a throwaway cache directory unless one is given, closed after the test. */
export async function gitRepositories(options: Partial<GitRepositoriesOptions> = {}): Promise<{ repositories: GitRepositories; logger: MemoryLogger; cacheDir: string }> {
  const logger = new MemoryLogger();
  const cacheDir = options.cacheDir ?? (await temporaryDirectory());
  const repositories = new GitRepositories({ logger, clock: realClock, ...options, cacheDir });
  onTestFinished(() => repositories.close());
  return { repositories, logger, cacheDir };
}

/** A signal that nobody aborts. */
export function noSignal(): AbortSignal {
  return new AbortController().signal;
}

/** Every path of an artifact → content of a file, or the kind and id of anything else but a directory. */
export function contentOf(artifact: Artifact, path = ""): Record<string, string> {
  const content: Record<string, string> = {};
  for (const entry of artifact.tree.list(path) ?? []) {
    const child = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.kind === "directory") Object.assign(content, contentOf(artifact, child));
    else content[child] = entry.kind === "file" ? Buffer.from(artifact.tree.read(child) ?? "").toString("latin1") : `${entry.kind} ${entry.id}`;
  }
  return content;
}

/** Commits one state after the other to a branch, each the whole tree, and gives their ids: one process for all. */
export async function commitHistory(dir: string, states: readonly Readonly<Record<string, string>>[], branch = "main"): Promise<string[]> {
  const lines = states.flatMap((files, number) => [
    `commit refs/heads/${branch}`,
    `mark :${number + 1}`,
    `committer Test <test@example.com> ${1_700_000_000 + number} +0000`,
    dataOf(`state ${number}`),
    ...(number === 0 ? [] : [`from :${number}`]),
    "deleteall",
    ...Object.entries(files).flatMap(([path, content]) => [`M 100644 inline "${path}"`, dataOf(content)]),
    `get-mark :${number + 1}`,
  ]);
  const printed = await runGit(["--git-dir", dir, "-c", "core.fsync=none", "fast-import", "--quiet", "--force"], Buffer.from(`${lines.join("\n")}\n`));
  return printed.trim().split("\n");
}

function dataOf(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
