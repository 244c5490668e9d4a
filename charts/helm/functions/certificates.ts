import { createPublicKey, type KeyObject } from "node:crypto";
import { ByteStream } from "../crypto/byte-stream.ts";
import { type CertificateContent, type Issuer, writeCertificate } from "../crypto/certificate.ts";
import { readBase64, readPem, writePem } from "../crypto/pem.ts";
import { type PrivateKey, privateKeyPem, readPrivateKey, signingKey } from "../crypto/private-key.ts";
import { readCertificate } from "../crypto/read-certificate.ts";
import { validityAt } from "../crypto/validity.ts";
import { asCertificate, CertificateValue } from "../go/certificate-value.ts";
import { fromBytes } from "../go/bytes.ts";
import { type CallScope, type FunctionTable, GoList, type GoObject } from "../go/value.ts";
import { dnsNamesOf, ipsOf } from "./certificate-names.ts";
import { define, fn } from "./define.ts";
import { certificateKey } from "./keys.ts";

const SEED = 32;
const NO_SIGNER = "certificate private key does not implement crypto.Signer";
const NO_PUBLIC_KEY = "unsupported public key type: *dsa.PublicKey";

/** What a call asks for. */
interface Wish {
  readonly commonName: string;
  readonly ips: GoList;
  readonly dnsNames: GoList;
  readonly days: number;
  readonly isCa?: boolean;
  /** PEM of the key; default one that the seed determines. */
  readonly key?: string;
  /** Default the certificate's own key. */
  readonly signer?: CertificateValue;
}

/** An issuer, and until when it holds, in seconds since 1970. */
interface Signer extends Issuer {
  readonly notAfter: number;
}

const NONE = new GoList([]);

const genCA = fn(["string", "int"], (commonName, days, scope) => make({ commonName, ips: NONE, dnsNames: NONE, days, isCa: true }, scope));
const genCAWithKey = fn(["string", "int", "string"], (commonName, days, key, scope) => make({ commonName, ips: NONE, dnsNames: NONE, days, isCa: true, key }, scope));
const genSelfSignedCert = fn(["string", "[]any", "[]any", "int"], (commonName, ips, dnsNames, days, scope) => make({ commonName, ips, dnsNames, days }, scope));
const genSelfSignedCertWithKey = fn(["string", "[]any", "[]any", "int", "string"], (commonName, ips, dnsNames, days, key, scope) => make({ commonName, ips, dnsNames, days, key }, scope));

const genSignedCert = fn(["string", "[]any", "[]any", "int", "sprig.certificate"], (commonName, ips, dnsNames, days, ca: GoObject, scope) => {
  return make({ commonName, ips, dnsNames, days, signer: asCertificate(ca) }, scope);
});

const genSignedCertWithKey = fn(["string", "[]any", "[]any", "int", "sprig.certificate", "string"], (commonName, ips, dnsNames, days, ca: GoObject, key, scope) => {
  return make({ commonName, ips, dnsNames, days, signer: asCertificate(ca), key }, scope);
});

const buildCustomCert = fn(["string", "string"], (encodedCertificate, encodedKey) => {
  const [cert, key] = [readBase64(encodedCertificate), readBase64(encodedKey)];
  if (cert === undefined) throw new Error("unable to decode base64 certificate");
  if (key === undefined) throw new Error("unable to decode base64 private key");
  const block = readPem(cert.toString("latin1"));
  if (block === undefined) throw new Error("unable to decode certificate");
  within("error parsing certificate: decodedCert.Bytes", () => readCertificate(block.bytes));
  within("error parsing private key", () => readPrivateKey(key.toString("latin1")));
  return new CertificateValue(fromBytes(cert), fromBytes(key));
});

/**
 * Sprig's certificates, with Go's fields and extensions. Keys, serial numbers and times depend on the scope's random bytes
 * and on the window of time that the render falls into (validityAt), on nothing else: all renders within a window give
 * the same, the scope is told when the window ends. The key outlives its windows, so that what a CA signed before holds
 * under its next certificate too. What a CA signs holds no longer than the CA: where its own lifetime goes beyond, it is
 * cut; it is made anew at the latest when the CA is, since one render makes both. A CA that came from elsewhere
 * (buildCustomCert) and has expired cuts nothing.
 */
export const CERTIFICATE_FUNCTIONS: FunctionTable = define({ genCA, genCAWithKey, genSelfSignedCert, genSelfSignedCertWithKey, genSignedCert, genSignedCertWithKey, buildCustomCert });

function make(wish: Wish, scope: CallScope): CertificateValue {
  const seed = scope.random(SEED);
  scope.spend((wish.ips.items.length + wish.dnsNames.items.length) / 2);
  const subject = subjectKey(wish, seed, scope);
  const signer = wish.signer === undefined ? undefined : signerOf(wish.signer);
  scope.spend(signUnits(signer?.key ?? subject.key));
  const validity = validityAt(scope.clock ?? scope.now, wish.days, new ByteStream(seed, "phase"));
  scope.renewAt(new Date(validity.renewAt * 1000), new Date(validity.notBefore * 1000));
  const content: CertificateContent = {
    commonName: wish.commonName,
    ips: ipsOf(wish.ips),
    dnsNames: dnsNamesOf(wish.dnsNames),
    isCa: wish.isCa === true,
    serial: new ByteStream(seed, `serial ${validity.window}`).bits(128) || 1n,
    notBefore: validity.notBefore,
    notAfter: signer !== undefined && signer.notAfter > validity.notBefore ? Math.min(validity.notAfter, signer.notAfter) : validity.notAfter,
  };
  return new CertificateValue(writePem("CERTIFICATE", writeCertificate(content, subject.key, signer)), subject.pem);
}

/** What a certificate costs: for RSA with the cube of the key's length. */
const signUnits = (key: KeyObject): number => 1000 + 600 * ((key.asymmetricKeyDetails?.modulusLength ?? 1024) / 1024) ** 3;

function subjectKey({ key, signer }: Wish, seed: Uint8Array, scope: CallScope): PrivateKey {
  if (key !== undefined) return signingKey(within("parsing private key", () => readPrivateKey(key)), signer === undefined ? NO_SIGNER : NO_PUBLIC_KEY);
  const made = certificateKey(seed, scope);
  return { key: made, pem: privateKeyPem(made) };
}

function signerOf({ cert, key }: CertificateValue): Signer {
  const block = readPem(cert);
  if (block === undefined) throw new Error("unable to decode certificate");
  const parent = within("error parsing certificate: decodedSignerCert.Bytes", () => readCertificate(block.bytes));
  const { key: signing } = signingKey(within("error parsing private key", () => readPrivateKey(key)), NO_SIGNER);
  if (!createPublicKey(signing).equals(parent.publicKey)) throw new Error("error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey");
  return { name: parent.name, keyId: parent.keyId, key: signing, notAfter: parent.notAfter };
}

/** Puts what was being done in front of an error's text. */
function within<T>(task: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Error(`${task}: ${error.message}`, { cause: error });
  }
}
