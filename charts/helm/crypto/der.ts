/*
 * DER, the binary form of ASN.1 that keys and certificates are written in: tag, length, content (ITU-T X.690).
 */

/** An element that was read. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** All of it, with tag and length. */
  readonly whole: Buffer;
}

export const TAG = { boolean: 1, integer: 2, bitString: 3, octetString: 4, null: 5, oid: 6, utf8: 12, sequence: 0x30, set: 0x31, printable: 19, ia5: 22, utcTime: 23, generalizedTime: 24 } as const;

/** An element with this content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(body.length), body]);
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...items);
export const octets = (content: Uint8Array): Buffer => der(TAG.octetString, content);
export const text = (tag: number, content: string): Buffer => der(tag, Buffer.from(content, "utf8"));
export const TRUE: Buffer = der(TAG.boolean, Buffer.from([0xff]));
export const NULL: Buffer = der(TAG.null);

/** `[number]` around an element. */
export const explicit = (number: number, ...items: readonly Uint8Array[]): Buffer => der(0xa0 + number, ...items);

/** Bits in whole bytes but for some at the end. */
export const bitString = (bytes: Uint8Array, unused = 0): Buffer => der(TAG.bitString, Buffer.from([unused]), bytes);

/** A number that is not negative. */
export function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return der(TAG.integer, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

/** `1.2.840.113549`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(TAG.oid, Buffer.from([first * 40 + second, ...rest.flatMap(baseBytes)]));
}

function baseBytes(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

/** The elements that some bytes consist of. Throws where they are none. */
export function readElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [start, length] = readLength(bytes, at + 1);
    if (start + length > bytes.length) throw new Error("asn1: structure error: an element is longer than what holds it");
    elements.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return elements;
}

function readLength(bytes: Buffer, at: number): [start: number, length: number] {
  const first = bytes[at] ?? 0x80;
  if (first < 0x80) return [at + 1, first];
  const count = first & 0x7f;
  if (count === 0 || count > 4 || at + 1 + count > bytes.length) throw new Error("asn1: structure error: a length that cannot be read");
  return [at + 1 + count, bytes.readUIntBE(at + 1, count)];
}
