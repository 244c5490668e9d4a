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

/** `main` and a commit id → `main@sha1:4f2…`. */
export function formatRevision(ref: string, oid: string): string {
  return `${ref}@sha1:${oid}`;
}

/** `main@sha1:4f2c9d…` → `main@4f2c9d1`, for people. */
export function shortRevision(revision: string): string {
  const match = /^(.*)@sha1:([0-9a-f]{7})[0-9a-f]*$/.exec(revision);
  return match === null ? revision : `${match[1]}@${match[2]}`;
}
