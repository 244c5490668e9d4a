/**
 * A set of numbers as a short text, by Golomb-Rice coding (R. F. Rice, JPL Publication 79-22, 1979): of the sorted numbers
 * the differences, each as its multiple of 2^k in ones ended by a zero, then the rest in k bits. n numbers that are spread
 * evenly below 2^b take about b - log2(n) + 1.5 bits each. The text is `<k>.<base64url>`; ones fill the last byte, which
 * end nothing.
 */

/** Numbers are below 2 to the power of this. */
export const NUMBER_BITS = 40;

/** Packs whole numbers from 0 to below 2^40, sorted ascending. Equal input gives equal text. */
export function packNumbers(sorted: readonly number[]): string {
  const k = lowBitsFor(sorted.length);
  const unit = 2 ** k;
  const bits: number[] = [];
  let before = 0;
  for (const number of sorted) {
    const difference = number - before;
    for (let ones = Math.floor(difference / unit); ones > 0; ones -= 1) bits.push(1);
    bits.push(0);
    for (let bit = k - 1, rest = difference % unit; bit >= 0; bit -= 1) {
      const isSet = rest >= 2 ** bit;
      bits.push(isSet ? 1 : 0);
      if (isSet) rest -= 2 ** bit;
    }
    before = number;
  }
  return `${k}.${bytesOf(bits).toString("base64url")}`;
}

/** The numbers in a text of packNumbers; none for any other text. */
export function unpackNumbers(text: string): Set<number> {
  const [, low, packed] = FORMAT.exec(text) ?? [];
  const numbers = new Set<number>();
  const k = Number(low);
  if (packed === undefined || k > NUMBER_BITS) return numbers;
  const bytes = Buffer.from(packed, "base64url");
  const end = bytes.length * 8;
  const bitAt = (at: number): number => ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
  for (let at = 0, number = 0; ; ) {
    let difference = 0;
    for (; at < end && bitAt(at) === 1; at += 1) difference += 2 ** k;
    if (at + 1 + k > end) return numbers;
    at += 1;
    let rest = 0;
    for (let bit = 0; bit < k; bit += 1, at += 1) rest = rest * 2 + bitAt(at);
    number += difference + rest;
    numbers.add(number);
  }
}

const FORMAT = /^([0-9]{1,2})\.([A-Za-z0-9_-]*)$/;

/** The k for which the text is shortest: the rest of a difference is about as long as differences are on average. */
function lowBitsFor(count: number): number {
  return Math.max(0, Math.floor(Math.log2((2 ** NUMBER_BITS / Math.max(1, count)) * Math.LN2)));
}

function bytesOf(bits: readonly number[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8), 0xff);
  for (const [at, bit] of bits.entries()) if (bit === 0) bytes[at >> 3] = (bytes[at >> 3] ?? 0) & ~(0x80 >> (at & 7));
  return bytes;
}
