import type { GitRef } from "../../src/api/git-source.ts";
import { ReconcileError } from "../../src/errors.ts";
import type { RemoteRef } from "./ls-refs.ts";
import { nearMatches } from "./near-match.ts";

/** A ref at the moment of a look-up. */
export interface ResolvedRef {
  /** What stands before the `@` of the revision: branch or tag; empty for a bare commit. */
  readonly name: string;
  readonly commit: string;
  /** The annotated tag that leads to the commit. */
  readonly tag?: string;
}

/** Lists refs of the server by prefix. */
export type ListRefs = (prefixes: readonly string[]) => Promise<readonly RemoteRef[]>;

/**
 * Which commit a ref means now: one request, none for a commit. Without ref: the branch that HEAD names.
 * Throws GIT_REF_NOT_FOUND with the ref and what may have been meant.
 */
export async function resolveRef(ref: GitRef | undefined, list: ListRefs): Promise<ResolvedRef> {
  if (ref?.commit !== undefined) return { name: ref.branch ?? "", commit: ref.commit };
  if (ref?.branch !== undefined) return named(ref.branch, await find(`refs/heads/${ref.branch}`, list), () => missing("branch", ref.branch ?? "", list));
  if (ref?.tag !== undefined) return named(ref.tag, await find(`refs/tags/${ref.tag}`, list), () => missing("tag", ref.tag ?? "", list));
  return resolveHead(await find("HEAD", list));
}

async function find(name: string, list: ListRefs): Promise<RemoteRef | undefined> {
  const refs = await list([name]);
  return refs.find((ref) => ref.name === name);
}

async function named(name: string, ref: RemoteRef | undefined, otherwise: () => Promise<ReconcileError>): Promise<ResolvedRef> {
  if (ref?.oid === undefined) throw await otherwise();
  return ref.peeled === undefined ? { name, commit: ref.oid } : { name, commit: ref.peeled, tag: ref.oid };
}

function resolveHead(head: RemoteRef | undefined): ResolvedRef {
  if (head?.oid === undefined) {
    const branch = head?.target === undefined ? "" : ` (its HEAD names ${head.target}, which does not exist)`;
    throw new ReconcileError("GIT_REF_NOT_FOUND", `the repository has no default branch or no commit yet${branch}; push a commit, or name a branch or tag in ref`);
  }
  return { name: head.target?.replace(/^refs\/heads\//, "") ?? "HEAD", commit: head.oid };
}

async function missing(kind: "branch" | "tag", name: string, list: ListRefs): Promise<ReconcileError> {
  const refs = await list(["refs/heads/", "refs/tags/"]);
  const names = (prefix: string): string[] => refs.filter((ref) => ref.name.startsWith(prefix)).map((ref) => ref.name.slice(prefix.length));
  const [branches, tags] = [names("refs/heads/"), names("refs/tags/")];
  return new ReconcileError("GIT_REF_NOT_FOUND", `${kind} ${JSON.stringify(name)} not found; ${hint(kind, name, branches, tags)}`);
}

function hint(kind: "branch" | "tag", name: string, branches: readonly string[], tags: readonly string[]): string {
  const other = kind === "branch" ? "tag" : "branch";
  const short = name.replace(/^refs\/(heads|tags)\//, "");
  const [own, others] = kind === "branch" ? [branches, tags] : [tags, branches];
  if (short !== name && own.includes(short)) return `write it without refs/: ${short}`;
  if (others.includes(name)) return `there is a ${other} of this name: write ref.${other} instead of ref.${kind}`;
  const near = nearMatches(name, own);
  if (near.length > 0) return `did you mean ${near.join(" or ")}?`;
  if (own.length === 0) return `the repository has no ${kind === "branch" ? "branches" : "tags"}`;
  return `there are ${own.slice(0, 5).join(", ")}${own.length > 5 ? ` and ${own.length - 5} more` : ""}`;
}
