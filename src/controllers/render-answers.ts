import { MeteredTree } from "../../charts/metered-tree.ts";
import type { ParseCache } from "../../charts/parse-cache.ts";
import { renderTraced } from "../../charts/render-cache.ts";
import type { TracedRender } from "../../charts/render-cache.ts";
import type { RenderedObject } from "../../charts/rendered.ts";
import type { FileTree } from "../../sources/file-tree.ts";
import type { StoredTrees } from "../../sources/git/stored-tree.ts";
import { stringifyJson } from "../object/json.ts";
import { sendError } from "./render-messages.ts";
import type { RenderOrder, RenderReply } from "./render-messages.ts";

/** Text of one message: read in a few milliseconds, so that other work goes on in between. */
const PIECE_CHARACTERS = 256 * 1024;

/** What the thread that renders keeps between renders. */
export interface RenderSurroundings {
  readonly trees: StoredTrees;
  readonly parsed: ParseCache;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
}

/** Renders, and gives the answers in their order; the last one is not `Objects`. Never throws. */
export function* renderAnswers({ place, options }: RenderOrder, { trees, parsed, monotonic }: RenderSurroundings): Generator<RenderReply, undefined> {
  const began = monotonic();
  let metered: MeteredTree;
  let made: TracedRender;
  try {
    metered = new MeteredTree(openTree(trees, place));
    made = renderTraced(metered, options, parsed);
  } catch (error) {
    yield error instanceof Unreadable || trees.failed ? { kind: "Unreadable" } : { kind: "Failed", error: sendError(error) };
    return;
  }
  if (trees.failed) return yield { kind: "Unreadable" };
  const cost = { bytes: metered.bytes, durationMs: monotonic() - began };
  for (const text of pieces(made.rendered.objects)) yield { kind: "Objects", text };
  yield { kind: "Done", warnings: made.rendered.warnings, trace: made.trace, cost };
}

class Unreadable extends Error {}

function openTree(trees: StoredTrees, place: RenderOrder["place"]): FileTree {
  try {
    return trees.open(place);
  } catch (error) {
    throw new Unreadable("the store cannot be read", { cause: error });
  }
}

function* pieces(objects: readonly RenderedObject[]): Generator<string> {
  let texts: string[] = [];
  let length = 0;
  for (const object of objects) {
    const text = stringifyJson(object);
    if (texts.length > 0 && length + text.length > PIECE_CHARACTERS) {
      yield `[${texts.join(",")}]`;
      texts = [];
      length = 0;
    }
    texts.push(text);
    length += text.length;
  }
  if (texts.length > 0) yield `[${texts.join(",")}]`;
}
