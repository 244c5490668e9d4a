import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCertificateAuthority } from "../../../src/sandbox/certificates.ts";
import { isolatedGitEnvironment } from "../../../src/sandbox/git-backend.ts";
import { commitFiles, runGit } from "../../../src/sandbox/git-repo.ts";
import { startGitServer, type GitServer } from "../../../src/sandbox/git-server.ts";

let server: GitServer;
let dir: string;
const requests: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "git-"));
  server = await startGitServer({ onRequest: ({ method, target, headers }) => requests.push([method, target, headers["git-protocol"]].join(" ")) });
});

afterAll(async () => {
  await server?.stop();
  await rm(dir, { recursive: true, force: true });
});

const git = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)("git", args, { env: { ...isolatedGitEnvironment(), HOME: dir } })).stdout;

test("commits become visible to a clone, by protocol version 2", async () => {
  const { url, dir: repo } = await server.createRepo("shop");
  const first = await commitFiles(repo, { "a.yaml": "a: 1\n", "base/b.yaml": "b: 1\n", 'odd "name".yaml': "c: 1\n" });
  const second = await commitFiles(
    repo,
    { "base/b.yaml": null, "run.sh": { content: "#!/bin/sh\n", mode: "100755" }, link: { content: "a.yaml", mode: "120000" } },
    { message: "second\n\nbody", author: "Ada Lovelace <ada@example.com>", date: new Date("2026-01-02T03:04:05Z") },
  );
  const clone = join(dir, "shop");
  await git("clone", "--quiet", url, clone);
  expect(await git("-C", clone, "log", "--format=%H %an %ae %aI %s")).toMatch(
    new RegExp(`^${second} Ada Lovelace ada@example.com 2026-01-02T03:04:05(Z|\\+00:00) second\n${first} Sandbox`),
  );
  expect((await git("-C", clone, "ls-files", "-z")).split("\0").filter(Boolean)).toEqual(["a.yaml", "link", 'odd "name".yaml', "run.sh"]);
  expect((await stat(join(clone, "run.sh"))).mode & 0o111).not.toBe(0);
  expect(await readFile(join(clone, "link"), "utf8")).toBe("a: 1\n");
  expect(requests).toContain("GET /shop.git/info/refs?service=git-upload-pack version=2");
});

test("a push arrives", async () => {
  const { url, dir: repo } = await server.createRepo("pushed");
  const work = join(dir, "pushed");
  await git("clone", "--quiet", url, work);
  await writeFile(join(work, "big.txt"), "0123456789abcdef\n".repeat(200_000));
  await git("-C", work, "add", ".");
  await git("-C", work, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "-m", "pushed");
  await git("-C", work, "push", "--quiet", "origin", "HEAD:main");
  expect(await runGit(["--git-dir", repo, "log", "--format=%s", "main"])).toBe("pushed\n");
});

test("a partial clone and any commit by its id are served", async () => {
  const { url, dir: repo } = await server.createRepo("partial");
  const old = await commitFiles(repo, { "a.yaml": "a: 1\n" });
  await commitFiles(repo, { "a.yaml": "a: 2\n" });
  const clone = join(dir, "partial");
  await git("clone", "--quiet", "--no-checkout", "--filter=blob:none", "--depth=1", url, clone);
  await git("-C", clone, "fetch", "--quiet", "--depth=1", "origin", old);
  expect(await git("-C", clone, "rev-parse", "FETCH_HEAD")).toBe(`${old}\n`);
});

test("branches are separate and replace leaves nothing else", async () => {
  const { dir: repo } = await server.createRepo("branches");
  await commitFiles(repo, { "a.yaml": "a: 1\n", "b.yaml": "b: 1\n" });
  await commitFiles(repo, { "c.yaml": "c: 1\n" }, { branch: "feature/x" });
  await commitFiles(repo, { "d.yaml": "d: 1\n" }, { replace: true });
  expect(await runGit(["--git-dir", repo, "ls-tree", "-r", "--name-only", "feature/x"])).toBe("c.yaml\n");
  expect(await runGit(["--git-dir", repo, "ls-tree", "-r", "--name-only", "main"])).toBe("d.yaml\n");
});

test("password and bearer token are asked for", async () => {
  await using basic = await startGitServer({ auth: { username: "git", password: "p:w" } });
  const { url, dir: repo } = await basic.createRepo("private");
  await commitFiles(repo, { "a.yaml": "a: 1\n" });
  await expect(git("ls-remote", url)).rejects.toThrow(/could not read Username/);
  expect(await git("ls-remote", url.replace("://", "://git:p%3Aw@"))).toContain("refs/heads/main");
  await expect(git("ls-remote", url.replace("://", "://git:wrong@"))).rejects.toThrow(/Authentication failed/);

  await using bearer = await startGitServer({ auth: { bearer: "t0ken" }, root: basic.root });
  await expect(git("ls-remote", `${bearer.url}/private.git`)).rejects.toThrow();
  const header = "http.extraHeader=Authorization: Bearer t0ken";
  expect(await git("-c", header, "ls-remote", `${bearer.url}/private.git`)).toContain("refs/heads/main");
});

test("TLS with a certificate of one's own authority", async () => {
  const ca = await createCertificateAuthority("test");
  const caFile = join(dir, "ca.crt");
  await writeFile(caFile, ca.certPem);
  await using tls = await startGitServer({ tls: await ca.issueServer(["127.0.0.1"]) });
  const { url, dir: repo } = await tls.createRepo("secure");
  await commitFiles(repo, { "a.yaml": "a: 1\n" });
  expect(url).toMatch(/^https:/);
  expect(await git("-c", `http.sslCAInfo=${caFile}`, "ls-remote", url)).toContain("refs/heads/main");
  await expect(git("ls-remote", url)).rejects.toThrow(/certificate/);
});

test("a repository that does not exist is not found", async () => {
  await expect(git("ls-remote", `${server.url}/none.git`)).rejects.toThrow(/not found/);
  await expect(git("ls-remote", `${server.url}/../etc.git`)).rejects.toThrow();
});

test("a wrong input of fast-import becomes an error", async () => {
  const { dir: repo } = await server.createRepo("wrong");
  await expect(commitFiles(repo, { "a.yaml": "x" }, { branch: "no..branch" })).rejects.toThrow(/fast-import.*ended with/);
});
