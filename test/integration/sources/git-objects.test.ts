import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { readObject, readTree } from "isomorphic-git";
import { expect, test } from "vitest";
import { commitFiles, runGit } from "../../../src/sandbox/git-repo.ts";
import type { FileChange } from "../../../src/sandbox/git-repo.ts";
import { parseCommit } from "../../../sources/git/git-objects.ts";
import { indexPack } from "../../../sources/git/index-pack.ts";
import { DEFAULT_LIMITS } from "../../../sources/git/limits.ts";
import { hashObject } from "../../../sources/git/oid.ts";
import { PackFile } from "../../../sources/git/pack-file.ts";
import { Lru } from "../../../sources/git/lru.ts";
import { Snapshot } from "../../../sources/git/snapshot.ts";
import { parseTree } from "../../../sources/git/tree-object.ts";
import { contentOf, gitRepositories, gitServer, noSignal, temporaryDirectory } from "../../support/git-fixture.ts";

const path = fc.stringMatching(/^[a-z]{1,3}(\/[a-z.-]{1,8}x){0,3}$/);
const text = fc.array(fc.constantFrom("replicas: 1\n", "replicas: 2\n", "image: nginx\n", "  name: cart\n", "ü\n"), { maxLength: 60 }).map((lines) => lines.join(""));
const change: fc.Arbitrary<FileChange> = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: text.map((content) => ({ content, mode: "100755" as const })) },
  { weight: 1, arbitrary: fc.constant({ content: "target", mode: "120000" as const }) },
);
const changes = fc.dictionary(path, change, { minKeys: 1, maxKeys: 12 });
/** A path that is a file here and a directory there leaves one of the two in the commit: both are right. */
const history = fc.array(fc.record({ files: changes, branch: fc.constantFrom("main", "side") }), { minLength: 1, maxLength: 6 });

async function filesByGit(dir: string, commit: string): Promise<Record<string, string>> {
  const listed = (await runGit(["--git-dir", dir, "ls-tree", "-r", "-z", commit])).split("\0").filter((line) => line !== "");
  const files: Record<string, string> = {};
  for (const line of listed) {
    const [, mode = "", oid = "", name = ""] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    files[name] = mode === "120000" ? `symlink ${oid}` : oid;
  }
  return files;
}

test("every state of a generated history is read as git reads it, through incremental fetches", async () => {
  const { server } = await gitServer();
  let number = 0;
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const repo = await server.createRepo(`repo-${number++}`);
      const { repositories } = await gitRepositories();
      for (const { files, branch } of steps) {
        const commit = await commitFiles(repo.dir, files, { branch });
        const spec = { url: repo.url, ref: { branch }, timeoutMs: 30_000 };
        const artifact = await repositories.fetch(spec, await repositories.lookUp(spec, noSignal()), noSignal());
        const content = contentOf(artifact);
        const ids = Object.fromEntries(Object.entries(content).map(([name, value]) => [name, value.startsWith("symlink ") ? value : hashObject("blob", Buffer.from(value, "latin1"))]));
        expect(ids).toEqual(await filesByGit(repo.dir, commit));
      }
    }),
    { numRuns: 4, seed: 20_260_101 },
  );
});

/** A bare repository with one pack: merges, similar files (so deltas), tags, awkward names. */
async function packedRepository(): Promise<{ dir: string; pack: string }> {
  const dir = join(await temporaryDirectory(), "repo.git");
  await runGit(["init", "--quiet", "--bare", "--initial-branch=main", dir]);
  const lines = Array.from({ length: 400 }, (_, line) => `line ${line} ${createHash("sha1").update(`${line}`).digest("hex")}`);
  for (let version = 0; version < 12; version++) {
    lines[version * 7] = `changed in version ${version}`;
    await commitFiles(dir, { "big.txt": lines.join("\n"), [`dir-${version % 3}/file-${version}`]: lines.slice(version).join("\n"), "wéird näme": `${version}` }, { branch: version % 2 === 0 ? "main" : "side" });
  }
  const who = ["-c", "user.name=Grace Hopper", "-c", "user.email=grace@example.com"];
  const tree = (await runGit(["--git-dir", dir, "rev-parse", "main^{tree}"])).trim();
  const merge = (await runGit(["--git-dir", dir, ...who, "commit-tree", "-p", "main", "-p", "side", "-m", "merge side", tree])).trim();
  await runGit(["--git-dir", dir, "update-ref", "refs/heads/main", merge]);
  await runGit(["--git-dir", dir, ...who, "tag", "-a", "-m", "first", "v1", merge]);
  // a bitmap would keep pack-objects from making thin packs
  await runGit(["--git-dir", dir, "-c", "repack.writeBitmaps=false", "repack", "-adfq", "--depth=50", "--window=50"]);
  const [name = ""] = fs.readdirSync(join(dir, "objects/pack")).filter((file) => file.endsWith(".pack"));
  return { dir, pack: join(dir, "objects/pack", name) };
}

test("a pack of git is indexed as git does it, and every object reads as git and isomorphic-git read it", async () => {
  const { dir, pack } = await packedRepository();
  const file = new PackFile(pack);
  const index = await indexPack(file, { limits: DEFAULT_LIMITS });
  const verified = (await runGit(["verify-pack", "-v", pack])).split("\n").flatMap((line) => /^([0-9a-f]{40}) (\w+)\s+\d+ \d+ (\d+)/.exec(line)?.slice(1, 4).join(" ") ?? []);
  expect([...index.entries()].map(({ oid, type, offset }) => `${oid} ${type} ${offset}`).sort()).toEqual(verified.sort());
  expect((await runGit(["verify-pack", "-v", pack])).includes("chain length = 5")).toBe(true);
  const snapshot = new Snapshot([{ id: 1, name: index.packHash, origin: "Base", file, index }], new Lru(1 << 20));
  const cache = {};
  for (const { oid, type } of index.entries()) {
    const { data } = snapshot.read(oid);
    const second = await readObject({ fs, gitdir: dir, oid, format: "content", cache });
    expect(hashObject(type, data)).toBe(oid);
    expect(second.type).toBe(type);
    expect(Buffer.from(second.object as Uint8Array).equals(data)).toBe(true); // format "content" gives bytes
  }
  file.close();
});

test("trees and commits are parsed as isomorphic-git and git parse them", async () => {
  const { dir, pack } = await packedRepository();
  const file = new PackFile(pack);
  const index = await indexPack(file, { limits: DEFAULT_LIMITS });
  const snapshot = new Snapshot([{ id: 2, name: index.packHash, origin: "Base", file, index }], new Lru(1 << 20));
  const kinds = { blob: "file", tree: "directory", commit: "submodule" } as const;
  for (const { oid, type } of index.entries()) {
    if (type === "tree") {
      const { tree } = await readTree({ fs, gitdir: dir, oid });
      const theirs = tree.map((entry) => ({ name: entry.path, kind: kinds[entry.type], id: entry.oid }));
      expect(parseTree(snapshot.read(oid).data).sort((left, right) => (left.name < right.name ? -1 : 1))).toEqual(theirs.sort((left, right) => (left.name < right.name ? -1 : 1)));
    }
    if (type !== "commit") continue;
    const parsed = await parseCommit(snapshot, oid);
    const [tree, author, time, subject] = (await runGit(["--git-dir", dir, "show", "-s", "--format=%T%n%an <%ae>%n%ct%n%s", oid])).split("\n");
    expect(parsed).toEqual({ tree, info: { oid, author, message: subject, committedAt: new Date(Number(time) * 1000) } });
  }
  file.close();
});

test("a thin pack of git is completed from what is here", async () => {
  const { dir, pack } = await packedRepository();
  const base = new PackFile(pack);
  const stored = await indexPack(base, { limits: DEFAULT_LIMITS });
  const snapshot = new Snapshot([{ id: 3, name: stored.packHash, origin: "Base", file: base, index: stored }], new Lru(1 << 20));
  const before = (await runGit(["--git-dir", dir, "rev-parse", "main"])).trim();
  const big = (await runGit(["--git-dir", dir, "show", "main:big.txt"])).replace("line 399", "line three hundred and ninety-nine");
  const after = await commitFiles(dir, { "big.txt": big });
  const thinPath = join(await temporaryDirectory(), "thin.pack");
  const script = `git --git-dir "$1" pack-objects --thin --revs --stdout --delta-base-offset -q > "$2"`;
  await runShell(script, [dir, thinPath], `${after}\n^${before}\n`);
  const thin = new PackFile(thinPath);
  await expect(indexPack(thin, { limits: DEFAULT_LIMITS })).rejects.toMatchObject({ code: "GIT_PACK_INVALID", message: expect.stringContaining("neither in it nor in the store") as string });
  const index = await indexPack(thin, { limits: DEFAULT_LIMITS, external: (oid) => (snapshot.typeOf(oid) === undefined ? undefined : snapshot.read(oid)) });
  const both = snapshot.with({ id: 4, name: index.packHash, origin: "Increment", file: thin, index });
  const blob = hashObject("blob", Buffer.from(big));
  expect(both.read(blob).data.toString()).toBe(big);
  for (const file of [base, thin]) file.close();
});

async function runShell(script: string, parameters: readonly string[], input: string): Promise<void> {
  const { spawn } = await import("node:child_process");
  const child = spawn("sh", ["-c", script, "sh", ...parameters], { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(input);
  const code = await new Promise<number | null>((done) => child.on("close", done));
  expect(code).toBe(0);
}
