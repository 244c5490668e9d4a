import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { commitFiles, runGit } from "../../../src/sandbox/git-repo.ts";
import type { GitRemoteSpec, GitRepositories } from "../../../sources/git/git-source.ts";
import type { GitRef } from "../../../src/api/git-source.ts";
import type { Artifact } from "../../../sources/source.ts";
import { startAlteringProxy } from "../../support/altering-proxy.ts";
import { commitHistory, contentOf, gitRepositories, gitServer, noSignal } from "../../support/git-fixture.ts";

const specOf = (url: string, ref?: GitRef): GitRemoteSpec => ({ url, timeoutMs: 30_000, ref });

async function get(repositories: GitRepositories, spec: GitRemoteSpec): Promise<Artifact> {
  return repositories.fetch(spec, await repositories.lookUp(spec, noSignal()), noSignal());
}

test("the default branch is fetched with what people want to know of its commit", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  const date = new Date("2026-03-04T05:06:07Z");
  const files = { "README.md": "shop\n", "base/app.yaml": "kind: Deployment\n", "base/empty": "", link: { content: "base", mode: "120000" as const } };
  const commit = await commitFiles(repo.dir, files, { message: "add the shop\n\nand more", author: "Ada Lovelace <ada@example.com>", date });
  const { repositories } = await gitRepositories();
  const artifact = await get(repositories, specOf(repo.url));
  expect(artifact.revision).toBe(`main@sha1:${commit}`);
  expect(artifact.digest).toBe(`sha1:${(await runGit(["--git-dir", repo.dir, "rev-parse", "main^{tree}"])).trim()}`);
  expect(artifact.commit).toEqual({ oid: commit, author: "Ada Lovelace <ada@example.com>", message: "add the shop", committedAt: date });
  expect(artifact.tree.entry("link")?.kind).toBe("symlink");
  expect(Buffer.from(artifact.tree.read("link") ?? "").toString()).toBe("base");
  expect(contentOf(artifact)).toMatchObject({ "README.md": "shop\n", "base/app.yaml": "kind: Deployment\n", "base/empty": "" });
});

test("paths that lead nowhere give undefined", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { "a/b": "x", link: { content: "a", mode: "120000" } });
  const { repositories } = await gitRepositories();
  const { tree } = await get(repositories, specOf(repo.url));
  for (const path of ["b", "a/c", "a/b/c", "a/", "/a", "a//b", ".", "..", "a/..", "link/b"]) expect(tree.entry(path)).toBeUndefined();
  for (const path of ["", "a", "nothing"]) expect(tree.read(path)).toBeUndefined();
  for (const path of ["a/b", "link", "nothing"]) expect(tree.list(path)).toBeUndefined();
  expect(tree.entry("")).toEqual({ name: "", kind: "directory", id: tree.id });
});

test("a change of one file costs one look-up and one fetch of less than a kilobyte", async () => {
  const { server, requests } = await gitServer();
  const repo = await server.createRepo("shop");
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, number) => [`apps/${number % 10}/file-${number}.yaml`, `number: ${number}\n${Math.sin(number)}\n`]));
  await commitFiles(repo.dir, files);
  const proxy = await startAlteringProxy(server.url, () => ({}));
  const { repositories } = await gitRepositories();
  const spec = specOf(`${proxy.url}/shop.git`);
  const before = await get(repositories, spec);
  await commitFiles(repo.dir, { "apps/3/file-3.yaml": "changed\n" });
  requests.length = 0;
  proxy.exchanges.length = 0;
  const after = await get(repositories, spec);
  expect(requests.map(({ method }) => method)).toEqual(["POST", "POST"]);
  expect(proxy.exchanges.reduce((sum, { body, requestBody }) => sum + body.length + requestBody.length, 0)).toBeLessThan(1024);
  expect(contentOf(after)).toEqual({ ...files, "apps/3/file-3.yaml": "changed\n" });
  expect(contentOf(before)).toEqual(files);
  expect(after.tree.entry("apps/4")).toEqual(before.tree.entry("apps/4"));
});

test("a commit that is here costs no request", async () => {
  const { server, requests } = await gitServer();
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { a: "1" });
  const { repositories } = await gitRepositories();
  const spec = specOf(repo.url);
  const resolved = await repositories.lookUp(spec, noSignal());
  const first = await repositories.fetch(spec, resolved, noSignal());
  requests.length = 0;
  expect((await repositories.fetch(spec, resolved, noSignal())).digest).toBe(first.digest);
  expect(requests).toEqual([]);
});

test("sources that ask at the same time share requests", async () => {
  const { server, requests } = await gitServer();
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { a: "1" });
  const { repositories } = await gitRepositories();
  const artifacts = await Promise.all(Array.from({ length: 10 }, () => get(repositories, specOf(repo.url))));
  expect(new Set(artifacts.map(({ revision }) => revision)).size).toBe(1);
  expect(requests.map(({ method }) => method)).toEqual(["GET", "POST", "POST"]);
});

test("branches, plain tags, annotated tags and tags of tags are followed to their commits", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  const first = await commitFiles(repo.dir, { a: "1" });
  const second = await commitFiles(repo.dir, { a: "2" }, { branch: "release/1.0" });
  const git = (...args: string[]): Promise<string> => runGit(["--git-dir", repo.dir, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args]);
  await git("tag", "plain", first);
  await git("tag", "-a", "-m", "annotated", "v1", second);
  await git("tag", "-a", "-m", "nested", "v1-again", "v1");
  const { repositories } = await gitRepositories();
  const follow = async (ref: GitRef): Promise<string[]> => {
    const artifact = await get(repositories, specOf(repo.url, ref));
    return [artifact.revision, contentOf(artifact)["a"] ?? ""];
  };
  expect(await follow({ branch: "release/1.0" })).toEqual([`release/1.0@sha1:${second}`, "2"]);
  expect(await follow({ tag: "plain" })).toEqual([`plain@sha1:${first}`, "1"]);
  expect(await follow({ tag: "v1" })).toEqual([`v1@sha1:${second}`, "2"]);
  expect(await follow({ tag: "v1-again" })).toEqual([`v1-again@sha1:${second}`, "2"]);
  expect(await follow({ commit: first })).toEqual([`sha1:${first}`, "1"]);
  expect(await follow({ commit: first, branch: "main" })).toEqual([`main@sha1:${first}`, "1"]);
});

test("a tag that leads to a tree is an error that says so", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { a: "1" });
  await runGit(["--git-dir", repo.dir, "tag", "odd", "main^{tree}"]);
  const { repositories } = await gitRepositories();
  await expect(get(repositories, specOf(repo.url, { tag: "odd" }))).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND", message: expect.stringContaining("is a tree, not a commit") as string });
});

test("a branch that was force-pushed to unrelated history is followed", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { a: "1", b: "2" });
  const { repositories } = await gitRepositories();
  await get(repositories, specOf(repo.url));
  await commitFiles(repo.dir, { c: "3" }, { branch: "other" });
  await runGit(["--git-dir", repo.dir, "update-ref", "refs/heads/main", "refs/heads/other"]);
  expect(contentOf(await get(repositories, specOf(repo.url)))).toEqual({ c: "3" });
});

test("a branch that goes back to an earlier state is followed", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  const { repositories } = await gitRepositories();
  for (const content of ["1", "2", "1", "2", "1"]) {
    await commitFiles(repo.dir, { a: content, [`b${content}`]: content }, { replace: true });
    expect(contentOf(await get(repositories, specOf(repo.url)))).toEqual({ a: content, [`b${content}`]: content });
  }
});

test("what is missing is named", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  const { repositories } = await gitRepositories();
  await expect(get(repositories, specOf(repo.url))).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND", message: expect.stringContaining(`${repo.url}: the repository has no default branch or no commit yet`) as string });
  await commitFiles(repo.dir, { a: "1" });
  await expect(get(repositories, specOf(repo.url, { branch: "mian" }))).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND", message: `${repo.url}: branch "mian" not found; did you mean main?` });
  const nowhere = "0123456789abcdef0123456789abcdef01234567";
  await expect(get(repositories, specOf(repo.url, { commit: nowhere }))).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND", message: expect.stringContaining("check ref.commit, or name its branch in ref.branch too") as string });
  await expect(get(repositories, specOf(repo.url, { commit: nowhere, branch: "main" }))).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND", message: expect.stringContaining('not among the last 500 commits of branch "main"') as string });
});

test("a commit that the server does not give out by id is found in its branch", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  const commits = await commitHistory(repo.dir, Array.from({ length: 60 }, (_, number) => ({ a: `${number}` })));
  const tip = commits.at(-1) ?? "";
  const proxy = await startAlteringProxy(server.url, ({ requestBody, headers, body }) => {
    const wants = [...requestBody.toString("latin1").matchAll(/want ([0-9a-f]{40})/g)].map((match) => match[1]);
    return wants.every((want) => want === tip) ? { headers, body } : { headers, body: Buffer.from(`0045ERR upload-pack: not our ref ${wants[0]}`) };
  });
  const { repositories } = await gitRepositories();
  const follow = (commit: string): Promise<Artifact> => get(repositories, specOf(`${proxy.url}/shop.git`, { commit, branch: "main" }));
  expect(contentOf(await follow(commits[40] ?? ""))).toEqual({ a: "40" });
  expect(contentOf(await follow(commits[2] ?? ""))).toEqual({ a: "2" });
  await expect(get(repositories, specOf(`${proxy.url}/shop.git`, { commit: commits[1] ?? "" }))).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND" });
});

test("after a restart an artifact opens without network, and the next change is still small", async () => {
  const { server, requests } = await gitServer();
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { a: "1", "b/c": "2" });
  const before = await gitRepositories();
  const spec = specOf(repo.url);
  const resolved = await before.repositories.lookUp(spec, noSignal());
  const fetched = await before.repositories.fetch(spec, resolved, noSignal());
  await before.repositories.close();
  requests.length = 0;
  const { repositories } = await gitRepositories({ cacheDir: before.cacheDir });
  const opened = await repositories.open(spec, resolved);
  expect(opened).toMatchObject({ revision: fetched.revision, digest: fetched.digest, commit: fetched.commit });
  expect(opened === undefined ? {} : contentOf(opened)).toEqual({ a: "1", "b/c": "2" });
  expect(requests).toEqual([]);
  expect(await repositories.open(spec, { name: "main", commit: "f".repeat(40) })).toBeUndefined();
  await commitFiles(repo.dir, { a: "3" });
  expect(contentOf(await get(repositories, spec))).toEqual({ a: "3", "b/c": "2" });
});

async function storeFiles(cacheDir: string): Promise<{ path: string; name: string }[]> {
  const [store = ""] = await readdir(cacheDir);
  return (await readdir(join(cacheDir, store))).map((name) => ({ name, path: join(cacheDir, store, name) }));
}

test.each(["manifest.json", ".pack", ".idx"])("a cache whose %s is damaged is dropped and fetched again, without an error", async (suffix) => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { a: "1" });
  const before = await gitRepositories();
  const spec = specOf(repo.url);
  const resolved = await before.repositories.lookUp(spec, noSignal());
  await before.repositories.fetch(spec, resolved, noSignal());
  await before.repositories.close();
  const damaged = (await storeFiles(before.cacheDir)).find(({ name }) => name.endsWith(suffix))?.path ?? "";
  const bytes = await readFile(damaged);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 0x55, bytes.length >> 1);
  await writeFile(damaged, bytes);
  const { repositories, logger } = await gitRepositories({ cacheDir: before.cacheDir });
  expect(await repositories.open(spec, resolved)).toBeUndefined();
  expect(logger.lines.map(({ message }) => message)).toEqual(["a stored repository is damaged; it is fetched again"]);
  expect(contentOf(await repositories.fetch(spec, resolved, noSignal()))).toEqual({ a: "1" });
});

test("what a crash left half written is cleared away", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { a: "1" });
  const before = await gitRepositories();
  const artifact = await get(before.repositories, specOf(repo.url));
  await before.repositories.close();
  const [known] = await storeFiles(before.cacheDir);
  const directory = join(known?.path ?? "", "..");
  await writeFile(join(directory, "incoming-9"), "half a pack");
  await writeFile(join(directory, `${"a".repeat(40)}.pack`), "never published");
  const { repositories } = await gitRepositories({ cacheDir: before.cacheDir });
  expect((await repositories.open(specOf(repo.url), { name: "main", commit: artifact.commit.oid }))?.digest).toBe(artifact.digest);
  expect((await storeFiles(before.cacheDir)).map(({ name }) => name).filter((name) => !/^(manifest\.json|[0-9a-f]{40}\.(pack|idx))$/.test(name) || name.startsWith("aaaa"))).toEqual([]);
});

test("through many changes the store stays small in files, and every artifact stays readable while it is held", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  const { repositories, cacheDir, logger } = await gitRepositories();
  const filler = Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`dir/file-${number}`, `${number}`]));
  const held: Artifact[] = [];
  const states = Array.from({ length: 40 }, (_, number) => ({ ...filler, "dir/changing": `state ${number}` }));
  for (const commit of await commitHistory(repo.dir, states)) {
    held.push(await get(repositories, specOf(repo.url, { commit })));
    const packs = (await storeFiles(cacheDir)).filter(({ name }) => name.endsWith(".pack"));
    expect(packs.length).toBeLessThanOrEqual(1 + 16 + 2);
  }
  for (const [number, artifact] of held.entries()) expect(contentOf(artifact)).toEqual(states[number]);
  expect(logger.lines).toEqual([]);
  await repositories.close();
  const reopened = await gitRepositories({ cacheDir });
  for (const [number, { commit }] of held.entries()) {
    const artifact = await reopened.repositories.open(specOf(repo.url), { name: "main", commit: commit.oid });
    expect(artifact?.tree.read("dir/changing")?.toString()).toBe(`state ${number}`);
  }
});

test("when too much has gathered everything is fetched anew, and what was fetched before stays readable", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  const { repositories, cacheDir } = await gitRepositories({ objectCacheBytes: 0 });
  const spec = specOf(repo.url);
  await commitFiles(repo.dir, { small: "1" });
  const first = await get(repositories, spec);
  await commitFiles(repo.dir, { large: randomBytes(2 << 20) });
  await get(repositories, spec);
  await commitFiles(repo.dir, { large: "gone" });
  expect(contentOf(await get(repositories, spec))).toEqual({ small: "1", large: "gone" });
  expect((await storeFiles(cacheDir)).filter(({ name }) => name.endsWith(".pack"))).toHaveLength(1);
  expect(contentOf(first)).toEqual({ small: "1" });
});

test("repositories that nothing refers to any more are forgotten, on disk too", async () => {
  const { server } = await gitServer();
  const [kept, dropped] = [await server.createRepo("kept"), await server.createRepo("dropped")];
  for (const repo of [kept, dropped]) await commitFiles(repo.dir, { a: "1" });
  const { repositories, cacheDir } = await gitRepositories({ objectCacheBytes: 0 });
  await get(repositories, specOf(kept.url));
  const artifact = await get(repositories, specOf(dropped.url));
  await mkdir(join(cacheDir, "0".repeat(40)));
  await repositories.retain([specOf("not an address"), specOf(kept.url)]);
  expect(await readdir(cacheDir)).toHaveLength(1);
  expect(contentOf(await get(repositories, specOf(kept.url)))).toEqual({ a: "1" });
  expect(contentOf(artifact)).toEqual({ a: "1" });
  expect(contentOf(await get(repositories, specOf(dropped.url)))).toEqual({ a: "1" });
});

test.runIf(process.platform === "linux")("files of superseded packs are closed when the last artifact on them is gone", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  const { repositories, cacheDir } = await gitRepositories();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void; // what the flag makes available
  const open = async (): Promise<number> => {
    const links = await Promise.all((await readdir("/proc/self/fd")).map((descriptor) => readlink(`/proc/self/fd/${descriptor}`).catch(() => "")));
    return links.filter((link) => link.startsWith(cacheDir) && link.includes(".pack")).length;
  };
  const states = Array.from({ length: 20 }, (_, number) => ({ a: `${number}` }));
  for (const commit of await commitHistory(repo.dir, states)) await get(repositories, specOf(repo.url, { commit }));
  const stored = (await storeFiles(cacheDir)).filter(({ name }) => name.endsWith(".pack")).length;
  await vi.waitFor(async () => {
    collect();
    expect(await open()).toBe(stored);
  }, 10_000);
});

test("after closing, reads fail instead of reading from another file", async () => {
  const { server } = await gitServer();
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { a: "1" });
  const { repositories } = await gitRepositories({ objectCacheBytes: 0 });
  const { tree } = await get(repositories, specOf(repo.url));
  await repositories.close();
  expect(() => tree.read("a")).toThrow(/after its repository was closed/);
});
