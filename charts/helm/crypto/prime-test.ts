import { checkPrimeSync, constants, createPublicKey, publicEncrypt } from "node:crypto";

/**
 * Rounds of Miller-Rabin. Of a candidate drawn at random with 1024 bits or more, eight leave an error far below 2^-128
 * (Damgård, Landrock, Pomerance 1993); node:crypto makes 64, for candidates that an enemy may have chosen.
 */
const BASES: readonly bigint[] = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n];
/** Below it node:crypto's own test is quick. */
const SMALL_BITS = 1024;

/** True for a prime among odd numbers that were drawn at random; not for numbers that somebody chose. */
export function isRandomPrime(candidate: bigint): boolean {
  const bytes = Math.ceil(candidate.toString(16).length / 2);
  if (bytes * 8 < SMALL_BITS) return checkPrimeSync(candidate);
  const odd = oddPart(candidate - 1n);
  const power = powerModulo(odd, candidate, bytes);
  return BASES.every((base) => passes(power(base), candidate, odd));
}

/** One round: the power is 1, or becomes -1 by squaring before the exponent is candidate - 1. */
function passes(power: bigint, candidate: bigint, odd: bigint): boolean {
  if (power === 1n) return true;
  let square = power;
  for (let exponent = odd; exponent < candidate - 1n; exponent *= 2n) {
    if (square === candidate - 1n) return true;
    square = (square * square) % candidate;
  }
  return false;
}

function oddPart(value: bigint): bigint {
  let odd = value;
  while (odd % 2n === 0n) odd /= 2n;
  return odd;
}

/** base^exponent modulo, which is what RSA without padding is: ten times as fast as in JavaScript. */
function powerModulo(exponent: bigint, modulus: bigint, bytes: number): (base: bigint) => bigint {
  const key = createPublicKey({ format: "jwk", key: { kty: "RSA", n: bytesOf(modulus, bytes).toString("base64url"), e: bytesOf(exponent, bytes).toString("base64url") } });
  return (base) => BigInt(`0x${publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, bytesOf(base, bytes)).toString("hex")}`);
}

const bytesOf = (value: bigint, length: number): Buffer => Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex");
