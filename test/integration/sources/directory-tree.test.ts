import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runGit } from "../../../src/sandbox/git-repo.ts";
import { DirectoryTree } from "../../../sources/directory-tree.ts";
import { temporaryDirectory } from "../../support/git-fixture.ts";

async function example(): Promise<string> {
  const root = await temporaryDirectory();
  await mkdir(join(root, "base/empty/er"), { recursive: true });
  await mkdir(join(root, "overlays/prod"), { recursive: true });
  await writeFile(join(root, "base/app.yaml"), "kind: Deployment\n");
  await writeFile(join(root, "base.yaml"), "a: 1\n");
  await writeFile(join(root, "base-x"), "");
  await writeFile(join(root, "overlays/prod/run.sh"), "#!/bin/sh\n");
  await chmod(join(root, "overlays/prod/run.sh"), 0o755);
  await symlink("base", join(root, "link"));
  await symlink("/etc/hostname", join(root, "outside"));
  return root;
}

test("ids of files, links and directories are those that git gives them", async () => {
  const root = await example();
  const git = (...args: string[]): Promise<string> => runGit(["--git-dir", join(root, ".git"), "--work-tree", root, ...args]);
  await runGit(["init", "--quiet", root]);
  await git("add", "--all", root);
  const tree = (await git("write-tree")).trim();
  const directory = new DirectoryTree(root);
  expect(directory.id).toBe(tree);
  const listed = (await git("ls-tree", "-r", "-t", tree)).trim().split("\n");
  for (const line of listed) {
    const [, id, path] = /^\d+ \w+ ([0-9a-f]+)\t(.*)$/.exec(line) ?? [];
    expect([path, directory.entry(path ?? "")?.id]).toEqual([path, id]);
  }
  expect(directory.list("")?.map(({ name }) => name)).toEqual(["base-x", "base.yaml", "base", "link", "outside", "overlays"]);
});

test("files are read, links are entries whose target is told and never followed, and nothing outside is reached", async () => {
  const tree = new DirectoryTree(await example());
  expect(Buffer.from(tree.read("base/app.yaml") ?? "").toString()).toBe("kind: Deployment\n");
  expect(tree.entry("link")?.kind).toBe("symlink");
  expect(Buffer.from(tree.read("link") ?? "").toString()).toBe("base");
  expect(Buffer.from(tree.read("outside") ?? "").toString()).toBe("/etc/hostname");
  for (const path of ["base", "nothing", "link/app.yaml", "../x", "base/../base.yaml", "/etc/hostname", "./base.yaml"]) expect(tree.read(path)).toBeUndefined();
  for (const path of ["link", "base.yaml", "..", "base/.."]) expect(tree.list(path)).toBeUndefined();
});

test("a directory that is not there is told", async () => {
  const root = await example();
  expect(() => new DirectoryTree(join(root, "nothing"))).toThrow(/there is no such directory/);
  expect(() => new DirectoryTree(join(root, "base.yaml"))).toThrow(/there is no such directory/);
});

test("the bounds are kept", async () => {
  const root = await example();
  expect(() => new DirectoryTree(root, { maxFileBytes: 4 }).read("base.yaml")).toThrow(/more than 4 bytes/);
  expect(() => new DirectoryTree(root, { maxEntries: 2 }).list("")).toThrow(/more than 2 entries/);
  expect(() => new DirectoryTree(root, { maxDepth: 1 }).id).toThrow(/nested deeper than 1/);
});
