import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { OPERATOR_ENVIRONMENT, OPERATOR_NODE_FLAGS } from "../../../src/node-flags.ts";
import { cpuSeconds, residentMiB } from "../process-facts.ts";

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Node as the image starts it. */
export const NODE: Command = [process.execPath, ...OPERATOR_NODE_FLAGS];

/** What the image sets is for the C library, which kustomize does not use. */
export const ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, ...OPERATOR_ENVIRONMENT };

/** Runs a program to its end; how long that took, start included, and what it printed. `env`: default as the image has it. Throws where it fails. */
export async function timed(command: Command, env?: NodeJS.ProcessEnv): Promise<{ readonly ms: number; readonly stdout: string }> {
  const { ms, stdout, problem } = await attempted(command, env);
  if (stdout === undefined) throw new Error(problem);
  return { ms, stdout };
}

/** The same of a program that may fail; what it printed is then undefined, and the problem is told. */
export async function attempted([program, ...args]: Command, env: NodeJS.ProcessEnv = ENVIRONMENT): Promise<{ readonly ms: number; readonly stdout: string | undefined; readonly problem: string }> {
  const began = performance.now();
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
  const ms = performance.now() - began;
  if (child.exitCode !== 0) return { ms, stdout: undefined, problem: `${program} ended with ${child.exitCode}: ${stderr.slice(0, 500)}` };
  return { ms, stdout, problem: "" };
}

const ended = async (child: ChildProcess): Promise<unknown> => (child.exitCode === null && child.signalCode === null ? once(child, "close") : undefined);

const LOOK_MS = 2;
const QUIET_LOOKS = 100;

/**
 * The most memory that a program had resident, in MiB. Its output is read only once it does nothing any more but wait for
 * that, so that the last look at it is as late as can be.
 */
export async function peakMiB([program, ...args]: Command): Promise<number> {
  const child = spawn(program, args, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const pid = child.pid ?? 0;
  let [peak, cpu, quiet] = [0, -1, 0];
  while (child.exitCode === null && child.signalCode === null) {
    const seen = await look(pid);
    if (seen !== undefined) {
      peak = Math.max(peak, seen.peak);
      quiet = seen.cpu === cpu && seen.isAsleep ? quiet + 1 : 0;
      cpu = seen.cpu;
    }
    if (quiet === QUIET_LOOKS) child.stdout.resume();
    await sleep(LOOK_MS);
  }
  child.stdout.resume();
  await closed;
  if (child.exitCode !== 0) throw new Error(`${program} ended with ${child.exitCode}`);
  return peak;
}

/** Undefined once there is no such process. */
async function look(pid: number): Promise<{ readonly peak: number; readonly cpu: number; readonly isAsleep: boolean } | undefined> {
  try {
    const [{ peak }, cpu, stat] = await Promise.all([residentMiB(pid), cpuSeconds(pid), readFile(`/proc/${pid}/stat`, "utf8")]);
    return Number.isFinite(peak) ? { peak, cpu, isAsleep: stat.includes(") S ") } : undefined; // what has ended has no memory
  } catch {
    return undefined;
  }
}
