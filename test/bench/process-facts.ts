/** What Linux tells of a process from outside: see proc_pid_stat(5) and proc_pid_status(5). */
import { readdir, readFile } from "node:fs/promises";

/** Clock ticks per second: what sysconf(_SC_CLK_TCK) answers on every Linux that Node runs on. */
const TICKS = 100;
const MIB = 1024;

/** The node process that has this text among its arguments and no other process's command line in them. */
export async function pidOf(script: string, argument: string): Promise<number> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const args = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0"); // it may have ended meanwhile
    if (args[0]?.endsWith("node") === true && args.includes(argument) && args.indexOf(script) > 0 && args.indexOf("--") < 0) return Number(pid);
  }
  throw new Error(`no process runs ${script} with ${argument}`);
}

/** Processor time that a process has used so far, in seconds, user and system. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may hold spaces
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Resident memory of a process in MiB: now, and the most it ever had. */
export async function residentMiB(pid: number): Promise<{ readonly now: number; readonly peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
  return { now: kib("VmRSS") / MIB, peak: kib("VmHWM") / MIB };
}
