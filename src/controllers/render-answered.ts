import { needKey } from "../../charts/needs.ts";
import type { Answer, Need } from "../../charts/needs.ts";
import type { Rendered } from "../../charts/rendered.ts";
import { combineErrors, messageOf, ReconcileError } from "../errors.ts";

/** Each round answers what the one before needed: a base may need a base, and a template ends at the first look-up that it cannot do without. */
const MAX_ROUNDS = 64;

/** How a render gets what it needs. */
export interface Answering {
  readonly answer: (need: Need) => Promise<Answer>;
  /** What it needed the last time: answered at once, and left out where that fails. Default nothing. */
  readonly expected?: readonly Need[];
  readonly signal: AbortSignal;
}

/** Renders, answers what that needs, and renders again until nothing is missing. What cannot be answered is told with the place that needs it. */
export async function renderAnswered(render: (answers: ReadonlyMap<string, Answer>) => Rendered | Promise<Rendered>, { answer, expected = [], signal }: Answering): Promise<Rendered> {
  const answers = new Map<string, Answer>();
  for (const [need, result] of await askAll(expected, answer)) if (result.status === "fulfilled") answers.set(needKey(need), result.value);
  for (let round = 1; ; round += 1) {
    signal.throwIfAborted();
    const rendered = await render(answers);
    if (rendered.needs === undefined) return rendered;
    if (round === MAX_ROUNDS) throw new ReconcileError("LIMIT_EXCEEDED", `rendering needs more after ${MAX_ROUNDS} rounds of answers`, { position: rendered.needs[0]?.at });
    const problems: ReconcileError[] = [];
    for (const [need, result] of await askAll(rendered.needs, answer)) {
      if (result.status === "fulfilled") answers.set(needKey(need), result.value);
      else problems.push(atNeed(need, result.reason));
    }
    signal.throwIfAborted();
    const [first] = problems;
    if (first !== undefined) throw combineErrors(first.code, problems);
  }
}

async function askAll(needs: readonly Need[], answer: Answering["answer"]): Promise<(readonly [Need, PromiseSettledResult<Answer>])[]> {
  const results = await Promise.allSettled(needs.map((need) => answer(need)));
  return results.flatMap((result, index) => {
    const need = needs[index];
    return need === undefined ? [] : [[need, result] as const];
  });
}

function atNeed(need: Need, error: unknown): ReconcileError {
  return new ReconcileError(error instanceof ReconcileError ? error.code : "INTERNAL", need.kind === "RemoteBase" ? `remote base cannot be had: ${messageOf(error)}` : messageOf(error), { position: need.at, cause: error });
}
