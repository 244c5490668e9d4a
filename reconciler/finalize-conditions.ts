import type { WantedCondition } from "../src/api/conditions.ts";
import { reasons } from "../src/api/reasons.ts";
import type { Finalized } from "./finalize.ts";
import { condition, firstLines } from "./sentences.ts";

/** The conditions of an Application that is being deleted. */
export function finalizedConditions({ state, message }: Finalized): WantedCondition[] {
  const text = firstLines(message);
  if (state === "Blocked") return [condition("Ready", "False", reasons.DeletionBlocked, text), condition("Stalled", "True", reasons.DeletionBlocked, text)];
  return [condition("Ready", "False", reasons.Deleting, text), condition("Reconciling", "True", reasons.Deleting, text)];
}
