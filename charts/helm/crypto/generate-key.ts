import { createECDH, createPrivateKey, type KeyObject } from "node:crypto";
import { ByteStream } from "./byte-stream.ts";
import { integer, sequence } from "./der.ts";
import { findPrime, greatestDivisor, inverse, power } from "./numbers.ts";

const EXPONENT = 65_537n;
/** The order of the group of P-256. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** PKCS#8 around the 32 bytes of an Ed25519 key, RFC 8410. */
const ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** An RSA key of this many bits; the seed determines it. Takes about 0.1 s for 2048 bits, 0.8 s for 4096. */
export function generateRsa(seed: Uint8Array, bits: number): KeyObject {
  const stream = new ByteStream(seed, `rsa ${bits}`);
  const p = randomPrime(stream, bits / 2);
  let q = randomPrime(stream, bits / 2);
  while (q === p) q = randomPrime(stream, bits / 2);
  const d = inverse(EXPONENT, ((p - 1n) * (q - 1n)) / greatestDivisor(p - 1n, q - 1n));
  return createPrivateKey({
    format: "jwk",
    key: { kty: "RSA", n: base64(p * q), e: base64(EXPONENT), d: base64(d), p: base64(p), q: base64(q), dp: base64(d % (p - 1n)), dq: base64(d % (q - 1n)), qi: base64(inverse(q, p)) },
  });
}

/** Its two highest bits are set, so that the product of two has exactly twice the bits. */
function randomPrime(stream: ByteStream, bits: number): bigint {
  for (;;) {
    const prime = findPrime(stream.bits(bits) | (3n << BigInt(bits - 2)) | 1n, 2n);
    if (prime !== undefined && prime >> BigInt(bits) === 0n && (prime - 1n) % EXPONENT !== 0n) return prime;
  }
}

/** A key on the curve P-256; the seed determines it. */
export function generateEcdsa(seed: Uint8Array): KeyObject {
  const d = Buffer.from(new ByteStream(seed, "ecdsa").positiveBelow(P256_ORDER).toString(16).padStart(64, "0"), "hex");
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(d);
  const point = curve.getPublicKey();
  return createPrivateKey({ format: "jwk", key: { kty: "EC", crv: "P-256", d: d.toString("base64url"), x: point.toString("base64url", 1, 33), y: point.toString("base64url", 33) } });
}

/** An Ed25519 key; the seed determines it. */
export function generateEd25519(seed: Uint8Array): KeyObject {
  return createPrivateKey({ format: "der", type: "pkcs8", key: Buffer.concat([ED25519_PREFIX, new ByteStream(seed, "ed25519").bytes(32)]) });
}

/** A DSA key with parameters of 2048 and 256 bits as OpenSSL's traditional DER (0, p, q, g, y, x); the seed determines it. */
export function generateDsa(seed: Uint8Array): Buffer {
  const stream = new ByteStream(seed, "dsa");
  const [p, q] = dsaPrimes(stream);
  const g = power(2n, (p - 1n) / q, p);
  const x = stream.positiveBelow(q);
  return sequence(...[0n, p, q, g, power(g, x, p), x].map(integer));
}

function dsaPrimes(stream: ByteStream): [p: bigint, q: bigint] {
  for (;;) {
    const q = findPrime(stream.bits(256) | (1n << 255n) | 1n, 2n);
    if (q === undefined || q >> 256n !== 0n) continue;
    const start = stream.bits(2048) | (1n << 2047n);
    const p = findPrime(start - (start % (2n * q)) + 1n + 2n * q, 2n * q);
    if (p !== undefined && p >> 2048n === 0n && p >> 2047n === 1n) return [p, q];
  }
}

function base64(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
}
