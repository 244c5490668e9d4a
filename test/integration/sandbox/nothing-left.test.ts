import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { createSandboxDir, sweepSandboxDirs } from "../../../src/sandbox/sandbox-dir.ts";
import { COMPONENTS } from "../../../src/sandbox/versions.ts";
import { sharedControlPlane } from "../../support/control-plane.ts";

const PARENT = fileURLToPath(new URL("./parent-process.ts", import.meta.url));

test.each(["SIGKILL", "SIGTERM"] as const)("%s to the parent leaves no process and no folder", async (signal) => {
  const parent = await startParent({});
  const ours = await commandsIn(parent);
  expect(ours.filter((line) => line.includes("kube-apiserver"))).not.toEqual([]);
  parent.process.kill(signal);
  await expectNothingLeft(parent);
});

test("binaries of KUBEBUILDER_ASSETS without our supervisor leave nothing either", async () => {
  const assets = await createSandboxDir();
  for (const name of COMPONENTS) await symlink(sharedControlPlane().assets[name], join(assets, name));
  // An empty cache and no Go: nothing but the folder can be used.
  const parent = await startParent({ KUBEBUILDER_ASSETS: assets, DRIFTLESS_CACHE: join(assets, "cache"), PATH: "" });
  expect(parent.supervisor).toBe(undefined);
  parent.process.kill("SIGKILL");
  await expectNothingLeft(parent);
  await rm(assets, { recursive: true });
});

test("a folder that a dead process left is swept, that of a living one is kept", async () => {
  const kept = await createSandboxDir();
  const dead = spawn(process.execPath, ["-e", ""]);
  await once(dead, "exit");
  const left = kept.replace(`-${process.pid}-`, `-${dead.pid}-`);
  await mkdir(left);
  await sweepSandboxDirs();
  expect(existsSync(left)).toBe(false);
  expect(existsSync(kept)).toBe(true);
  await rm(kept, { recursive: true });
});

interface Parent {
  readonly process: ChildProcess;
  readonly dir: string;
  readonly url: string;
  readonly supervisor?: string;
}

/** A process that starts a control plane and says where; it then waits for ever. */
async function startParent(env: Record<string, string>): Promise<Parent> {
  const child = spawn(process.execPath, [PARENT], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { dir, url, supervisor } = JSON.parse(line) as Omit<Parent, "process">;
  return { process: child, dir, url, ...(supervisor === undefined ? {} : { supervisor }) };
}

async function expectNothingLeft(parent: Parent): Promise<void> {
  await pollUntil({ what: "no process is left", deadlineMs: 10_000, probe: async () => (await commandsIn(parent)).length === 0 });
  await pollUntil({ what: "the folder is gone", deadlineMs: 10_000, probe: () => !existsSync(parent.dir) });
}

/** Commands that name the parent's port or a throwaway folder of its process: API server, etcd and their supervisors. */
async function commandsIn(parent: Parent): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"], { maxBuffer: 16 * 1024 ** 2 });
  const port = new URL(parent.url).port;
  const folders = `-${parent.process.pid}-`;
  return stdout.split("\n").filter((line) => line.includes(`--secure-port=${port}`) || line.includes(folders));
}
