#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { compiledDir } from "./compiled-dir.ts";

/** What V8 makes of the bundle is kept from one start to the next; the operator, which starts once, leaves no files. */
if (import.meta.url.endsWith(".mjs") && process.argv[2] !== "operator") enableCompileCache(compiledDir(process.env));

await import("./command-line.ts");
