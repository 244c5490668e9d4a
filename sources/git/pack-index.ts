/**
 * The index of one pack, in memory exactly as on disk:
 *
 *   file    = "DLX1", count (32 bits), trailing SHA-1 of the pack, records, SHA-1 over everything before it
 *   record  = object id (20 bytes), offset in the pack (48 bits), type (8 bits: 1 commit, 2 tree, 3 blob, 4 tag)
 *
 * Records are sorted by object id. One Buffer holds them, so that an index costs 27 bytes per object.
 */
import { createHash } from "node:crypto";
import { ReconcileError } from "../../src/errors.ts";
import type { ObjectType } from "./oid.ts";

const MAGIC = "DLX1";
const HEAD = 28;
const RECORD = 27;
const TYPES: readonly ObjectType[] = ["commit", "tree", "blob", "tag"];

/** Where an object is in its pack, and what it is (the type of the object itself, also for a delta). */
export interface IndexEntry {
  readonly oid: string;
  readonly offset: number;
  readonly type: ObjectType;
}

/** Object id → place in a pack. */
export class PackIndex {
  /** The pack's trailing SHA-1, in hex. */
  readonly packHash: string;
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.packHash = bytes.toString("hex", 8, HEAD);
  }

  /** Builds the index; of two entries with one id the first stays. */
  static build(packHash: string, entries: readonly IndexEntry[]): PackIndex {
    const sorted = [...entries].sort((left, right) => (left.oid < right.oid ? -1 : left.oid > right.oid ? 1 : left.offset - right.offset));
    const unique = sorted.filter((entry, position) => entry.oid !== sorted[position - 1]?.oid);
    const bytes = Buffer.alloc(HEAD + unique.length * RECORD + 20);
    bytes.write(MAGIC, "latin1");
    bytes.writeUInt32BE(unique.length, 4);
    bytes.write(packHash, 8, "hex");
    for (const [position, entry] of unique.entries()) writeRecord(bytes, HEAD + position * RECORD, entry);
    digest(bytes).copy(bytes, bytes.length - 20);
    return new PackIndex(bytes);
  }

  /** Reads an index file. Throws GIT_PACK_INVALID unless it is exactly what `bytes` once gave. */
  static parse(bytes: Buffer): PackIndex {
    const whole =
      bytes.length >= HEAD + 20 &&
      bytes.toString("latin1", 0, 4) === MAGIC &&
      bytes.length === HEAD + bytes.readUInt32BE(4) * RECORD + 20 &&
      digest(bytes).equals(bytes.subarray(bytes.length - 20));
    if (!whole) throw new ReconcileError("GIT_PACK_INVALID", "the index of a stored pack is damaged");
    return new PackIndex(bytes);
  }

  /** The file. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** How many objects there are. */
  get size(): number {
    return this.#bytes.readUInt32BE(4);
  }

  /** The place of an object, or undefined. */
  find(oid: string): IndexEntry | undefined {
    const wanted = Buffer.from(oid, "hex");
    if (wanted.length !== 20) return undefined;
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const at = HEAD + middle * RECORD;
      const order = this.#bytes.compare(wanted, 0, 20, at, at + 20);
      if (order === 0) return this.#entryAt(at);
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  /** All entries by id. */
  *entries(): Generator<IndexEntry> {
    for (let at = HEAD; at < this.#bytes.length - 20; at += RECORD) yield this.#entryAt(at);
  }

  #entryAt(at: number): IndexEntry {
    return {
      oid: this.#bytes.toString("hex", at, at + 20),
      offset: this.#bytes.readUIntBE(at + 20, 6),
      type: TYPES[this.#bytes.readUInt8(at + 26) - 1] ?? "blob",
    };
  }
}

function writeRecord(bytes: Buffer, at: number, entry: IndexEntry): void {
  bytes.write(entry.oid, at, "hex");
  bytes.writeUIntBE(entry.offset, at + 20, 6);
  bytes.writeUInt8(TYPES.indexOf(entry.type) + 1, at + 26);
}

function digest(bytes: Buffer): Buffer {
  return createHash("sha1").update(bytes.subarray(0, bytes.length - 20)).digest();
}
