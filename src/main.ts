#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { chartOptions } from "./cli/render/chart-options.ts";
import { compiledDir } from "./compiled-dir.ts";
import { runKeptScript } from "./kept-script.ts";

/** Name of the file beside the bundle that holds all that `render --helm` takes; scripts/build.ts says it. */
declare const CHART_SCRIPT: string;

const args = process.argv.slice(2);
const isBundle = import.meta.url.endsWith(".mjs");

if (isBundle && chartOptions(args) !== undefined) runKeptScript(fileURLToPath(new URL(CHART_SCRIPT, import.meta.url)), compiledDir(process.env));
else {
  /** What V8 makes of the bundle is kept from one start to the next; the operator, which starts once, leaves no files. */
  if (isBundle && args[0] !== "operator") enableCompileCache(compiledDir(process.env));
  await import("./command-line.ts");
}
