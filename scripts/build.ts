/** Bundles src/main.ts with all it needs into dist/driftless.mjs: one file beside nothing, for the image. */
import { build } from "esbuild";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const outfile = join(root, "dist", "driftless.mjs");

/** Packages written for require() find it here. */
const REQUIRE = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

const { metafile } = await build({
  entryPoints: [join(root, "src", "main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  banner: { js: REQUIRE },
  sourcemap: "linked",
  minifyWhitespace: true,
  legalComments: "linked",
  metafile: true,
  absWorkingDir: root,
  logLevel: "warning",
});

for (const [path, { bytes }] of Object.entries(metafile.outputs)) {
  if (path.endsWith(".mjs")) console.log(`${path}: ${(bytes / 1024).toFixed(0)} KiB`);
}
