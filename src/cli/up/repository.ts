import { readdir, readFile, symlink } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { commitFiles, runGit } from "../../sandbox/git-repo.ts";
import { startGitServer } from "../../sandbox/git-server.ts";
import type { Narrator } from "./narrator.ts";

/** The repository of the story. */
export interface StoryRepo {
  readonly url: string;
  /** Bare repository to commit to; undefined: somebody else's, which we only read. */
  readonly dir: string | undefined;
  /** Undefined: the one that HEAD names. */
  readonly branch: string | undefined;
}

const EXAMPLE = fileURLToPath(new URL("../../sandbox/example/shop", import.meta.url));

/** The example's repository, on a Git server that tells of pushes as a Git host does. */
export interface ExampleRepo extends StoryRepo {
  readonly dir: string;
  /** Sets what is called after each push. */
  onPush(listener: () => void): void;
}

/** Starts a Git server with the example shop as its first commit. */
export async function exampleRepo(narrator: Narrator, stack: AsyncDisposableStack): Promise<ExampleRepo> {
  let pushed: (() => void) | undefined;
  const server = await startGitServer({ onPush: () => pushed?.() });
  stack.defer(() => server.stop());
  const { url, dir } = await server.createRepo("shop");
  const commit = await commitFiles(dir, await filesBelow(EXAMPLE), { message: "Open the shop", author: "Ada Lovelace <ada@shop.example>" });
  narrator.saw(`${url} holds the example shop: a base and the overlays staging and prod, commit ${commit.slice(0, 7)}`);
  return { url, dir, branch: "main", onPush: (listener) => void (pushed = listener) };
}

/** The user's own repository: a URL as it is, a folder served from here by its commits. */
export async function ownRepo(repo: string, ref: string | undefined, narrator: Narrator, stack: AsyncDisposableStack): Promise<StoryRepo> {
  if (/^https?:\/\//.test(repo)) {
    narrator.saw(`following ${repo}`);
    return { url: repo, dir: undefined, branch: ref };
  }
  const top = await topOf(repo);
  const branch = ref ?? (await runGit(["-C", top, "symbolic-ref", "--short", "HEAD"])).trim();
  const changed = (await runGit(["-C", top, "status", "--porcelain"])).split("\n").filter((line) => line !== "").length;
  if (changed > 0) narrator.warn(`${changed} uncommitted change${changed === 1 ? "" : "s"} in ${top}: only what is committed is applied`);
  const server = await startGitServer();
  stack.defer(() => server.stop());
  await symlink(resolve(top, (await runGit(["-C", top, "rev-parse", "--git-common-dir"])).trim()), join(server.root, "repo.git"));
  narrator.saw(`serving the commits of ${top} at ${server.url}/repo.git, branch ${branch}`);
  return { url: `${server.url}/repo.git`, dir: undefined, branch };
}

async function topOf(dir: string): Promise<string> {
  try {
    return (await runGit(["-C", resolve(dir), "rev-parse", "--show-toplevel"])).trim();
  } catch (error) {
    throw new Error(`${dir} is no Git repository: give a folder with commits, or an https:// address`, { cause: error });
  }
}

async function filesBelow(root: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[relative(root, path)] = await readFile(path, "utf8");
  }
  return files;
}
