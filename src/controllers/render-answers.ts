import { MeteredTree } from "../../charts/metered-tree.ts";
import type { Answer } from "../../charts/needs.ts";
import type { ParseCache } from "../../charts/parse-cache.ts";
import { meteredAnswers, renderTraced } from "../../charts/render-cache.ts";
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
export function* renderAnswers(order: RenderOrder, { trees, parsed, monotonic }: RenderSurroundings): Generator<RenderReply, undefined> {
  const began = monotonic();
  let metered: MeteredTree;
  let made: TracedRender;
  try {
    const { tree, answers } = openTrees(trees, order);
    metered = new MeteredTree(tree);
    made = renderTraced(metered, { ...order.options, answers: meteredAnswers(answers, metered) }, parsed);
  } catch (error) {
    yield error instanceof Unreadable || trees.failed ? { kind: "Unreadable" } : { kind: "Failed", error: sendError(error) };
    return;
  }
  if (trees.failed) return yield { kind: "Unreadable" };
  const cost = { bytes: metered.bytes, durationMs: monotonic() - began };
  const { objects, ...rest } = made.rendered;
  for (const text of pieces(objects)) yield { kind: "Objects", text };
  yield { kind: "Done", rest, trace: made.trace, cost };
}

class Unreadable extends Error {}

interface Opened {
  readonly tree: FileTree;
  readonly answers: ReadonlyMap<string, Answer>;
}

function openTrees(trees: StoredTrees, { place, answers = new Map() }: RenderOrder): Opened {
  try {
    const stored = [...answers].flatMap(([key, answer]) => (answer.kind === "Stored" ? [{ key, place: answer.place }] : []));
    const [tree, ...others] = trees.open(place, ...stored.map((each) => each.place));
    const opened = new Map<string, Answer>([...answers].flatMap(([key, answer]) => (answer.kind === "Value" ? [[key, answer]] : [])));
    for (const [index, { key }] of stored.entries()) opened.set(key, { kind: "Tree", tree: others[index] ?? tree });
    return { tree, answers: opened };
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
