import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KUBERNETES_VERSION, TOOLS, type ToolName } from "./versions.ts";

/** Environment variables, given as an argument so that nothing here depends on the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Folder of our Go module and of the supervisor script; shipped beside this file. */
export const SOURCE_DIR = fileURLToPath(new URL("./controlplane/", import.meta.url));

/** Where built programs are kept: `DRIFTLESS_CACHE`, else `$XDG_CACHE_HOME/driftless`, else `~/.cache/driftless`. */
export function cacheRoot(env: Environment): string {
  if (env["DRIFTLESS_CACHE"]) return env["DRIFTLESS_CACHE"];
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "driftless");
}

/**
 * Folder of the built control plane. Its name carries a digest of our Go sources, so that a change builds anew; its
 * files are named as envtest names them, so that it can serve as KUBEBUILDER_ASSETS itself.
 */
export function controlPlaneDir(env: Environment): string {
  return join(cacheRoot(env), "controlplane", `${KUBERNETES_VERSION}-${sourceDigest()}-${platform()}`);
}

/** Folder that holds one built tool. */
export function toolDir(env: Environment, name: ToolName): string {
  return join(cacheRoot(env), "tools", `${name}-${TOOLS[name].version}-${platform()}`);
}

function platform(): string {
  return `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
}

/** Names and content of the Go files, go.mod and go.sum, twelve hex digits. */
function sourceDigest(): string {
  const hash = createHash("sha256");
  const files = readdirSync(SOURCE_DIR, { recursive: true, encoding: "utf8" }).filter((file) => /\.(go|mod|sum)$/.test(file));
  for (const file of files.sort()) {
    hash.update(`${file}\0`).update(readFileSync(join(SOURCE_DIR, file))).update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}
