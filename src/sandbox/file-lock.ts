import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { processAlive } from "./process-alive.ts";

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
}

/** Options of `withFileLock`. */
export interface FileLockOptions {
  /** Called once when the lock is held by somebody else and we begin to wait. */
  readonly onWait?: ((holder: LockHolder) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 250;
const HEARTBEAT_MS = 5_000;
/** A lock without a heartbeat for this long is stale, whoever wrote it (another container, a reused process id). */
const STALE_MS = 60_000;

/** Runs `work` while no other process runs work under the same lock file. The lock of a process that died is broken. */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: FileLockOptions = {}): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  await acquire(path, options);
  const heartbeat = setInterval(() => void touch(path), HEARTBEAT_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

async function acquire(path: string, { onWait, signal }: FileLockOptions): Promise<void> {
  let told = false;
  while (!(await tryCreate(path))) {
    const holder = await readHolder(path);
    if (await isStale(path, holder)) {
      await breakLock(path);
      continue;
    }
    if (!told && holder !== undefined) {
      told = true;
      onWait?.(holder);
    }
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

/** Only one process breaks at a time, and it looks again, so that a lock taken in between is never removed. */
async function breakLock(path: string): Promise<void> {
  const guard = `${path}.break`;
  if (!(await tryCreate(guard))) {
    if ((await ageOf(guard)) > STALE_MS) await rm(guard, { force: true });
    await delay(POLL_MS);
    return;
  }
  try {
    if (await isStale(path, await readHolder(path))) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** Linked into place, so that a lock file never exists without its content. */
async function tryCreate(path: string): Promise<boolean> {
  const holder: LockHolder = { pid: process.pid, host: hostname() };
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeFile(draft, JSON.stringify(holder));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Nothing when the lock is gone in the meantime. */
async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof value !== "object" || value === null || !("pid" in value) || !("host" in value)) return undefined;
    return typeof value.pid === "number" && typeof value.host === "string" ? { pid: value.pid, host: value.host } : undefined;
  } catch {
    return undefined;
  }
}

/** A holder on another machine (a shared home folder) is judged by its heartbeat alone. */
async function isStale(path: string, holder: LockHolder | undefined): Promise<boolean> {
  if (holder?.host === hostname() && !processAlive(holder.pid)) return true;
  return (await ageOf(path)) > STALE_MS;
}

async function ageOf(path: string): Promise<number> {
  return stat(path).then((info) => Date.now() - info.mtimeMs, () => 0);
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  // Fails only when somebody removed the lock; the work goes on and its result is renamed into place atomically.
  await utimes(path, now, now).catch(() => undefined);
}
