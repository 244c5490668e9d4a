/** Bundles src/main.ts with all it needs into dist/driftless.mjs, or the file that is named: one file beside nothing, for the image. */
import { build } from "esbuild";
import type { Plugin } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const root = join(import.meta.dirname, "..");
const outfile = resolve(process.argv[2] ?? join(root, "dist", "driftless.mjs"));

/** Packages written for require() find it here. */
const REQUIRE = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** Of what client-node generates, its KubeConfig needs two names; the 800 models beside them would take 25 MB of memory. */
const onlyKubeConfig: Plugin = {
  name: "only-kube-config",
  setup: (build) => {
    const contents = 'export { createConfiguration } from "./configuration.js"; export { ServerConfiguration } from "./servers.js";';
    build.onLoad({ filter: /@kubernetes[\\/]client-node[\\/]dist[\\/]gen[\\/]index\.js$/ }, () => ({ contents }));
  },
};

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
  plugins: [onlyKubeConfig],
  metafile: true,
  absWorkingDir: root,
  logLevel: "warning",
});

/** One character beyond Latin-1 (in a regular expression of a library) would make V8 keep the source with two bytes each. */
const text = await readFile(outfile, "utf8");
await writeFile(outfile, text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`));

for (const [path, { bytes }] of Object.entries(metafile.outputs)) {
  if (path.endsWith(".mjs")) console.log(`${path}: ${(bytes / 1024).toFixed(0)} KiB`);
}
