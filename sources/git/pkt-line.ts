/**
 * pkt-line, the framing of Git's protocols (gitprotocol-common(5)):
 *
 *   packet  = 4 hex digits, the length of the packet including these digits, then the payload
 *   0000    = flush: end of a message
 *   0001    = delimiter: end of a section
 *   0002    = end of a response of a stateless connection
 *
 * A packet has at most 65,520 bytes. Text lines end with LF by convention; readers take them with and without.
 */
import { ReconcileError } from "../../src/errors.ts";

/** One frame. */
export type Packet =
  | { readonly kind: "Data"; readonly payload: Buffer }
  | { readonly kind: "Flush" }
  | { readonly kind: "Delimiter" }
  | { readonly kind: "ResponseEnd" };

/** Most bytes of payload in one packet. */
export const MAX_PAYLOAD = 65_516;

/** The flush packet. */
export const FLUSH = Buffer.from("0000");

/** The delimiter packet. */
export const DELIMITER = Buffer.from("0001");

/** Frames one payload. Throws RangeError when it is longer than MAX_PAYLOAD. */
export function encodePacket(payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload);
  if (bytes.length > MAX_PAYLOAD) throw new RangeError(`pkt-line payload of ${bytes.length} bytes is too long`);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, "0")), bytes]);
}

/** Frames lines of text, each with its LF. */
export function encodeLines(lines: readonly string[]): Buffer {
  return Buffer.concat(lines.map((line) => encodePacket(`${line}\n`)));
}

/** The text of a payload without its LF. */
export function lineOf(payload: Buffer): string {
  const end = payload.at(-1) === 0x0a ? payload.length - 1 : payload.length;
  return payload.toString("utf8", 0, end);
}

const SPECIAL: Readonly<Record<number, Packet>> = {
  0: { kind: "Flush" },
  1: { kind: "Delimiter" },
  2: { kind: "ResponseEnd" },
};

/** Cuts a stream of chunks into packets, whatever the borders of the chunks. Payloads are views of the chunks. */
export class PktLineDecoder {
  #rest: Buffer = Buffer.alloc(0);

  /** The packets that are complete with this chunk. Throws GIT_PROTOCOL on a malformed length. */
  push(chunk: Uint8Array): Packet[] {
    const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.#rest.length === 0 ? view : Buffer.concat([this.#rest, view]);
    const packets: Packet[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = lengthAt(bytes, at);
      if (length >= 4 && bytes.length - at < length) break;
      packets.push(SPECIAL[length] ?? { kind: "Data", payload: bytes.subarray(at + 4, at + length) });
      at += Math.max(length, 4);
    }
    this.#rest = bytes.subarray(at);
    return packets;
  }

  /** Throws GIT_PROTOCOL when the stream ended inside a packet. */
  finish(): void {
    if (this.#rest.length > 0) throw new ReconcileError("GIT_PROTOCOL", "the answer ended inside a packet; the connection was cut, try again");
  }
}

/** The packets of a stream. Throws GIT_PROTOCOL when it is malformed or ends inside a packet. */
export async function* decodePackets(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Packet> {
  const decoder = new PktLineDecoder();
  for await (const chunk of chunks) yield* decoder.push(chunk);
  decoder.finish();
}

function lengthAt(bytes: Buffer, at: number): number {
  const text = bytes.toString("latin1", at, at + 4);
  const length = /^[0-9a-fA-F]{4}$/.test(text) ? Number.parseInt(text, 16) : -1;
  if (length < 0 || length === 3 || length > MAX_PAYLOAD + 4) {
    throw new ReconcileError("GIT_PROTOCOL", `malformed answer: ${JSON.stringify(text)} is not the length of a packet; is this the address of a Git repository?`);
  }
  return length;
}
