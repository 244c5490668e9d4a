/** The thread that renders large trees (render-pool.ts). It reads stores on disk, and writes nothing. */
import { parentPort } from "node:worker_threads";
import { ParseCache } from "../../charts/parse-cache.ts";
import { StoredTrees } from "../../sources/git/stored-tree.ts";
import { renderAnswers } from "./render-answers.ts";
import type { RenderReply, RenderRequest } from "./render-messages.ts";

/** Bytes of source texts whose parsed form is kept while the thread lives. */
const PARSED_BYTES = 16 * 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error("this file is started as a thread, by the operator");

const surroundings = { trees: new StoredTrees(), parsed: new ParseCache(PARSED_BYTES), monotonic: () => performance.now() };
let answers: Iterator<RenderReply, undefined> | undefined;

port.on("message", (request: RenderRequest) => {
  if (request.kind === "Render") answers = renderAnswers(request.order, surroundings);
  const answer = answers?.next();
  if (answer?.done !== false) return;
  if (answer.value.kind !== "Objects") answers = undefined;
  port.postMessage(answer.value);
});
