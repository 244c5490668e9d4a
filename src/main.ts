#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { compiledDir } from "./compiled-dir.ts";
import { runKeptScript } from "./kept-script.ts";

/** Name of the file beside the bundle that holds all that `render --helm` takes; scripts/build.ts says it. */
declare const CHART_SCRIPT: string;

const [command, ...flags] = process.argv.slice(2);
const isBundle = import.meta.url.endsWith(".mjs");
/** What reads Git is not in the script. */
const isChart = command === "render" && flags.includes("--helm") && !flags.some((flag) => flag.startsWith("--repo") || flag === "--");

if (isBundle && isChart) runKeptScript(fileURLToPath(new URL(CHART_SCRIPT, import.meta.url)), compiledDir(process.env));
else {
  /** What V8 makes of the bundle is kept from one start to the next; the operator, which starts once, leaves no files. */
  if (isBundle && command !== "operator") enableCompileCache(compiledDir(process.env));
  await import("./command-line.ts");
}
