import { expect, test } from "vitest";
import type { RemoteRef } from "../../../../sources/git/ls-refs.ts";
import { resolveRef } from "../../../../sources/git/resolve.ts";
import type { ListRefs } from "../../../../sources/git/resolve.ts";

const [MAIN, OLD, TAG, TAGGED] = ["1", "2", "3", "4"].map((digit) => digit.repeat(40)) as [string, string, string, string]; // four by construction
const refs: readonly RemoteRef[] = [
  { name: "HEAD", oid: MAIN, target: "refs/heads/main" },
  { name: "refs/heads/main", oid: MAIN },
  { name: "refs/heads/main-2", oid: OLD },
  { name: "refs/heads/release/1.0", oid: OLD },
  { name: "refs/tags/v1.0.0", oid: TAG, peeled: TAGGED },
  { name: "refs/tags/light", oid: OLD },
];

/** A server with these refs, and what it was asked. */
function server(list: readonly RemoteRef[] = refs): { list: ListRefs; asked: (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  const listRefs: ListRefs = async (prefixes) => {
    asked.push(prefixes);
    return list.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
  };
  return { list: listRefs, asked };
}

test("without a ref the branch that HEAD names is followed and shown by name", async () => {
  expect(await resolveRef(undefined, server().list)).toEqual({ name: "main", commit: MAIN });
  expect(await resolveRef({}, server().list)).toEqual({ name: "main", commit: MAIN });
});

test("a HEAD that names no branch is followed as HEAD", async () => {
  expect(await resolveRef(undefined, server([{ name: "HEAD", oid: OLD }]).list)).toEqual({ name: "HEAD", commit: OLD });
});

test("a branch is found among others that begin alike, by one request for it alone", async () => {
  const { list, asked } = server();
  expect(await resolveRef({ branch: "main" }, list)).toEqual({ name: "main", commit: MAIN });
  expect(asked).toEqual([["refs/heads/main"]]);
});

test("an annotated tag leads to its commit, a plain one is its commit", async () => {
  expect(await resolveRef({ tag: "v1.0.0" }, server().list)).toEqual({ name: "v1.0.0", commit: TAGGED, tag: TAG });
  expect(await resolveRef({ tag: "light" }, server().list)).toEqual({ name: "light", commit: OLD });
});

test("a commit needs no request", async () => {
  const { list, asked } = server();
  expect(await resolveRef({ commit: OLD }, list)).toEqual({ name: "", commit: OLD });
  expect(await resolveRef({ commit: OLD, branch: "main" }, list)).toEqual({ name: "main", commit: OLD });
  expect(asked).toEqual([]);
});

test.each([
  [{ branch: "mian" }, 'branch "mian" not found; did you mean main?'],
  [{ branch: "Main" }, 'branch "Main" not found; did you mean main?'],
  [{ branch: "refs/heads/main" }, 'branch "refs/heads/main" not found; write it without refs/: main'],
  [{ branch: "v1.0.0" }, 'branch "v1.0.0" not found; there is a tag of this name: write ref.tag instead of ref.branch'],
  [{ tag: "1.0.0" }, 'tag "1.0.0" not found; did you mean v1.0.0?'],
  [{ tag: "something-else" }, 'tag "something-else" not found; there are v1.0.0, light'],
])("the ref %j that is missing is named with what may have been meant", async (ref, message) => {
  await expect(resolveRef(ref, server().list)).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND", message });
});

test("an empty repository is told", async () => {
  const empty = server([{ name: "HEAD", oid: undefined, target: "refs/heads/main" }]).list;
  await expect(resolveRef(undefined, empty)).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND", message: expect.stringContaining("no commit yet") as string });
  await expect(resolveRef({ branch: "main" }, empty)).rejects.toMatchObject({ message: 'branch "main" not found; the repository has no branches' });
});
