import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureTool, resolveAssets } from "../../../src/sandbox/assets.ts";
import { cacheRoot } from "../../../src/sandbox/cache-dir.ts";
import { withFileLock } from "../../../src/sandbox/file-lock.ts";
import { COMPONENTS } from "../../../src/sandbox/versions.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "assets-"));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** A `go` that takes half a second to "install" kwok into GOBIN and notes that it ran. */
async function fakeGo(script = 'echo run >> "$RUNS"; echo example.com/pkg; sleep 0.5; printf "#!/bin/sh\\n" > "$GOBIN/kwok"; chmod +x "$GOBIN/kwok"') {
  const bin = join(dir, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "go"), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, "go"), 0o755);
  return { PATH: `${bin}:${process.env["PATH"] ?? ""}`, RUNS: join(dir, "runs"), DRIFTLESS_CACHE: join(dir, "cache") };
}

test("the cache follows DRIFTLESS_CACHE, then XDG_CACHE_HOME", () => {
  expect(cacheRoot({ DRIFTLESS_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
  expect(cacheRoot({ XDG_CACHE_HOME: "/b" })).toBe("/b/driftless");
  expect(cacheRoot({})).toMatch(/\/\.cache\/driftless$/);
});

test("programs of KUBEBUILDER_ASSETS are used without a cache or a build", async () => {
  for (const name of COMPONENTS) await symlink("/bin/true", join(dir, name));
  const assets = await resolveAssets("api", { env: { KUBEBUILDER_ASSETS: dir, DRIFTLESS_CACHE: join(dir, "cache"), PATH: "" } });
  expect(assets.etcd).toBe(join(dir, "etcd"));
  expect(assets["kube-apiserver"]).toBe(join(dir, "kube-apiserver"));
  expect(assets.supervisor).toBe(undefined);
});

test("a second caller waits for the build of the first and gets its result", async () => {
  const env = await fakeGo();
  const lines: string[] = [];
  const options = { env, onProgress: (line: string) => lines.push(line) };
  const paths = await Promise.all([ensureTool("kwok", options), ensureTool("kwok", options)]);
  expect(paths[0]).toBe(paths[1]);
  await promisify(execFile)(paths[0]);
  expect(await readFile(env.RUNS, "utf8")).toBe("run\n");
  expect(lines).toContainEqual(`kwok v0.8.0: process ${process.pid} is building it already, waiting for its result`);
});

test("a failed build tells what Go said and leaves nothing in the cache", async () => {
  const env = await fakeGo('echo "go: no route to the module proxy" >&2; exit 3');
  await expect(ensureTool("kwok", { env })).rejects.toThrow(/kwok v0\.8\.0: go ended with 3[^]*no route to the module proxy/);
  const { stdout } = await promisify(execFile)("find", [env.DRIFTLESS_CACHE, "-type", "f"]);
  expect(stdout).toBe("");
});

test("without Go the error names the alternatives", async () => {
  const env = { PATH: "", GOROOT: dir, DRIFTLESS_CACHE: join(dir, "cache") };
  await expect(resolveAssets("api", { env })).rejects.toThrow(/no "go" on PATH.*Install Go.*KUBEBUILDER_ASSETS.*--kubeconfig/);
});

test("a build can be aborted", async () => {
  const env = await fakeGo("exec sleep 60");
  const controller = new AbortController();
  const abortion = new Error("enough");
  const building = ensureTool("kwok", { env, signal: controller.signal, onProgress: () => controller.abort(abortion) });
  await expect(building).rejects.toBe(abortion);
});

test("the lock of a process that died is broken", async () => {
  const lock = join(dir, "lock");
  const dead = promisify(execFile)("true");
  await dead;
  await writeFile(lock, JSON.stringify({ pid: dead.child.pid, host: hostname() }));
  await expect(withFileLock(lock, async () => "done")).resolves.toBe("done");
});

test("workers never hold the lock at the same time", async () => {
  const lock = join(dir, "lock");
  let holders = 0;
  const work = async (): Promise<number> => {
    holders++;
    await promisify(setImmediate)();
    return holders--;
  };
  const seen = await Promise.all(Array.from({ length: 5 }, () => withFileLock(lock, work)));
  expect(seen).toEqual([1, 1, 1, 1, 1]);
});
