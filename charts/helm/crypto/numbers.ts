import { isRandomPrime } from "./prime-test.ts";

/** Numbers looked at between two random starts. */
const WINDOW = 8192;
let smallPrimes: readonly number[] | undefined;

/**
 * The first prime among start, start + step, start + 2·step …, or undefined where the next few thousand hold none. Most
 * are sieved by small primes, the others tested, see prime-test.ts.
 */
export function findPrime(start: bigint, step: bigint): bigint | undefined {
  const composite = sieve(start, step);
  for (let index = 0; index < WINDOW; index += 1) {
    const candidate = start + step * BigInt(index);
    if (composite[index] === 0 && isRandomPrime(candidate)) return candidate;
  }
  return undefined;
}

function sieve(start: bigint, step: bigint): Uint8Array {
  const composite = new Uint8Array(WINDOW);
  smallPrimes ??= primesBelow(20_000);
  for (const prime of smallPrimes) {
    const stride = Number(step % BigInt(prime));
    if (stride === 0) continue;
    const first = ((prime - Number(start % BigInt(prime))) * Number(inverse(BigInt(stride), BigInt(prime)))) % prime;
    for (let index = first; index < WINDOW; index += prime) composite[index] = 1;
  }
  return composite;
}

/** The number that makes 1 of the value, by multiplication modulo; both have no common factor. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, ((value % modulus) + modulus) % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return ((factor % modulus) + modulus) % modulus;
}

export function greatestDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** base^exponent modulo. Not in constant time: for keys that nobody measures the making of. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === "1") result = (result * base) % modulus;
  }
  return result;
}

function primesBelow(limit: number): number[] {
  const composite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let number = 2; number < limit; number += 1) {
    if (composite[number] === 1) continue;
    primes.push(number);
    for (let multiple = number * number; multiple < limit; multiple += number) composite[multiple] = 1;
  }
  return primes;
}
