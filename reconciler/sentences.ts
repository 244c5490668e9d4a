/** Small words of conditions. */
import type { WantedCondition } from "../src/api/conditions.ts";
import type { ConditionType } from "../src/api/reasons.ts";

/** A condition as it is wanted. */
export const condition = (type: ConditionType, status: WantedCondition["status"], reason: string, message: string): WantedCondition => ({ type, status, reason, message });

/** `1 object`, `2 objects`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** The first problems in full and the number of the rest: a condition is read on a terminal. */
export function firstLines(text: string, limit = 12): string {
  const lines = text.split("\n");
  return lines.length <= limit ? text : [...lines.slice(0, limit), `and ${lines.length - limit} more`].join("\n");
}
