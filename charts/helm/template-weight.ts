import { ReconcileError } from "../../src/errors.ts";

/** Weight of all templates of one render: parsed they take some 40 bytes for each. The heaviest of 612 public charts has 400,000. */
const MAX_WEIGHT = 6_000_000;
/** What an action weighs beside its characters. */
const ACTION = 12;

/** What parsing a template takes: the characters within its actions, and something for each of them. */
export function templateWeight(text: string): number {
  let weight = 0;
  for (let open = text.indexOf("{{"); open >= 0; ) {
    const close = text.indexOf("}}", open + 2);
    const end = close < 0 ? text.length : close;
    weight += end - open + ACTION;
    open = text.indexOf("{{", end);
  }
  return weight;
}

/** Throws LIMIT_EXCEEDED for templates that are too many. */
export function checkWeight(weight: number): void {
  if (weight > MAX_WEIGHT) throw new ReconcileError("LIMIT_EXCEEDED", "the templates of the chart have too many actions; split the chart, or move what does not change out of the actions");
}
