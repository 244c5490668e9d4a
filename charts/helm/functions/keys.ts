import type { KeyObject } from "node:crypto";
import { generateDsa, generateEcdsa, generateEd25519, generateRsa } from "../crypto/generate-key.ts";
import { Kept } from "../crypto/kept.ts";
import { writePem } from "../crypto/pem.ts";
import { privateKeyPem } from "../crypto/private-key.ts";
import type { CallScope, FunctionTable } from "../go/value.ts";
import { define, fn } from "./define.ts";

const SEED = 32;
/** What a key costs, in the scope's units. */
const UNITS = { rsa2048: 100_000, rsa4096: 600_000, dsa: 450_000, curve: 500 } as const;

const rsaKeys = new Kept<KeyObject>(100);
const dsaKeys = new Kept<string>(20);

/** The RSA key of 2048 bits that a certificate's seed determines. */
export function certificateKey(seed: Uint8Array, scope: CallScope): KeyObject {
  scope.spend(UNITS.rsa2048);
  return rsaKeys.of(["2048", seed], () => generateRsa(seed, 2048));
}

const genPrivateKey = fn(["string"], (type, scope) => {
  const seed = scope.random(SEED);
  switch (type) {
    case "":
    case "rsa":
      scope.spend(UNITS.rsa4096);
      return privateKeyPem(rsaKeys.of(["4096", seed], () => generateRsa(seed, 4096)));
    case "dsa":
      scope.spend(UNITS.dsa);
      return dsaKeys.of([seed], () => writePem("DSA PRIVATE KEY", generateDsa(seed)));
    case "ecdsa":
      scope.spend(UNITS.curve);
      return privateKeyPem(generateEcdsa(seed));
    case "ed25519":
      scope.spend(UNITS.curve);
      return privateKeyPem(generateEd25519(seed));
    default:
      return `Unknown type ${type}`;
  }
});

/** Sprig's `genPrivateKey`: the key depends on the scope's random bytes alone. */
export const KEY_FUNCTIONS: FunctionTable = define({ genPrivateKey });
