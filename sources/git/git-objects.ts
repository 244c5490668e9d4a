import { deflateSync } from "node:zlib";
import { readCommit, readTag } from "isomorphic-git";
import type { PromiseFsClient } from "isomorphic-git";
import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { CommitInfo } from "../source.ts";
import type { ObjectReader } from "./snapshot.ts";

/** Longest author and longest first line that are kept, in characters. */
const MAX_TEXT = 500;

/** A commit: what people see of it, and its tree. */
export interface ParsedCommit {
  readonly info: CommitInfo;
  readonly tree: string;
}

/**
 * Parses a commit with isomorphic-git, which also computes its id once more. Throws GIT_PACK_INVALID when the object
 * is malformed, GIT_REF_NOT_FOUND when it is no commit.
 */
export async function parseCommit(objects: ObjectReader, oid: string): Promise<ParsedCommit> {
  const type = objects.typeOf(oid);
  if (type !== undefined && type !== "commit") throw new ReconcileError("GIT_REF_NOT_FOUND", `${oid} is a ${type}, not a commit; name a ref that leads to a commit`);
  return parsing(oid, async () => {
    const { commit } = await readCommit({ fs: looseObjects(objects), gitdir: "/", oid });
    const committedAt = new Date(commit.committer.timestamp * 1000);
    if (Number.isNaN(committedAt.getTime())) throw malformed(oid, "it has no commit time");
    const author = `${commit.author.name} <${commit.author.email}>`;
    const [subject = ""] = commit.message.split("\n");
    return { info: { oid, author: readable(author), message: readable(subject), committedAt }, tree: commit.tree };
  });
}

/** What an annotated tag leads to in the end: the tags are parsed with isomorphic-git. Throws GIT_PACK_INVALID. */
export async function peelTag(objects: ObjectReader, oid: string): Promise<string> {
  let current = oid;
  for (let depth = 0; objects.typeOf(current) === "tag"; depth++) {
    if (depth === 10) throw malformed(oid, "it is a chain of more than 10 tags");
    const { tag } = await parsing(current, () => readTag({ fs: looseObjects(objects), gitdir: "/", oid: current }));
    current = tag.object;
  }
  return current;
}

async function parsing<T>(oid: string, parse: () => Promise<T>): Promise<T> {
  try {
    return await parse();
  } catch (error) {
    throw error instanceof ReconcileError ? error : malformed(oid, messageOf(error), error);
  }
}

/** A file system that holds nothing but the objects, as loose files: what isomorphic-git reads them from. */
function looseObjects(objects: ObjectReader): PromiseFsClient {
  const readFile = async (path: string): Promise<Uint8Array> => {
    const [, head = "", rest = ""] = /objects\/([0-9a-f]{2})\/([0-9a-f]{38})$/.exec(path) ?? [];
    if (objects.typeOf(head + rest) === undefined) return absent();
    const { type, data } = objects.read(head + rest);
    return deflateSync(Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]), { level: 0 });
  };
  return {
    promises: { readFile, stat: absent, lstat: absent, readdir: absent, readlink: absent, writeFile: absent, mkdir: absent, rmdir: absent, unlink: absent, symlink: absent },
  };
}

function absent(): Promise<never> {
  return Promise.reject(Object.assign(new Error("no such file"), { code: "ENOENT" }));
}

/** Text of strangers, for one line of a terminal or a status: no control characters, not endless. */
function readable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ").trim().slice(0, MAX_TEXT);
}

function malformed(oid: string, problem: string, cause?: unknown): ReconcileError {
  return new ReconcileError("GIT_PACK_INVALID", `object ${oid} is malformed: ${problem}`, { cause });
}
