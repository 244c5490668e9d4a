/*
 * X.509 certificates (RFC 5280) with the fields and extensions, and in the order, of Go's x509.CreateCertificate.
 */
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { bitString, der, explicit, integer, octets, oid, readElements, sequence, TAG, text, TRUE } from "./der.ts";
import { signatureOf } from "./sign.ts";

/** What a certificate says. */
export interface CertificateContent {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  /** 4 or 16 bytes each. */
  readonly ips: readonly Buffer[];
  readonly isCa: boolean;
  readonly serial: bigint;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Who signs: its name in DER, the identifier of its key where its certificate has one, and the key. */
export interface Issuer {
  readonly name: Buffer;
  readonly keyId: Buffer | undefined;
  readonly key: KeyObject;
}

/** A certificate in DER for the public part of `subjectKey`; without an issuer the key signs for itself. */
export function writeCertificate(content: CertificateContent, subjectKey: KeyObject, issuer?: Issuer): Buffer {
  const { algorithm, sign } = signatureOf(issuer?.key ?? subjectKey);
  const subject = nameOf(content.commonName);
  const spki = createPublicKey(subjectKey).export({ type: "spki", format: "der" });
  const body = sequence(
    explicit(0, integer(2n)),
    integer(content.serial),
    algorithm,
    issuer?.name ?? subject,
    sequence(time(content.notBefore), time(content.notAfter)),
    subject,
    spki,
    explicit(3, sequence(...extensions(content, spki, issuer?.name.equals(subject) === true ? undefined : issuer?.keyId))),
  );
  return sequence(body, algorithm, bitString(sign(body)));
}

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** A name of a common name alone; an empty one is an empty name. */
function nameOf(commonName: string): Buffer {
  if (commonName === "") return sequence();
  if (!commonName.isWellFormed()) throw new Error("error creating certificate: asn1: string not valid UTF-8");
  return sequence(der(TAG.set, sequence(oid("2.5.4.3"), text(PRINTABLE.test(commonName) ? TAG.printable : TAG.utf8, commonName))));
}

/** Until 2049 with two digits of the year. */
function time(seconds: number): Buffer {
  const digits = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.000/g, "");
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050 ? text(TAG.utcTime, digits.slice(2)) : text(TAG.generalizedTime, digits);
}

const SERVER_AND_CLIENT = sequence(oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2"));

function extensions({ isCa, dnsNames, ips, commonName }: CertificateContent, spki: Buffer, issuerKeyId: Buffer | undefined): Buffer[] {
  const names = [...dnsNames.map((name) => text(0x82, name)), ...ips.map((ip) => der(0x87, ip))];
  return [
    extension("2.5.29.15", bitString(Buffer.from([isCa ? 0xa4 : 0xa0]), isCa ? 2 : 5), true),
    extension("2.5.29.37", SERVER_AND_CLIENT),
    extension("2.5.29.19", sequence(...(isCa ? [TRUE] : [])), true),
    ...(isCa ? [extension("2.5.29.14", octets(keyIdOf(spki)))] : []),
    ...(issuerKeyId === undefined ? [] : [extension("2.5.29.35", sequence(der(0x80, issuerKeyId)))]),
    ...(names.length === 0 ? [] : [extension("2.5.29.17", sequence(...names), commonName === "")]),
  ];
}

const extension = (id: string, value: Buffer, isCritical = false): Buffer => sequence(oid(id), ...(isCritical ? [TRUE] : []), octets(value));

/** The first 20 bytes of the SHA-256 of the public key's bits, RFC 7093 section 2. */
function keyIdOf(spki: Buffer): Buffer {
  const [outer] = readElements(spki);
  const bits = readElements(outer?.content ?? spki)[1]?.content.subarray(1) ?? spki;
  return createHash("sha256").update(bits).digest().subarray(0, 20);
}
