import type { GitRepositories } from "../../sources/git/git-source.ts";
import type { Artifact } from "../../sources/source.ts";
import type { GitRef } from "../api/git-source.ts";
import { ReconcileError } from "../errors.ts";

/** How a repository is reached whose ref may mean several things. */
export interface FirstRefSpec {
  readonly url: string;
  /** What the ref may mean, likeliest first; undefined: what HEAD names. */
  readonly refs: readonly (GitRef | undefined)[];
  readonly timeoutMs: number;
}

/** Content, and which of the refs led to it. */
export interface FirstRef {
  readonly artifact: Artifact;
  readonly ref: GitRef | undefined;
}

type Repositories = Pick<GitRepositories, "lookUp" | "fetch">;

/** The artifact of the first of the refs that the remote has, fetched anonymously unless it is here. Throws what GitRepositories throws. */
export async function fetchFirstRef(repositories: Repositories, { url, refs: [ref, ...others], timeoutMs }: FirstRefSpec, signal: AbortSignal): Promise<FirstRef> {
  const spec = { url, ref, timeoutMs };
  try {
    return { artifact: await repositories.fetch(spec, await repositories.lookUp(spec, signal), signal), ref };
  } catch (error) {
    const missing = error instanceof ReconcileError && error.code === "GIT_REF_NOT_FOUND";
    if (missing && others.length > 0) return fetchFirstRef(repositories, { url, refs: others, timeoutMs }, signal);
    throw error;
  }
}

/** True for a full commit id: what it means never changes. */
export const isCommitId = (ref: string): boolean => /^[0-9a-f]{40}$/.test(ref);

/** What the text of a ref may mean, in the order in which `git fetch` takes it; "" is HEAD. */
export function refsOf(text: string): readonly (GitRef | undefined)[] {
  if (text === "") return [undefined];
  if (isCommitId(text)) return [{ commit: text }];
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(text) ?? [];
  if (name !== undefined) return [kind === "tags" ? { tag: name } : { branch: name }];
  return [{ tag: text }, { branch: text }];
}
