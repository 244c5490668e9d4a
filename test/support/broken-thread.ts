/** A program for the thread that renders: it fails in the way that the path says, and answers every other path with nothing. */
import { parentPort } from "node:worker_threads";
import type { RenderReply, RenderRequest } from "../../src/controllers/render-messages.ts";

parentPort?.on("message", (request: RenderRequest) => {
  if (request.kind !== "Render") return;
  switch (request.order.options.path) {
    case "throws":
      throw new Error("broken on purpose");
    case "exits":
      process.exit(3);
    case "hangs":
      for (;;);
    case "eats": {
      const eaten: unknown[] = [];
      for (;;) eaten.push(Array.from({ length: 1000 }, Object));
    }
    default: {
      const reply: RenderReply = { kind: "Done", rest: { warnings: [request.order.options.path] }, trace: { treeId: "", entries: new Map(), listings: new Map() }, cost: { bytes: 0, durationMs: 0 } };
      parentPort?.postMessage(reply); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread is no window
    }
  }
});
