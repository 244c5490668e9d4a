import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { expect, test } from "vitest";
import { ByteStream } from "../../../../../charts/helm/crypto/byte-stream.ts";
import { readElements } from "../../../../../charts/helm/crypto/der.ts";
import { generateDsa, generateEcdsa, generateEd25519, generateRsa } from "../../../../../charts/helm/crypto/generate-key.ts";
import { findPrime, inverse, power } from "../../../../../charts/helm/crypto/numbers.ts";
import { readPem, writePem } from "../../../../../charts/helm/crypto/pem.ts";
import { signatureOf } from "../../../../../charts/helm/crypto/sign.ts";
import { RandomSource } from "../../../../../charts/helm/random.ts";

const SEED = Buffer.alloc(32, 9);
const print = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
const pkcs8 = (key: KeyObject): Buffer => Buffer.from(key.export({ type: "pkcs8", format: "der" }));

test("what a seed gives never changes: it would renew every password and key there is", () => {
  expect(Buffer.from(new RandomSource(SEED, "uid").ofTemplate("a")(8)).toString("hex")).toBe("c526ca3f9c72891a");
  expect(new ByteStream(SEED, "x").bytes(8).toString("hex")).toBe("7c893e14f6636354");
  expect(print(Buffer.from(generateRsa(SEED, 2048).export({ type: "pkcs1", format: "der" })))).toBe("0e538449b96aa77d");
  expect(print(Buffer.from(generateEcdsa(SEED).export({ type: "sec1", format: "der" })))).toBe("027a2ba35c6e68a8");
  expect(print(pkcs8(generateEd25519(SEED)))).toBe("a6e8338d0ad96c88");
  expect(print(generateDsa(SEED))).toBe("821adb0ca8c93506");
});

test.each([1, 2, 3])("an RSA key signs what it verifies, with primes of its own (%i)", (seed) => {
  const key = generateRsa(Buffer.alloc(32, seed), 1024);
  expect(key.asymmetricKeyDetails).toEqual({ modulusLength: 1024, publicExponent: 65_537n });
  expect(verify("sha256", Buffer.from("x"), createPublicKey(key), signatureOf(key).sign(Buffer.from("x")))).toBe(true);
  expect(pkcs8(key).equals(pkcs8(generateRsa(Buffer.alloc(32, seed + 1), 1024)))).toBe(false);
});

test.each([["P-256", "sha256"], ["P-384", "sha384"], ["P-521", "sha512"]])("a signature on %s is always the same and right", (namedCurve, hash) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
  const { sign } = signatureOf(privateKey);
  for (const message of ["a", "b", "c", "d"].map((text) => Buffer.from(text))) {
    expect(verify(hash, message, publicKey, sign(message))).toBe(true);
    expect(sign(message).equals(sign(message))).toBe(true);
  }
});

test("a nonce is that of RFC 6979, A.2.5", () => {
  const d = Buffer.from("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", "hex");
  const x = Buffer.from("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6", "hex");
  const y = Buffer.from("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299", "hex");
  const key = createPrivateKey({ format: "jwk", key: { kty: "EC", crv: "P-256", d: d.toString("base64url"), x: x.toString("base64url"), y: y.toString("base64url") } });
  const [r, s] = readElements(readElements(signatureOf(key).sign(Buffer.from("sample")))[0]?.content ?? Buffer.alloc(0)).map(({ content }) => content.toString("hex").replace(/^00/, "").toUpperCase());
  expect([r, s]).toEqual(["EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716", "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"]);
});

test("streams of one seed have nothing in common, and do not depend on how they are read", () => {
  const [whole, parts] = [new ByteStream(SEED, "a"), new ByteStream(SEED, "a")];
  expect(whole.bytes(2000)).toEqual(Buffer.concat([parts.bytes(1), parts.bytes(999), parts.bytes(1000)]));
  expect(new ByteStream(SEED, "b").bytes(16).equals(new ByteStream(SEED, "a").bytes(16))).toBe(false);
});

test("numbers", () => {
  expect(findPrime(1_000_001n, 2n)).toBe(1_000_003n);
  expect((inverse(65_537n, 1_000_003n) * 65_537n) % 1_000_003n).toBe(1n);
  expect(power(3n, 1_000_002n, 1_000_003n)).toBe(1n);
});

test("PEM is read as it was written, and nothing else is", () => {
  const bytes = Buffer.from("some bytes that need more than one line of sixty-four characters in base64");
  expect(readPem(`text before\n${writePem("X Y", bytes)}text behind`)).toEqual({ label: "X Y", bytes });
  expect(readPem(writePem("X", bytes).replaceAll("\n", "\r\n"))).toEqual({ label: "X", bytes });
  expect([readPem("-----BEGIN X-----\nAAAA\n-----END Y-----\n"), readPem("-----BEGIN X-----\nA\n-----END X-----\n"), readPem("")]).toEqual([undefined, undefined, undefined]);
});
