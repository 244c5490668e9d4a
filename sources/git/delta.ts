/**
 * Git's delta format (gitformat-pack(5), "Deltified representation"):
 *
 *   delta   = size of the base, size of the result, instructions
 *   size    = 7 bits per byte, lowest first, the high bit says that more follows
 *   copy    = 1sss oooo, then one byte for each set bit: up to 4 of the offset, up to 3 of the size, lowest first;
 *             size 0 means 65,536
 *   insert  = 0nnn nnnn, then n bytes; n = 0 is reserved
 */
import { ReconcileError } from "../../src/errors.ts";

/** The size of what a delta makes. Throws GIT_PACK_INVALID when its head is malformed. */
export function deltaResultSize(delta: Buffer): number {
  return readSize(delta, readSize(delta, 0).next).value;
}

/** The result of a delta on its base. Throws GIT_PACK_INVALID when they do not fit or the delta is malformed. */
export function applyDelta(base: Buffer, delta: Buffer): Buffer {
  const baseSize = readSize(delta, 0);
  const resultSize = readSize(delta, baseSize.next);
  if (baseSize.value !== base.length) throw invalid(`made for a base of ${baseSize.value} bytes, not ${base.length}`);
  const result = Buffer.allocUnsafe(resultSize.value);
  const written = runInstructions(base, delta, resultSize.next, result);
  if (written !== result.length) throw invalid(`makes ${written} bytes instead of ${result.length}`);
  return result;
}

function runInstructions(base: Buffer, delta: Buffer, start: number, result: Buffer): number {
  let at = start;
  let written = 0;
  while (at < delta.length) {
    const opcode = delta[at++] ?? 0;
    if (opcode === 0) throw invalid("has a reserved instruction");
    if (opcode < 0x80) {
      if (at + opcode > delta.length || written + opcode > result.length) throw invalid("inserts beyond an end");
      delta.copy(result, written, at, at + opcode);
      at += opcode;
      written += opcode;
      continue;
    }
    const copy = readCopy(delta, at, opcode);
    if (copy.offset + copy.size > base.length || written + copy.size > result.length) throw invalid("copies beyond an end");
    base.copy(result, written, copy.offset, copy.offset + copy.size);
    at = copy.next;
    written += copy.size;
  }
  return written;
}

function readCopy(delta: Buffer, start: number, opcode: number): { offset: number; size: number; next: number } {
  let at = start;
  let offset = 0;
  let size = 0;
  for (let bit = 0; bit < 7; bit++) {
    if ((opcode & (1 << bit)) === 0) continue;
    const byte = delta[at++];
    if (byte === undefined) throw invalid("ends inside an instruction");
    if (bit < 4) offset += byte * 2 ** (8 * bit);
    else size += byte * 2 ** (8 * (bit - 4));
  }
  return { offset, size: size === 0 ? 0x10000 : size, next: at };
}

function readSize(delta: Buffer, start: number): { value: number; next: number } {
  let value = 0;
  for (let at = start; at < start + 7; at++) {
    const byte = delta[at];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw invalid("has a malformed size");
}

function invalid(problem: string): ReconcileError {
  return new ReconcileError("GIT_PACK_INVALID", `the pack is corrupt: a delta ${problem}`);
}
