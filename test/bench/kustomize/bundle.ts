import { build } from "esbuild";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The measured process of the suite kustomize. */
export const KUSTOMIZE_WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
const REQUIRE = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** Bundles a measured process into a folder as scripts/build.ts bundles the program, and returns its path. */
export async function bundleWorker(folder: string, worker: string): Promise<string> {
  const outfile = join(folder, "worker.mjs");
  await build({
    entryPoints: [worker],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    banner: { js: REQUIRE },
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
  });
  return outfile;
}
