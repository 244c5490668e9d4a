import { homedir } from "node:os";
import { join } from "node:path";

/** Where commands keep what V8 makes of the bundle, beside what the sandbox keeps (sandbox/cache-dir.ts): a folder of the user's own, because it is run without a look at it. */
export function compiledDir(env: Readonly<Record<string, string | undefined>>): string {
  return join(env["DRIFTLESS_CACHE"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "driftless"), "compiled");
}
