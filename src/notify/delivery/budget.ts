/** When the next request may go out: at most `perMinute` in any minute, of them a tenth at once, and never two within a second. */

/** What is left of a budget, and when it was so. */
export interface BudgetState {
  readonly tokens: number;
  readonly at: number;
  /** When the last request began. */
  readonly last: number;
}

const SPACING_MS = 1_000;
const MINUTE_MS = 60_000;

/** A budget that nothing was taken of. */
export const freshBudget: BudgetState = { tokens: Number.MAX_SAFE_INTEGER, at: 0, last: 0 };

/** A bucket holds a tenth and fills so slowly that bucket and filling together never pass the limit within a minute. */
const sizeOf = (perMinute: number): number => 1 + Math.floor((perMinute - 1) / 10);
const tokensPerMs = (perMinute: number): number => (perMinute - sizeOf(perMinute) + 1) / MINUTE_MS;

/** When the next request may begin. */
export function availableAt(state: BudgetState, perMinute: number, now: number): number {
  const tokens = tokensAt(state, perMinute, now);
  const filled = tokens >= 1 ? now : now + Math.ceil((1 - tokens) / tokensPerMs(perMinute));
  return Math.max(filled, Math.min(state.last, now) + SPACING_MS);
}

/** What is left after a request that begins now. */
export const spend = (state: BudgetState, perMinute: number, now: number): BudgetState => ({ tokens: Math.max(0, tokensAt(state, perMinute, now) - 1), at: now, last: now });

/** What is left when the answer has come: saving its mark may have taken long, so the time of the request counts from here. */
export const answeredAt = ({ tokens }: BudgetState, now: number): BudgetState => ({ tokens, at: now, last: now });

const tokensAt = ({ tokens, at }: BudgetState, perMinute: number, now: number): number =>
  Math.min(sizeOf(perMinute), tokens + Math.max(0, now - at) * tokensPerMs(perMinute));
