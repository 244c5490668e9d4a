import type { ByteStream } from "./byte-stream.ts";

const DAY = 86_400;
const TEN_YEARS = 3650 * DAY;

/** When a certificate holds, in seconds since 1970. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
  /** When the next one takes its place. */
  readonly renewAt: number;
  /** Counts the certificates that one call gives in the course of time. */
  readonly window: number;
}

/**
 * The validity of the certificate that a call gives at a moment. Time is cut into windows of two thirds of the lifetime, at
 * least one day and at most ten years; where they begin is the call's own (`phase`). A certificate holds from the
 * beginning of the window in which the moment lies for its full lifetime: every render in the window gives the same one,
 * and the next one comes with a third of the lifetime left.
 */
export function validityAt(now: Date, days: number, phase: ByteStream): Validity {
  const lifetime = Number(BigInt.asIntN(64, BigInt(days) * BigInt(DAY) * 1_000_000_000n) / 1_000_000_000n); // Go reckons in nanoseconds of 64 bits
  const width = Math.min(Math.max(DAY, Math.floor((lifetime * 2) / 3)), TEN_YEARS);
  const shift = Number(phase.bits(48) % BigInt(width));
  const window = Math.floor((Math.floor(now.getTime() / 1000) - shift) / width);
  const notBefore = window * width + shift;
  return { notBefore, notAfter: notBefore + lifetime, renewAt: notBefore + width, window };
}
