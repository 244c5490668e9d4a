import { createECDH, createHash, createHmac, type KeyObject, sign } from "node:crypto";
import { integer, NULL, oid, sequence } from "./der.ts";
import { inverse } from "./numbers.ts";

/** A signature of bytes and the AlgorithmIdentifier it goes with. */
export interface Signature {
  readonly algorithm: Buffer;
  readonly sign: (bytes: Buffer) => Buffer;
}

interface Curve {
  /** Its name in node:crypto. */
  readonly name: string;
  readonly order: bigint;
  readonly hash: string;
  readonly algorithm: string;
}

const CURVES: ReadonlyMap<string, Curve> = new Map(
  [
    { name: "prime256v1", order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n, hash: "sha256", algorithm: "1.2.840.10045.4.3.2" },
    { name: "secp384r1", order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n, hash: "sha384", algorithm: "1.2.840.10045.4.3.3" },
    {
      name: "secp521r1",
      order: 2n ** 521n - 2n ** 260n + 0xa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
      hash: "sha512",
      algorithm: "1.2.840.10045.4.3.4",
    },
  ].map((curve) => [curve.name, curve]),
);

/** How Go signs certificates with a key. Always the same signature for the same bytes. Throws for keys that it does not sign with. */
export function signatureOf(key: KeyObject): Signature {
  if (key.asymmetricKeyType === "ed25519") return { algorithm: sequence(oid("1.3.101.112")), sign: (bytes) => sign(null, bytes, key) };
  if (key.asymmetricKeyType === "rsa") return { algorithm: sequence(oid("1.2.840.113549.1.1.11"), NULL), sign: (bytes) => sign("sha256", bytes, key) };
  const curve = CURVES.get(key.asymmetricKeyDetails?.namedCurve ?? "");
  if (curve === undefined) throw new Error("error creating certificate: x509: unsupported elliptic curve");
  return { algorithm: sequence(oid(curve.algorithm)), sign: (bytes) => signEcdsa(bytes, secretOf(key), curve) };
}

const secretOf = (key: KeyObject): bigint => numberOf(Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url"));

/** ECDSA with the nonce of RFC 6979, which the key and the message determine: node:crypto would take another one each time. */
function signEcdsa(message: Buffer, secret: bigint, curve: Curve): Buffer {
  const { order } = curve;
  const hash = createHash(curve.hash).update(message).digest();
  const digest = leftmostBits(hash, order);
  for (const nonce of nonces(hash, secret, curve)) {
    const r = pointOf(nonce, curve) % order;
    const s = (inverse(nonce, order) * ((digest + r * secret) % order)) % order;
    if (r !== 0n && s !== 0n) return sequence(integer(r), integer(s));
  }
  throw new Error("no nonce was found"); // the sequence does not end
}

/** The x coordinate of nonce times the base point. */
function pointOf(nonce: bigint, { name, order }: Curve): bigint {
  const point = createECDH(name);
  point.setPrivateKey(octetsOf(nonce, order));
  const bytes = point.getPublicKey();
  return numberOf(bytes.subarray(1, 1 + (bytes.length - 1) / 2));
}

/** RFC 6979, section 3.2. */
function* nonces(hash: Buffer, secret: bigint, { order, hash: name }: Curve): Generator<bigint> {
  const seed = [octetsOf(secret, order), octetsOf(leftmostBits(hash, order) % order, order)];
  const mac = (key: Buffer, ...parts: readonly Buffer[]): Buffer => createHmac(name, key).update(Buffer.concat(parts)).digest();
  let value: Buffer = Buffer.alloc(hash.length, 1);
  let key: Buffer = Buffer.alloc(hash.length);
  for (const step of [0, 1]) {
    key = mac(key, value, Buffer.from([step]), ...seed);
    value = mac(key, value);
  }
  for (;;) {
    const parts: Buffer[] = [];
    while (Buffer.concat(parts).length * 8 < bitsOf(order)) {
      value = mac(key, value);
      parts.push(value);
    }
    const nonce = leftmostBits(Buffer.concat(parts), order);
    if (nonce > 0n && nonce < order) yield nonce;
    key = mac(key, value, Buffer.from([0]));
    value = mac(key, value);
  }
}

const bitsOf = (value: bigint): number => value.toString(2).length;
const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex") || "0"}`);

/** As many leading bits as the order has. */
function leftmostBits(bytes: Buffer, order: bigint): bigint {
  const surplus = bytes.length * 8 - bitsOf(order);
  return surplus > 0 ? numberOf(bytes) >> BigInt(surplus) : numberOf(bytes);
}

/** In as many bytes as the order has. */
const octetsOf = (value: bigint, order: bigint): Buffer => Buffer.from(value.toString(16).padStart(Math.ceil(bitsOf(order) / 8) * 2, "0"), "hex");
