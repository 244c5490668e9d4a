import { createHmac } from "node:crypto";

/**
 * Random bytes that are the same for every render: HMAC-SHA256(secret, identity ‖ template ‖ call ‖ block). A new commit
 * or a restart changes no password, and nobody can compute one without the secret. The secret is not to be seen from
 * outside, not in an error either.
 */
export class RandomSource {
  readonly #told: () => Uint8Array;
  readonly #identity: string;
  #known: Uint8Array | undefined;

  /** `secret`: of the installation, at least 16 bytes; a function is called once a template draws. `identity`: what keeps two releases apart, such as an Application's UID. */
  constructor(secret: Uint8Array | (() => Uint8Array), identity: string) {
    this.#told = typeof secret === "function" ? secret : () => secret;
    this.#identity = identity;
    if (typeof secret !== "function") this.#known = copyOf(secret);
  }

  get #secret(): Uint8Array {
    return (this.#known ??= copyOf(this.#told()));
  }

  /** Whether it gives the same bytes. */
  isSame(other: RandomSource): boolean {
    return this === other || (this.#identity === other.#identity && Buffer.compare(this.#secret, other.#secret) === 0);
  }

  /**
   * The bytes of the calls of one template file, counted from the first one: ask anew for every time the file is
   * rendered. Each call of the result is the next one; how many bytes one takes does not change what others get.
   */
  ofTemplate(path: string): (count: number) => Uint8Array {
    let call = 0;
    return (count) => {
      call += 1;
      return this.#bytes(path, call, count);
    };
  }

  #bytes(path: string, call: number, count: number): Uint8Array {
    const bytes = Buffer.alloc(Math.ceil(count / 32) * 32);
    for (let block = 0; block * 32 < count; block += 1) {
      createHmac("sha256", this.#secret).update(JSON.stringify([this.#identity, path, call, block])).digest().copy(bytes, block * 32);
    }
    return bytes.subarray(0, count);
  }
}

function copyOf(secret: Uint8Array): Uint8Array {
  if (secret.length < 16) throw new Error("the secret for random values has fewer than 16 bytes; give one of 32");
  return Uint8Array.from(secret);
}
