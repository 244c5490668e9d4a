/** Packs made by hand, for readers to be tested with: written apart from the code under test. */
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import type { PackBytes } from "../../sources/git/pack-entry.ts";

/** One instruction of a delta. */
export type DeltaInstruction = { readonly copy: { readonly offset: number; readonly size: number } } | { readonly insert: Uint8Array };

/** One entry of a pack: a whole object, or a delta on an entry of this pack (by position or bytes back) or on an object (by id). */
export type PackPart =
  | { readonly type: "commit" | "tree" | "blob" | "tag"; readonly data: Uint8Array; readonly size?: number }
  | { readonly onEntry: number; readonly delta: Uint8Array }
  | { readonly back: number; readonly delta: Uint8Array }
  | { readonly onObject: string; readonly delta: Uint8Array };

const CODES = { commit: 1, tree: 2, blob: 3, tag: 4 } as const;

/** Writes a delta. */
export function buildDelta(baseSize: number, resultSize: number, instructions: readonly DeltaInstruction[]): Buffer {
  return Buffer.concat([varint(baseSize), varint(resultSize), ...instructions.map((step) => ("copy" in step ? copyBytes(step.copy) : insertBytes(step.insert)))]);
}

/** Writes a pack with its trailer. `count` overrides the number of objects that its head tells. */
export function buildPack(parts: readonly PackPart[], count: number = parts.length): Buffer {
  const offsets: number[] = [];
  let body = Buffer.concat([Buffer.from("PACK"), uint32(2), uint32(count)]);
  for (const part of parts) {
    offsets.push(body.length);
    body = Buffer.concat([body, entryBytes(part, body.length, offsets)]);
  }
  return sealPack(body);
}

/** Puts the trailer after the bytes of a pack. */
export function sealPack(body: Uint8Array): Buffer {
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}

/** A pack in memory. */
export function packBytes(bytes: Buffer): PackBytes {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

function entryBytes(part: PackPart, at: number, offsets: readonly number[]): Buffer {
  if ("type" in part) return Buffer.concat([head(CODES[part.type], part.size ?? part.data.length), deflateSync(part.data)]);
  const data = deflateSync(part.delta);
  if ("onObject" in part) return Buffer.concat([head(7, part.delta.length), Buffer.from(part.onObject, "hex"), data]);
  return Buffer.concat([head(6, part.delta.length), distance("back" in part ? part.back : at - (offsets[part.onEntry] ?? at)), data]);
}

function head(code: number, size: number): Buffer {
  const rest = varint(Math.floor(size / 16));
  const first = (code << 4) | (size % 16);
  return size < 16 ? Buffer.from([first]) : Buffer.concat([Buffer.from([first | 0x80]), rest]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function distance(value: number): Buffer {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest--;
    bytes.unshift((rest % 128) | 0x80);
  }
  return Buffer.from(bytes);
}

function copyBytes({ offset, size }: { offset: number; size: number }): Buffer {
  const operands = [0, 8, 16, 24].map((shift) => (offset >>> shift) & 0xff).concat(size === 0x10000 ? [0, 0, 0] : [0, 8, 16].map((shift) => (size >>> shift) & 0xff));
  const opcode = operands.reduce((bits, byte, position) => (byte === 0 ? bits : bits | (1 << position)), 0x80);
  return Buffer.from([opcode, ...operands.filter((byte) => byte !== 0)]);
}

function insertBytes(data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([data.length]), data]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
