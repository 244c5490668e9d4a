#!/usr/bin/env node
import { isMainThread } from "node:worker_threads";

/** The bundle is one file, so the thread that renders (controllers/render-pool.ts) is started from it, too. */
await (isMainThread ? import("./command-line.ts") : import("./controllers/render-worker.ts"));
