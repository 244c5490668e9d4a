import { createCipheriv, createHash } from "node:crypto";

const CHUNK = 512;

/**
 * An endless stream of bytes that a seed and a purpose determine: AES-256-CTR over zeros. One seed serves any number of
 * purposes, whose streams have nothing in common.
 */
export class ByteStream {
  readonly #cipher;
  #made: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(seed: Uint8Array, purpose: string) {
    const key = createHash("sha256").update(purpose).update("\0").update(seed).digest();
    this.#cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  }

  bytes(count: number): Buffer {
    const at = this.#take(count);
    return this.#made.subarray(at, at + count);
  }

  /** A whole number from 0 to below the limit (at most 2^32), each as likely. */
  below(limit: number): number {
    const most = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const at = this.#take(4);
      const value = this.#made.readUInt32BE(at);
      if (value < most) return value % limit;
    }
  }

  /** Makes sure that the next bytes are there, passes them, and returns where they begin. */
  #take(count: number): number {
    if (this.#made.length - this.#at < count) {
      this.#made = Buffer.concat([this.#made.subarray(this.#at), this.#cipher.update(Buffer.alloc(Math.max(CHUNK, count)))]);
      this.#at = 0;
    }
    this.#at += count;
    return this.#at - count;
  }

  /** A number of exactly so many random bits, leading zeros among them. */
  bits(count: number): bigint {
    const bytes = this.bytes(Math.ceil(count / 8));
    return BigInt(`0x${bytes.toString("hex")}`) >> BigInt(bytes.length * 8 - count);
  }

  /** A number from 1 to below the limit, each as likely. */
  positiveBelow(limit: bigint): bigint {
    const width = limit.toString(2).length;
    for (;;) {
      const value = this.bits(width);
      if (value > 0n && value < limit) return value;
    }
  }
}
