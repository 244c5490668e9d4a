import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdtemp, readdir, rm, statfs } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { processAlive } from "./process-alive.ts";

/** Memory file system of Linux: etcd writes there without waiting for a disk. */
const MEMORY_DIR = "/dev/shm";
/** Containers often have 64 MiB there, and etcd alone reserves that much for its log. */
const MEMORY_FREE_BYTES = 1024 ** 3;

/**
 * Creates a throwaway folder, readable only by us. The name is `driftless-HOST-PID-RANDOM`: short, because sockets live
 * in it, and telling whether its owner still runs.
 */
export async function createSandboxDir(parent: string = tmpdir()): Promise<string> {
  return mkdtemp(join(parent, `driftless-${hostKey()}-${process.pid}-`));
}

/** Removes the throwaway folders whose process is gone, left by a crash of the machine or of a supervisor. */
export async function sweepSandboxDirs(parents: readonly string[] = [tmpdir(), MEMORY_DIR]): Promise<void> {
  for (const parent of parents) {
    const names = await readdir(parent).catch(() => []);
    const stale = names.filter((name) => isStale(name)).map((name) => join(parent, name));
    await Promise.all(stale.map((dir) => rm(dir, { recursive: true, force: true }).catch(() => undefined)));
  }
}

/** Folder for data that wants a fast disk: memory where there is enough of it, else the temporary folder. */
export async function fastestParentDir(): Promise<string> {
  try {
    await access(MEMORY_DIR, constants.W_OK);
    const { bavail, bsize } = await statfs(MEMORY_DIR);
    return bavail * bsize >= MEMORY_FREE_BYTES ? MEMORY_DIR : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Only folders of this host: process ids of another container that shares the folder mean nothing here. */
function isStale(name: string): boolean {
  const match = /^driftless-([0-9a-f]{6})-([0-9]+)-/.exec(name);
  return match !== null && match[1] === hostKey() && !processAlive(Number(match[2]));
}

function hostKey(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 6);
}
