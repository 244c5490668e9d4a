import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, test } from "vitest";
import { runGit } from "../../src/sandbox/git-repo.ts";
import { configMap, deployment } from "../support/manifests.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

describe.concurrent("driftless up --once", () => {
  test("tells the whole story, ends with 0 and leaves nothing running", async ({ expect }) => {
    const { code, out, running, left } = await up();
    const story = [
      /nodes are up at https:/,
      /the operator runs as ServiceAccount driftless-system\/driftless; .*shop\/shop-deployer/,
      /A commit becomes live objects/, /fetched main@[0-9a-f]{7} by Ada Lovelace/, /rendered 15 objects/, /planned: 15 writes, 0 deletes/, /applied: 15 changes, 0 failures/, /Ready: 15 objects of main@[0-9a-f]{7} live and healthy/,
      /\$ git push/, /fetched main@[0-9a-f]{7} by Grace Hopper/, /planned: 1 write, 0 deletes, 14 unchanged/, /Ready: 15 objects/,
      /\$ kubectl -n shop set image/, /Deployment shop\/web: \S+\/image "\S+:1\.5\.0" → "\S+:hotfix" by alice@example\.com \(kubectl set\)/, /back as the source wants it/,
      /\$ kubectl -n shop scale/, /Deployment shop\/cart: \/spec\/replicas 2 → 5 by alice@example\.com \(kubectl scale\)/, /back as the source wants it/,
      /\$ kubectl -n shop set env/, /env\[name=DEBUG\] .* added by alice@example\.com \(kubectl set\)/, /back as the source wants it/,
      /\$ kubectl -n shop delete service\/checkout/, /reverted Service shop\/checkout: deleted by alice@example\.com \(kubectl delete\)/, /back as the source wants it/,
      /Summary/, /By hand: a deleted Service → reverted/, /in all/,
    ];
    expect(missingIn(out, story), out).toBe(undefined);
    expect(code).toBe(0);
    expect(running).toBeGreaterThan(5); // else the next line would say nothing
    expect(left).toEqual([]);
  });

  test("--repo applies the commits of a folder and warns of what is not committed", async ({ expect }) => {
    const dir = await repository();
    const { code, out, left } = await up("--repo", dir, "--path", "deploy");
    await rm(dir, { recursive: true });
    expect(missingIn(out, [/1 uncommitted change in \S+: only what is committed is applied/, /serving the commits of \S+ at http:\S+, branch trunk/, /by Some Body/, /Ready: 2 objects of \S+@[0-9a-f]{7} live and healthy/, /Summary/]), out).toBe(undefined);
    expect(code).toBe(0);
    expect(left).toEqual([]);
  });

  test("ends with 1 and the reason when a step does not work", async ({ expect }) => {
    const dir = await repository();
    const { code, out, err, left } = await up("--repo", dir, "--path", "nowhere");
    await rm(dir, { recursive: true });
    expect(err).toMatch(/error: .*nowhere/);
    expect(out).toMatch(/✗ +\S+ +Your commit → healthy/);
    expect(code).toBe(1);
    expect(left).toEqual([]);
  });
});

/** The first of these that the text does not have after the ones before it. */
function missingIn(out: string, story: readonly RegExp[]): RegExp | undefined {
  let from = 0;
  return story.find((part) => {
    const found = part.exec(out.slice(from));
    from += found === null ? 0 : found.index + found[0].length;
    return found === null;
  });
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Number of processes of that run while it had a cluster. */
  readonly running: number;
  /** Processes and folders of that run that are still there. */
  readonly left: readonly string[];
}

async function up(...more: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, "up", "--once", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  const marks = [`-${child.pid}-`]; // in the names of the cluster's folders, which its commands name
  let running = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    const [, dir] = /log: (\S+)\/operator\.log/.exec(chunk.toString("utf8")) ?? [];
    if (dir === undefined) return;
    marks.push(dir);
    void processesWith(marks).then(({ length }) => (running = length));
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close") as Promise<[number | null]>]); // the event's arguments
  return { code, out, err, running, left: [...(await processesWith(marks)), ...(await foldersWith(marks))] };
}

async function processesWith(marks: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"], { maxBuffer: 16 * 1024 ** 2 });
  return stdout.split("\n").filter((line) => marks.some((mark) => line.includes(mark)));
}

async function foldersWith(marks: readonly string[]): Promise<string[]> {
  const all = await Promise.all([tmpdir(), "/dev/shm"].map(async (parent) => (await readdir(parent).catch(() => [])).map((name) => join(parent, name))));
  return all.flat().filter((path) => marks.some((mark) => path.includes(mark)));
}

/** A repository with a work tree, a commit on the branch trunk, and a change that is not committed. */
async function repository(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
  const git = (...args: string[]): Promise<string> => runGit(["-C", dir, "-c", "user.name=Some Body", "-c", "user.email=body@example.com", ...args]);
  await git("init", "--quiet", "--initial-branch=trunk");
  await mkdir(join(dir, "deploy"));
  await writeFile(join(dir, "deploy/web.yaml"), JSON.stringify(deployment("web")));
  await writeFile(join(dir, "deploy/a.yaml"), JSON.stringify(configMap("a")));
  await git("add", ".");
  await git("commit", "--quiet", "-m", "first");
  await writeFile(join(dir, "deploy/a.yaml"), JSON.stringify(configMap("a", { value: "not committed" })));
  return dir;
}
