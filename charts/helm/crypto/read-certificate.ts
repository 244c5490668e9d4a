import { type KeyObject, X509Certificate } from "node:crypto";
import { readElements, TAG } from "./der.ts";

/** What is needed of a certificate to sign others with it. */
export interface ReadCertificate {
  /** Its subject in DER. */
  readonly name: Buffer;
  readonly keyId: Buffer | undefined;
  /** Seconds since 1970. */
  readonly notAfter: number;
  readonly publicKey: KeyObject;
}

/** Reads a certificate in DER. Throws where it is none. */
export function readCertificate(bytes: Buffer): ReadCertificate {
  try {
    const certificate = new X509Certificate(bytes);
    const [body] = readElements(readElements(bytes)[0]?.content ?? bytes);
    const fields = readElements(body?.content ?? bytes);
    const name = fields[fields[0]?.tag === 0xa0 ? 5 : 4];
    if (name?.tag !== TAG.sequence) throw new Error("no subject where there has to be one");
    return { name: name.whole, keyId: keyIdOf(fields.find(({ tag }) => tag === 0xa3)?.content), notAfter: Math.floor(certificate.validToDate.getTime() / 1000), publicKey: certificate.publicKey };
  } catch (error) {
    throw new Error("x509: malformed certificate", { cause: error });
  }
}

const KEY_ID = Buffer.from([0x55, 0x1d, 0x0e]);

function keyIdOf(extensions: Buffer | undefined): Buffer | undefined {
  if (extensions === undefined) return undefined;
  for (const extension of readElements(readElements(extensions)[0]?.content ?? extensions)) {
    const [id, ...values] = readElements(extension.content);
    if (id?.content.equals(KEY_ID) === true) return readElements(values.at(-1)?.content ?? Buffer.alloc(0))[0]?.content;
  }
  return undefined;
}
