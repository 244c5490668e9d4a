import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** A program that tests talk to, and the Debian package that brings it. */
export interface DebianProgram {
  readonly names: readonly string[];
  readonly package: string;
}

/** So long may fetching a package take. */
const INSTALL_MS = 180_000;

/**
 * Path of an installed program. Where it is missing and this process may install packages, it is installed. Else undefined, with the
 * reason printed; in CI (`CI=true`) that is an error where packages could be installed.
 */
export async function debianProgram(program: DebianProgram): Promise<string | undefined> {
  const installed = findProgram(program.names);
  if (installed !== undefined) return installed;
  const mayInstall = process.getuid?.() === 0 && findProgram(["apt-get"]) !== undefined;
  if (!mayInstall) return skipped(`${program.package} is not installed; sudo apt-get install ${program.package}`);
  try {
    await install(program.package);
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    return skipped(`${program.package} could not be installed: ${String(error)}`);
  }
  return findProgram(program.names);
}

function skipped(reason: string): undefined {
  console.log(`skipped: ${reason}`);
  return undefined;
}

function findProgram(names: readonly string[]): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** Without starting the service that a package would run. */
async function install(name: string): Promise<void> {
  console.log(`installing ${name}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = (...args: string[]): Promise<unknown> => promisify(execFile)("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=120", ...args], { env, timeout: INSTALL_MS });
  await apt("install", "-y", "--no-install-recommends", name).catch(async () => {
    await apt("update");
    await apt("install", "-y", "--no-install-recommends", name);
  });
}
