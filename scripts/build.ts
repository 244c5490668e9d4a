/**
 * Bundles src/main.ts with all it needs into dist/driftless.mjs, or the file that is named, and files beside it that it loads
 * as a command needs them: render-worker.mjs, the thread that renders, driftless-*.mjs, what they share, and driftless-chart-*.cjs,
 * a script with all that `render --helm` takes, for src/kept-script.ts.
 */
import { build } from "esbuild";
import type { BuildOptions, Plugin } from "esbuild";
import { builtinModules } from "node:module";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(import.meta.dirname, "..");
const outfile = resolve(process.argv[2] ?? join(root, "dist", "driftless.mjs"));
const outdir = dirname(outfile);
/** Parts of an earlier build are of no use to this one. */
for (const name of await readdir(outdir).catch(() => [])) if (/^driftless-(?:chart-)?\w+\.[cm]js/.test(name)) await rm(join(outdir, name));

/** Packages written for require() find it here; most files have none, and do not make it. */
const REQUIRE = 'let __required; const require = (name) => (__required ??= process.getBuiltinModule("node:module").createRequire(import.meta.url))(name);';

/** Of what client-node generates, its KubeConfig needs two names; the 800 models beside them would take 25 MB of memory. */
const onlyKubeConfig: Plugin = {
  name: "only-kube-config",
  setup: (build) => {
    const contents = 'export { createConfiguration } from "./configuration.js"; export { ServerConfiguration } from "./servers.js";';
    build.onLoad({ filter: /@kubernetes[\\/]client-node[\\/]dist[\\/]gen[\\/]index\.js$/ }, () => ({ contents }));
  },
};

/** Parts of Node, and packages, that commands can do without: loaded when one of their names is first used. */
const LAZY = ["node:child_process", "node:crypto", "node:fs/promises", "node:readline/promises", "node:worker_threads", "node:zlib", "bcryptjs", "re2js", "smol-toml"];

/** As modules, parts of Node are loaded with the file that imports them, and with each all that it could load later: an import asks for every one of its names. */
const onlyWhatIsUsed: Plugin = {
  name: "only-what-is-used",
  setup: (build) => {
    const filter = new RegExp(`^(?:(?:node:)?(?:${builtinModules.join("|")})|${LAZY.join("|")})$`);
    build.onResolve({ filter }, ({ path, kind, namespace }) => {
      if (kind !== "import-statement" || namespace === "used") return undefined;
      return { path: builtinModules.includes(path) ? `node:${path}` : path, namespace: "used" };
    });
    build.onLoad({ filter: /.*/, namespace: "used" }, async ({ path }) => {
      const names = Object.keys((await import(path)) as object).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== "default"); // what a module exports
      return { contents: LAZY.includes(path) ? lazily(path, names) : named(path, names), loader: "js", resolveDir: root };
    });
  },
};

/** Names that nobody uses are left out of the bundle. */
const named = (path: string, names: readonly string[]): string =>
  [`const $all = globalThis.process.getBuiltinModule("${path}"); const $get = (name) => $all[name]; export default $all;`, ...names.map((name) => `export const ${name} = /* @__PURE__ */ $get("${name}");`)].join("\n");

function lazily(path: string, names: readonly string[]): string {
  const load = path.startsWith("node:") ? `process.getBuiltinModule("${path}")` : `require(${JSON.stringify(fileURLToPath(import.meta.resolve(path)))})`;
  return `let loaded; for (const name of ${JSON.stringify(names)}) Object.defineProperty(exports, name, { enumerable: true, get: () => (loaded ??= ${load})[name] });`;
}

/** What the file that is started loads for all commands but one. */
const COMMAND_LINE = "driftless-command.mjs";

/** What the bundles have in common. */
const common = {
  outdir,
  bundle: true,
  platform: "node",
  target: "node24",
  sourcemap: "linked",
  minifyWhitespace: true,
  legalComments: "linked",
  metafile: true,
  absWorkingDir: root,
  logLevel: "warning",
} as const satisfies BuildOptions;

/** What reads Git and asks at a terminal is loaded for other command lines only, see chartOptions. */
const onlyCharts: Plugin = {
  name: "only-charts",
  setup: (build) => {
    build.onResolve({ filter: /^\./ }, ({ path, kind }) => (kind === "dynamic-import" && !path.endsWith("/failure.ts") ? { path, namespace: "absent" } : undefined));
    build.onLoad({ filter: /.*/, namespace: "absent" }, ({ path }) => ({ contents: `throw new Error("the script that prints charts has no ${path}");` }));
  },
};

const { metafile: script } = await build({
  ...common,
  entryPoints: [join(root, "src", "chart-line.ts")],
  entryNames: "driftless-chart-[hash]",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  banner: { js: "(function (require) {" },
  footer: { js: "})" },
  plugins: [onlyCharts, onlyKubeConfig, onlyWhatIsUsed],
});
const scriptName = basename(Object.keys(script.outputs).find((path) => path.endsWith(".cjs")) ?? "");

const modules = { ...common, outExtension: { ".js": ".mjs" }, format: "esm", banner: { js: REQUIRE } } as const satisfies BuildOptions;

const { metafile: parts } = await build({
  ...modules,
  entryPoints: { [basename(COMMAND_LINE, ".mjs")]: join(root, "src", "command-line.ts"), "render-worker": join(root, "src", "controllers", "render-worker.ts") },
  chunkNames: "driftless-[hash]",
  splitting: true,
  plugins: [onlyKubeConfig, onlyWhatIsUsed],
});

/** The file that is started shares nothing with the others: it is one file, and most of its time is Node's. */
const startOnly: Plugin = {
  name: "start-only",
  setup: (build) => build.onResolve({ filter: /command-line\.ts$/ }, ({ kind }) => (kind === "dynamic-import" ? { path: `./${COMMAND_LINE}`, external: true } : undefined)),
};

const { metafile: start } = await build({
  ...modules,
  entryPoints: { [basename(outfile, ".mjs")]: join(root, "src", "main.ts") },
  define: { CHART_SCRIPT: JSON.stringify(scriptName) },
  plugins: [startOnly, onlyWhatIsUsed],
});

/** One character beyond Latin-1 (in a regular expression of a library) would make V8 keep the source with two bytes each. */
let total = 0;
for (const path of Object.keys({ ...start.outputs, ...parts.outputs, ...script.outputs }).filter((path) => /\.[cm]js$/.test(path))) {
  const file = join(root, path);
  const text = (await readFile(file, "utf8")).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  await writeFile(file, text);
  total += text.length;
}
console.log(`${outfile}: ${(total / 1024).toFixed(0)} KiB with the files beside it`);
