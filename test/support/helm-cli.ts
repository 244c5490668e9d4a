import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ensureTool } from "../../src/sandbox/assets.ts";
import { sharedControlPlane } from "./control-plane.ts";

/** How long the program may take to build, on a machine that has not built it before. */
export const HELM_BUILD_MS = 900_000;

let path: Promise<string> | undefined;

/** Path of the real helm; built where there is none. */
export const helmPath = (): Promise<string> => (path ??= ensureTool("helm", { onProgress: (text) => process.stderr.write(`# ${text}\n`) }));

/** Runs the real helm on the shared control plane, as its administrator, and returns what it prints. */
export async function helm(namespace: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(await helmPath(), [...args, "--namespace", namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath]);
  return stdout;
}

/** Installs a chart that is given as files by path. */
export async function helmInstall(namespace: string, name: string, chart: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-helm-"));
  try {
    for (const [file, text] of Object.entries(chart)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    await helm(namespace, "install", name, folder, ...flags);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `1 superseded Install complete` for every revision. */
export async function helmHistory(namespace: string, name: string): Promise<string[]> {
  const revisions = JSON.parse(await helm(namespace, "history", name, "-o", "json")) as { revision: number; status: string; description: string }[]; // its own format
  return revisions.map(({ revision, status, description }) => `${revision} ${status} ${description}`);
}
