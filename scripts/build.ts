/**
 * Bundles src/main.ts with all it needs into dist/driftless.mjs, or the file that is named, and files beside it that it loads
 * as a command needs them: render-worker.mjs, the thread that renders, and driftless-*.mjs, what they share.
 */
import { build } from "esbuild";
import type { Plugin } from "esbuild";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";

const root = join(import.meta.dirname, "..");
const outfile = resolve(process.argv[2] ?? join(root, "dist", "driftless.mjs"));
const outdir = dirname(outfile);
/** Parts of an earlier build are of no use to this one. */
for (const name of await readdir(outdir).catch(() => [])) if (/^driftless-\w+\.mjs/.test(name)) await rm(join(outdir, name));

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

/** Parts of Node that commands can do without: loaded when one of their names is first used. As modules they would be loaded, whole, with the file that imports them. */
const LAZY = ["child_process", "crypto", "fs/promises", "process", "readline/promises", "worker_threads", "zlib"];

const lazyNode: Plugin = {
  name: "lazy-node",
  setup: (build) => {
    build.onResolve({ filter: new RegExp(`^(?:node:)?(?:${LAZY.join("|")})$`) }, ({ path, kind }) => (kind === "import-statement" ? { path: path.replace(/^(?:node:)?/, "node:"), namespace: "lazy-node" } : undefined));
    build.onLoad({ filter: /.*/, namespace: "lazy-node" }, ({ path }) => {
      const names = Object.keys(createRequire(import.meta.url)(path) as object); // the exports of a part of Node
      const contents = `let loaded; for (const name of ${JSON.stringify(names)}) Object.defineProperty(exports, name, { enumerable: true, get: () => (loaded ??= process.getBuiltinModule("${path}"))[name] });`;
      return { contents, loader: "js" };
    });
  },
};

const { metafile } = await build({
  entryPoints: { [basename(outfile, ".mjs")]: join(root, "src", "main.ts"), "render-worker": join(root, "src", "controllers", "render-worker.ts") },
  outdir,
  outExtension: { ".js": ".mjs" },
  chunkNames: "driftless-[hash]",
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node24",
  banner: { js: REQUIRE },
  sourcemap: "linked",
  minifyWhitespace: true,
  legalComments: "linked",
  plugins: [onlyKubeConfig, lazyNode],
  metafile: true,
  absWorkingDir: root,
  logLevel: "warning",
});

/** One character beyond Latin-1 (in a regular expression of a library) would make V8 keep the source with two bytes each. */
let total = 0;
for (const path of Object.keys(metafile.outputs).filter((path) => path.endsWith(".mjs"))) {
  const file = join(root, path);
  const text = (await readFile(file, "utf8")).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  await writeFile(file, text);
  total += text.length;
}
console.log(`${outfile}: ${(total / 1024).toFixed(0)} KiB with the files beside it`);
