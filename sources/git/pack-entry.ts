/**
 * Packs (gitformat-pack(5)):
 *
 *   pack    = "PACK", version 2 (32 bits), count (32 bits), entries, SHA-1 over everything before it
 *   entry   = head, [ base ], zlib stream
 *   head    = mttt ssss, then msss ssss ...: m more follows, t type, s size of the inflated data, lowest bits first
 *   type    = 1 commit, 2 tree, 3 blob, 4 tag, 6 delta with the distance to its base, 7 delta with the id of its base
 *   base    = type 6: bytes of 7 bits, highest first, each but the last one more than it says; type 7: 20 bytes
 */
import { constants, deflateSync, inflateSync } from "node:zlib";
import { ReconcileError } from "../../src/errors.ts";
import type { GitObject, ObjectType } from "./oid.ts";

/** Random access to a pack. `read` gives fewer bytes only at the end. */
export interface PackBytes {
  readonly size: number;
  read(offset: number, length: number): Buffer;
}

/** What the head of an entry says; `size` is that of the inflated data (the delta itself for a delta). */
export type EntryHead = { readonly size: number; readonly length: number } & (
  | { readonly kind: "Object"; readonly type: ObjectType }
  | { readonly kind: "OffsetDelta"; readonly distance: number }
  | { readonly kind: "RefDelta"; readonly base: string }
);

/** An entry with its inflated data; `end` is the offset of the next one. */
export interface PackEntry {
  readonly head: EntryHead;
  readonly data: Buffer;
  readonly end: number;
}

/** Bytes of the pack's own head. */
export const PACK_HEAD = 12;

/** Bytes of the trailing SHA-1. */
export const PACK_TRAILER = 20;

const TYPES: readonly (ObjectType | undefined)[] = [undefined, "commit", "tree", "blob", "tag"];
const FIRST_READ = 4096;
const MAX_CHUNK = 1 << 20;

/** Most objects are smaller than this; for them zlib's usual tables of a quarter of a megabyte cost more than the work. */
const SMALL = 8 * 1024;
const SMALL_OPTIONS = { windowBits: 13, memLevel: 4, chunkSize: SMALL + 1024 };

/** Reads one entry. `maxSize` bounds the inflated data (checked before inflating, by `tooLarge`). */
export function readEntry(pack: PackBytes, offset: number, tooLarge: (size: number) => void): PackEntry {
  const limit = pack.size - PACK_TRAILER - offset;
  let bytes = pack.read(offset, Math.min(limit, FIRST_READ));
  const head = parseHead(bytes);
  tooLarge(head.size);
  const needed = Math.min(limit, head.length + deflateBound(head.size));
  if (needed > bytes.length) bytes = pack.read(offset, needed);
  const { data, consumed } = inflate(bytes.subarray(head.length), head.size);
  return { head, data, end: offset + head.length + consumed };
}

/** Writes a pack of whole objects, without its trailer; the caller hashes what it writes. */
export function* encodePack(count: number, objects: Iterable<GitObject>): Generator<Buffer> {
  const head = Buffer.from("PACK\0\0\0\u0002\0\0\0\0", "latin1");
  head.writeUInt32BE(count, 8);
  yield head;
  for (const { type, data } of objects) {
    yield encodeHead(TYPES.indexOf(type), data.length);
    yield deflateSync(data, data.length < SMALL ? SMALL_OPTIONS : undefined);
  }
}

/** Parses the head of an entry. Throws GIT_PACK_INVALID. */
export function parseHead(bytes: Buffer): EntryHead {
  const first = byteAt(bytes, 0);
  let size = first & 0x0f;
  let at = 1;
  for (let more = first; more >= 0x80; at++) {
    more = byteAt(bytes, at);
    size += (more & 0x7f) * 2 ** (4 + 7 * (at - 1));
    if (at > 6) throw invalid("an entry has a malformed size");
  }
  const code = (first >> 4) & 7;
  const type = TYPES[code];
  if (type !== undefined) return { kind: "Object", type, size, length: at };
  if (code === 6) return { kind: "OffsetDelta", size, ...readDistance(bytes, at) };
  if (code !== 7 || bytes.length < at + 20) throw invalid(`an entry has the unknown type ${code}`);
  return { kind: "RefDelta", base: bytes.toString("hex", at, at + 20), size, length: at + 20 };
}

function encodeHead(code: number, size: number): Buffer {
  const bytes = [(code << 4) | (size & 0x0f)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}

function readDistance(bytes: Buffer, start: number): { distance: number; length: number } {
  let distance = 0;
  for (let at = start; at < start + 7; at++) {
    const byte = byteAt(bytes, at);
    distance = (at === start ? 0 : (distance + 1) * 128) + (byte & 0x7f);
    if (byte < 0x80) return { distance, length: at + 1 };
  }
  throw invalid("a delta has a malformed distance to its base");
}

/** What zlib needs at most for so many bytes, with room for other writers of zlib streams. */
function deflateBound(size: number): number {
  return size + (size >>> 3) + 1024;
}

function inflate(bytes: Buffer, size: number): { data: Buffer; consumed: number } {
  try {
    const options = { info: true, maxOutputLength: Math.max(size, 1), chunkSize: Math.min(Math.max(size + 1, 64), MAX_CHUNK), finishFlush: constants.Z_FINISH };
    // with info: true the result is not the Buffer that the types say
    const { buffer, engine } = inflateSync(bytes, options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (buffer.length === size) return { data: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    throw invalid("the data of an entry does not inflate", error);
  }
  throw invalid("an entry has another size than it says");
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw invalid("it ends inside an entry");
  return byte;
}

function invalid(problem: string, cause?: unknown): ReconcileError {
  return new ReconcileError("GIT_PACK_INVALID", `the pack is corrupt: ${problem}`, { cause });
}
