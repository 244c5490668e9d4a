import { createHmac } from "node:crypto";
import type { Hmac } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { createGunzip, createGzip } from "node:zlib";

/** Uncompressed bytes of one Application: as many as one render may read. */
export const MAX_PLAIN_BYTES = 64 * 1024 * 1024;
/** Bytes of one line: as many as one file of a source may have. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Text that is made in one go, before others have their turn. */
const PIECE_CHARACTERS = 128 * 1024;
/** 6: with less a tenth larger for half of 6 ms per thousand objects, with more the same size for half as much again. */
const LEVEL = 6;
const NEWLINE = 10;

/** Content that is larger than what is stored or read. */
export class TooLargeError extends Error {}

/** Whose text it is: only who has the key can make text that this owner is believed to have stored. */
export interface Seal {
  readonly key: Buffer;
  /** uid of the owner: text of one does not pass for that of another. */
  readonly owner: string;
}

/** Text of an Application before it is compressed. */
export interface PlainText {
  readonly pieces: readonly Buffer[];
  readonly bytes: number;
  /** HMAC-SHA-256 of owner and text, hexadecimal. */
  readonly digest: string;
}

/** Puts lines together, letting others have their turn in between. Throws TooLargeError. */
export async function writePlain(lines: Iterable<string>, seal: Seal): Promise<PlainText> {
  const hash = begin(seal);
  const pieces: Buffer[] = [];
  let bytes = 0;
  let text = "";
  const flush = (): void => {
    const piece = Buffer.from(text, "utf8");
    text = "";
    bytes += piece.length;
    if (bytes > MAX_PLAIN_BYTES) throw new TooLargeError(`is larger than ${mebibytes(MAX_PLAIN_BYTES)}`);
    hash.update(piece);
    pieces.push(piece);
  };
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < PIECE_CHARACTERS) continue;
    flush();
    await setImmediate();
  }
  flush();
  return { pieces, bytes, digest: hash.digest("hex") };
}

/** gzip, on another thread. Throws TooLargeError above `maxBytes`. Equal input gives equal output. */
export async function compress(pieces: readonly Buffer[], maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const packed: Buffer[] = [];
  await pipeline(
    Readable.from(pieces, { objectMode: false }),
    createGzip({ level: LEVEL }),
    async (source) => {
      for await (const piece of bounded(source, maxBytes)) packed.push(piece);
    },
    { signal },
  );
  return Buffer.concat(packed);
}

/**
 * Unpacks hostile bytes and calls back with each line. Throws TooLargeError before it holds more than a line and a few
 * pieces, and whatever zlib says about bytes that are no gzip; resolves with the digest of
 * the text, without which no line is to be believed.
 */
export async function readLines(packed: readonly Buffer[], seal: Seal, onLine: (line: string) => void, signal: AbortSignal): Promise<string> {
  const hash = begin(seal);
  await pipeline(
    Readable.from(packed, { objectMode: false }),
    createGunzip(),
    async (source) => {
      const splitter = new LineSplitter(onLine);
      for await (const piece of bounded(source, MAX_PLAIN_BYTES)) {
        hash.update(piece);
        splitter.push(piece);
      }
      splitter.end();
    },
    { signal },
  );
  return hash.digest("hex");
}

const begin = ({ key, owner }: Seal): Hmac => createHmac("sha256", key).update(`${owner}\n`);

/** Cuts bytes at line ends; a line of text may be spread over many pieces. */
class LineSplitter {
  readonly #onLine: (line: string) => void;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(piece: Buffer): void {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      this.#onLine(this.#lineUpTo(piece.subarray(start, end)));
      start = end + 1;
    }
    if (start < piece.length) this.#hold(piece.subarray(start));
  }

  end(): void {
    if (this.#heldBytes > 0) throw new Error("the last line has no end");
  }

  #lineUpTo(part: Buffer): string {
    if (this.#heldBytes === 0) return part.toString("utf8");
    this.#hold(part);
    const line = Buffer.concat(this.#held).toString("utf8");
    this.#held = [];
    this.#heldBytes = 0;
    return line;
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes > MAX_LINE_BYTES) throw new TooLargeError(`has a line of more than ${mebibytes(MAX_LINE_BYTES)}`);
    this.#held.push(part);
  }
}

async function* bounded(source: AsyncIterable<unknown>, maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const piece of source as AsyncIterable<Buffer>) { // zlib streams give Buffers
    bytes += piece.length;
    if (bytes > maxBytes) throw new TooLargeError(`is larger than ${mebibytes(maxBytes)}`);
    yield piece;
  }
}

const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;
