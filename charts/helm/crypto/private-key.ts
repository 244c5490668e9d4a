import { createPrivateKey, type KeyObject } from "node:crypto";
import { type PemBlock, readPem, writePem } from "./pem.ts";

/** A key that certificates can be made for, and the same key as Go writes it. */
export interface PrivateKey {
  readonly key: KeyObject;
  readonly pem: string;
}

/** A key that was read. Of a DSA key, for which no certificate can be made, there is the PEM alone. */
export interface ReadKey {
  readonly key: KeyObject | undefined;
  readonly pem: string;
}

const SUFFIX = " PRIVATE KEY";
/** Bits of an RSA key beyond which a signature takes too long. */
const MAX_RSA_BITS = 8192;

/** RSA as PKCS#1, keys on curves as SEC 1, all others as PKCS#8. */
export function privateKeyPem(key: KeyObject): string {
  if (key.asymmetricKeyType === "rsa") return pemText(key.export({ type: "pkcs1", format: "pem" }));
  return pemText(key.export({ type: key.asymmetricKeyType === "ec" ? "sec1" : "pkcs8", format: "pem" }));
}

/** Reads a key in PEM: RSA, EC (SEC 1), DSA or PKCS#8. Throws sprig's errors; they never hold any of the key. */
export function readPrivateKey(text: string): ReadKey {
  const block = readPem(text);
  if (block === undefined) throw new Error("no PEM data in input");
  if (block.label === "PRIVATE KEY") return usable(parse(block, "decoding PEM as PKCS#8", "pkcs8"));
  if (!block.label.endsWith(SUFFIX)) throw new Error(`no private key data in PEM block of type ${block.label}`);
  switch (block.label.slice(0, -SUFFIX.length)) {
    case "RSA":
      return usable(parse(block, "parsing RSA private key from PEM", "pkcs1"));
    case "EC":
      return usable(parse(block, "parsing EC private key from PEM", "sec1"));
    case "DSA":
      parse(block, "parsing DSA private key from PEM", undefined);
      return { key: undefined, pem: writePem(block.label, block.bytes) };
    default:
      throw new Error(`invalid private key type ${block.label.slice(0, -SUFFIX.length)}`);
  }
}

/** A key that was read, where certificates can be made with it. Throws Go's error, with its reason, for other kinds. */
export function signingKey({ key, pem }: ReadKey, reason: string): PrivateKey {
  if (key === undefined || !SIGNING.has(key.asymmetricKeyType)) throw new Error(`error creating certificate: x509: ${reason}`);
  return { key, pem };
}

const SIGNING: ReadonlySet<string | undefined> = new Set(["rsa", "ec", "ed25519"]);

function parse({ label, bytes }: PemBlock, task: string, type: "pkcs1" | "pkcs8" | "sec1" | undefined): KeyObject {
  try {
    return type === undefined ? createPrivateKey(writePem(label, bytes)) : createPrivateKey({ key: bytes, format: "der", type });
  } catch (error) {
    throw new Error(`${task}: x509: failed to parse private key`, { cause: error });
  }
}

function usable(key: KeyObject): ReadKey {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits > MAX_RSA_BITS) throw new Error(`an RSA key of ${bits} bits is too large: at most ${MAX_RSA_BITS}`);
  return { key, pem: privateKeyPem(key) };
}

const pemText = (pem: string | Buffer): string => pem.toString();
