import type { FileTree } from "./file-tree.ts";

/** Who made a commit and what it says. */
export interface CommitInfo {
  readonly oid: string;
  readonly author: string;
  /** First line of the message. */
  readonly message: string;
  readonly committedAt: Date;
}

/** Immutable, verified content. */
export interface Artifact {
  /** `main@sha1:<commit>`. */
  readonly revision: string;
  /** `sha1:<tree>`: identity of the content. */
  readonly digest: string;
  readonly commit: CommitInfo;
  readonly tree: FileTree;
}

/** `main` and a commit id → `main@sha1:4f2…`; without a name `sha1:4f2…`. */
export function formatRevision(name: string, oid: string): string {
  return name === "" ? `sha1:${oid}` : `${name}@sha1:${oid}`;
}

/** The reverse of formatRevision, or undefined where the text is not one. */
export function parseRevision(revision: string): { readonly name: string; readonly commit: string } | undefined {
  const [, name = "", commit = ""] = /^(?:(.+)@)?sha1:([0-9a-f]{40})$/.exec(revision) ?? [];
  return commit === "" ? undefined : { name, commit };
}

/** `main@sha1:4f2c9d…` → `main@4f2c9d1`, for people; a bare commit → `4f2c9d1`. */
export function shortRevision(revision: string): string {
  const parsed = parseRevision(revision);
  if (parsed === undefined) return revision;
  const commit = parsed.commit.slice(0, 7);
  return parsed.name === "" ? commit : `${parsed.name}@${commit}`;
}
