import { createCipheriv, createHash } from "node:crypto";

const CHUNK = 512;

/**
 * An endless stream of bytes that a seed and a purpose determine: AES-256-CTR over zeros. One seed serves any number of
 * purposes, whose streams have nothing in common.
 */
export class ByteStream {
  readonly #cipher;
  #left: Buffer = Buffer.alloc(0);

  constructor(seed: Uint8Array, purpose: string) {
    const key = createHash("sha256").update(purpose).update("\0").update(seed).digest();
    this.#cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  }

  bytes(count: number): Buffer {
    if (count > this.#left.length) this.#left = Buffer.concat([this.#left, this.#cipher.update(Buffer.alloc(Math.max(CHUNK, count)))]);
    const bytes = this.#left.subarray(0, count);
    this.#left = this.#left.subarray(count);
    return bytes;
  }

  /** A whole number from 0 to below the limit (at most 2^32), each as likely. */
  below(limit: number): number {
    const most = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const value = this.bytes(4).readUInt32BE();
      if (value < most) return value % limit;
    }
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
