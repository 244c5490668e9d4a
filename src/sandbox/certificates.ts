import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from "@peculiar/x509";

/** A certificate and its private key (PKCS #8), both as PEM. */
export interface KeyPairPem {
  readonly certPem: string;
  readonly keyPem: string;
}

/** Who a client certificate speaks for: Kubernetes reads the user from CN and the groups from O. */
export interface ClientIdentity {
  readonly user: string;
  readonly groups?: readonly string[];
}

/** A throwaway certificate authority. Its key never leaves the process unless a file is asked for. */
export interface CertificateAuthority extends KeyPairPem {
  /** A TLS server certificate for these DNS names and IP addresses. */
  issueServer(names: readonly string[]): Promise<KeyPairPem>;
  /** A TLS client certificate. */
  issueClient(identity: ClientIdentity): Promise<KeyPairPem>;
}

const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const LIFETIME_MS = 365 * 24 * 3600 * 1000;
/** Clocks of containers and of their host may differ a little. */
const BACKDATE_MS = 3600 * 1000;

/** Creates a certificate authority, P-256, valid for a year. */
export async function createCertificateAuthority(commonName: string): Promise<CertificateAuthority> {
  const keys = await generateKeys();
  const cert = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: KEY_ALGORITHM,
    ...validity(),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature, true),
    ],
  });
  const issuer: Issuer = { cert, signingKey: keys.privateKey };
  return {
    certPem: cert.toString("pem"),
    keyPem: await privateKeyPem(keys),
    issueServer: (names) => issue(issuer, { CN: [names[0] ?? "server"] }, ExtendedKeyUsage.serverAuth, names),
    issueClient: ({ user, groups = [] }) =>
      issue(issuer, { CN: [user], ...(groups.length === 0 ? {} : { O: [...groups] }) }, ExtendedKeyUsage.clientAuth, []),
  };
}

/** A key pair that signs ServiceAccount tokens: the private half for who signs, the public half for who checks. */
export async function createSigningKey(): Promise<{ readonly privatePem: string; readonly publicPem: string }> {
  const keys = await generateKeys();
  const spki = await webcrypto.subtle.exportKey("spki", keys.publicKey);
  return { privatePem: await privateKeyPem(keys), publicPem: PemConverter.encode(spki, "PUBLIC KEY") };
}

interface Issuer {
  readonly cert: X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
}

async function issue(issuer: Issuer, subject: Record<string, string[]>, usage: ExtendedKeyUsage, names: readonly string[]): Promise<KeyPairPem> {
  const keys = await generateKeys();
  // One relative name per value: Kubernetes reads every O as a group.
  const name = Object.entries(subject).flatMap(([key, values]) => values.map((value) => ({ [key]: [value] })));
  const alternatives = names.map((value) => ({ type: /^[0-9.]+$|:/.test(value) ? ("ip" as const) : ("dns" as const), value }));
  const cert = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: name,
    issuer: issuer.cert.subject,
    publicKey: keys.publicKey,
    signingKey: issuer.signingKey,
    signingAlgorithm: KEY_ALGORITHM,
    ...validity(),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      ...(alternatives.length === 0 ? [] : [new SubjectAlternativeNameExtension(alternatives)]),
    ],
  });
  return { certPem: cert.toString("pem"), keyPem: await privateKeyPem(keys) };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
}

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
}

/** Sixteen random bytes, positive. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString("hex");
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - BACKDATE_MS), notAfter: new Date(now + LIFETIME_MS) };
}
