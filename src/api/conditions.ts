import type { Condition } from "./meta.ts";
import type { ConditionType } from "./reasons.ts";

/** A condition as code wants it: transition time and generation are added when it is set. */
export interface WantedCondition {
  readonly type: ConditionType;
  readonly status: Condition["status"];
  readonly reason: string;
  readonly message: string;
  /** The generation it was seen at, for one that is carried over; default: the current one. */
  readonly observedGeneration?: number | undefined;
}

const MESSAGE_LIMIT = 8192;

/**
 * The conditions that follow from the wanted ones: wanted replace those of the same type, types that are not wanted
 * disappear, and a transition time changes only with the status. Sorted: Ready first, then by type.
 */
export function nextConditions(current: readonly Condition[], wanted: readonly WantedCondition[], generation: number, now: Date): Condition[] {
  const next = wanted.map((want): Condition => {
    const before = current.find((condition) => condition.type === want.type);
    return {
      type: want.type,
      status: want.status,
      observedGeneration: want.observedGeneration ?? generation,
      lastTransitionTime: before?.status === want.status ? before.lastTransitionTime : timestamp(now),
      reason: want.reason,
      message: shorten(want.message, MESSAGE_LIMIT),
    };
  });
  return next.sort((left, right) => rank(left.type) - rank(right.type) || (left.type < right.type ? -1 : 1));
}

/** A condition as it is, for whoever has no right to change it. */
export function carriedOver({ type, status, reason, message, observedGeneration }: Condition): WantedCondition {
  return { type: type as ConditionType, status, reason, message, observedGeneration }; // conditions of ours were written by us
}

/** The condition of a type, or undefined. */
export function findCondition(conditions: readonly Condition[] | undefined, type: ConditionType): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** RFC 3339 with seconds, as Kubernetes writes times. */
export function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Text cut to a limit of UTF-16 units, never inside a character, with a mark where it was cut. */
export function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

const rank = (type: string): number => (type === "Ready" ? 0 : 1);
