import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commitFiles, runGit } from "../../../src/sandbox/git-repo.ts";
import type { GitRemoteSpec, GitRepositories } from "../../../sources/git/git-source.ts";
import { encodeLines, FLUSH } from "../../../sources/git/pkt-line.ts";
import type { Artifact } from "../../../sources/source.ts";
import { startAlteringProxy } from "../../support/altering-proxy.ts";
import type { Altered, Exchange } from "../../support/altering-proxy.ts";
import { contentOf, gitRepositories, gitServer, noSignal } from "../../support/git-fixture.ts";
import { encodeBand, encodeFetchAnswer } from "../../support/git-wire.ts";
import { buildPack, sealPack } from "../../support/pack-builder.ts";

const specOf = (url: string): GitRemoteSpec => ({ url, timeoutMs: 30_000 });
const isFetch = ({ requestBody }: Exchange): boolean => requestBody.includes("command=fetch");

async function get(repositories: GitRepositories, spec: GitRemoteSpec): Promise<Artifact> {
  return repositories.fetch(spec, await repositories.lookUp(spec, noSignal()), noSignal());
}

/** A repository behind a proxy that alters the answers to fetches while `active`. */
async function behindProxy(alter: (exchange: Exchange) => Altered): Promise<{ dir: string; spec: GitRemoteSpec; control: { active: boolean } }> {
  const { server } = await gitServer();
  const { dir } = await server.createRepo("shop");
  await commitFiles(dir, { "a.yaml": "a: 1\n", "dir/b.yaml": "b: 2\n" });
  const control = { active: true };
  const proxy = await startAlteringProxy(server.url, (exchange) => (control.active && isFetch(exchange) ? alter(exchange) : {}));
  return { dir, spec: specOf(`${proxy.url}/shop.git`), control };
}

const flipAt = (body: Buffer, at: number): Buffer => {
  const flipped = Buffer.from(body);
  flipped.writeUInt8(flipped.readUInt8(at) ^ 0x20, at);
  return flipped;
};

const bytesOf = (body: Buffer): { start: number; end: number } => ({ start: body.indexOf("PACK"), end: body.length - 4 });

test.each<[string, (exchange: Exchange) => Altered, string]>([
  ["cut in the middle of the pack, cleanly", ({ body }) => ({ body: body.subarray(0, bytesOf(body).start + 60) }), "GIT_PROTOCOL"],
  ["cut in the middle of the pack, with the connection", ({ body }) => ({ body: body.subarray(0, bytesOf(body).start + 60), ending: "cut" }), "GIT_UNREACHABLE"],
  ["without its last packet", ({ body }) => ({ body: body.subarray(0, -4) }), "GIT_PACK_INVALID"],
  ["with a byte of an object changed", ({ body }) => ({ body: flipAt(body, bytesOf(body).start + 40) }), "GIT_PACK_INVALID"],
  ["with a byte of the checksum changed", ({ body }) => ({ body: flipAt(body, bytesOf(body).end - 1) }), "GIT_PACK_INVALID"],
  ["that is an empty pack", () => ({ body: encodeFetchAnswer([], buildPack([])) }), "GIT_PACK_INVALID"],
  ["that is another pack", () => ({ body: encodeFetchAnswer([], buildPack([{ type: "blob", data: Buffer.from("x") }])) }), "GIT_PACK_INVALID"],
  ["that is no pack", () => ({ body: encodeFetchAnswer([], Buffer.alloc(500, "noise")) }), "GIT_PACK_INVALID"],
  ["that ends with an error of the server", ({ body }) => ({ body: Buffer.concat([body.subarray(0, -4), encodeBand(3, "fatal: out of memory"), FLUSH]) }), "GIT_PROTOCOL"],
  ["that is an error of the server", () => ({ body: Buffer.concat([encodeLines(["packfile"]), encodeBand(3, "fatal: bad object"), FLUSH]) }), "GIT_PROTOCOL"],
])("a fetch %s is an error, publishes nothing, and is made good by the next one", async (_what, alter, code) => {
  const { spec, control, dir } = await behindProxy(alter);
  const { repositories, cacheDir } = await gitRepositories();
  const resolved = await repositories.lookUp(spec, noSignal());
  await expect(repositories.fetch(spec, resolved, noSignal())).rejects.toMatchObject({ code, message: expect.stringContaining(spec.url) as string });
  expect(await repositories.open(spec, resolved)).toBeUndefined();
  const [store = ""] = await readdir(cacheDir);
  expect(await readdir(join(cacheDir, store))).toEqual([]);
  control.active = false;
  expect(contentOf(await get(repositories, spec))).toEqual({ "a.yaml": "a: 1\n", "dir/b.yaml": "b: 2\n" });
  await commitFiles(dir, { "a.yaml": "a: 2\n" });
  control.active = true;
  await expect(get(repositories, spec)).rejects.toMatchObject({ code });
  expect(await repositories.open(spec, resolved)).toBeDefined();
});

test("an incremental answer that lacks a base is replaced by a complete fetch", async () => {
  let attempts = 0;
  const { spec, dir } = await behindProxy(({ requestBody }) => {
    if (!requestBody.includes("have ")) return {};
    attempts++;
    return { body: encodeFetchAnswer([], buildPack([{ onObject: "f".repeat(40), delta: Buffer.from([1, 1, 1, 65]) }])) };
  });
  const { repositories, logger } = await gitRepositories();
  await get(repositories, spec);
  await commitFiles(dir, { "a.yaml": "a: 2\n" });
  expect(contentOf(await get(repositories, spec))).toEqual({ "a.yaml": "a: 2\n", "dir/b.yaml": "b: 2\n" });
  expect(attempts).toBe(1);
  expect(logger.lines.map(({ message }) => message)).toEqual(["an incremental fetch was not usable; fetching completely"]);
});

test.each<[string, object, string]>([
  ["a long pack", { maxPackBytes: 100 }, "maxPackBytes"],
  ["many objects", { maxObjects: 2 }, "maxObjects"],
  ["a large object", { maxObjectBytes: 100 }, "maxObjectBytes"],
  ["deep directories", { maxTreeDepth: 1 }, "maxTreeDepth"],
  ["many refs", { maxRefsBytes: 20 }, "maxRefsBytes"],
])("%s beyond the limit is an error that names it", async (_what, limits, name) => {
  const { server } = await gitServer();
  const { dir, url } = await server.createRepo("shop");
  await commitFiles(dir, { large: "x".repeat(300), "deep/er/est": "x" });
  const { repositories } = await gitRepositories({ limits });
  await expect(get(repositories, specOf(url))).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", message: expect.stringContaining(`limit ${name}`) as string });
});

/** Writes an object that git's porcelain would refuse, and a branch on it. */
async function commitRawTree(dir: string, entries: readonly { mode: string; name: string; oid: string }[]): Promise<void> {
  const tree = Buffer.concat(entries.map(({ mode, name, oid }) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")])));
  const id = (await runGit(["--git-dir", dir, "hash-object", "--literally", "-t", "tree", "-w", "--stdin"], tree)).trim();
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  const commit = (await runGit(["--git-dir", dir, ...who, "commit-tree", "-m", "odd", id])).trim();
  await runGit(["--git-dir", dir, "update-ref", "refs/heads/main", commit]);
}

test.each([
  [[{ mode: "100644", name: ".." }], "leads out of its directory"],
  [[{ mode: "100644", name: ".git" }], "is a spelling of .git"],
  [[{ mode: "40000", name: "GIT~1" }], "(?:is a spelling of .git|is a blob)"],
  [[{ mode: "100644", name: "a/b" }], "has a slash"],
  [[{ mode: "100644", name: "a" }, { mode: "100644", name: "a" }], "is there twice"],
  [[{ mode: "100600", name: "a" }], "has the unknown mode"],
  [[{ mode: "40000", name: "a" }], "the tree [0-9a-f]{40} is a blob"],
])("a commit with the entry %j is refused and nothing of it is published", async (entries, message) => {
  const { server } = await gitServer();
  const { dir, url } = await server.createRepo("shop");
  const blob = (await runGit(["--git-dir", dir, "hash-object", "-w", "--stdin"], Buffer.from("x"))).trim();
  await commitRawTree(dir, entries.map((entry) => ({ ...entry, oid: blob })));
  const { repositories, cacheDir } = await gitRepositories();
  const error = await get(repositories, specOf(url)).then(() => undefined, (thrown: unknown) => thrown as Error); // only errors are thrown
  // upload-pack itself may refuse to send what is broken enough
  expect(error?.message).toMatch(new RegExp(`${message}|the server stopped the fetch`));
  const [store = ""] = await readdir(cacheDir);
  expect(await readdir(join(cacheDir, store))).toEqual([]);
});

test("a tag that does not lead to the commit that the server says is refused", async () => {
  const { server } = await gitServer();
  const { dir } = await server.createRepo("shop");
  const honest = await commitFiles(dir, { a: "1" });
  const other = await commitFiles(dir, { a: "2" });
  await runGit(["--git-dir", dir, "-c", "user.name=a", "-c", "user.email=a@example.com", "tag", "-a", "-m", "one", "v1", honest]);
  const proxy = await startAlteringProxy(server.url, ({ requestBody, body }) => (requestBody.includes("command=ls-refs") ? { body: Buffer.from(body.toString("latin1").replace(`peeled:${honest}`, `peeled:${other}`), "latin1") } : {}));
  const { repositories } = await gitRepositories();
  await expect(get(repositories, { ...specOf(`${proxy.url}/shop.git`), ref: { tag: "v1" } })).rejects.toMatchObject({ code: "GIT_PROTOCOL", message: expect.stringContaining("does not lead to") as string });
});

test("a pack whose objects are not those that were asked for is found out by their ids", async () => {
  const { spec } = await behindProxy(({ body }) => {
    const { start } = bytesOf(body);
    const forged = sealPack(Buffer.concat([Buffer.from("PACK\0\0\0\u0002\0\0\0\0")]));
    return { body: encodeFetchAnswer([createHash("sha1").update(body.subarray(start)).digest("hex")], forged) };
  });
  const { repositories } = await gitRepositories();
  await expect(get(repositories, spec)).rejects.toMatchObject({ code: "GIT_PACK_INVALID", message: expect.stringContaining("without the wanted commit") as string });
});
