import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { ReconcileError } from "../../src/errors.ts";
import { applyDelta, deltaResultSize } from "./delta.ts";
import { checkLimit } from "./limits.ts";
import type { GitLimits } from "./limits.ts";
import { hashObject } from "./oid.ts";
import type { GitObject, ObjectType } from "./oid.ts";
import { PACK_HEAD, PACK_TRAILER, readEntry } from "./pack-entry.ts";
import type { EntryHead, PackBytes } from "./pack-entry.ts";
import { PackIndex } from "./pack-index.ts";
import type { IndexEntry } from "./pack-index.ts";

/** What indexing needs besides the pack. */
export interface IndexOptions {
  readonly limits: GitLimits;
  /** Bases of a thin pack: an object that is not in the pack itself. Default: there are none. */
  readonly external?: (oid: string) => GitObject | undefined;
}

/**
 * Verifies a pack from its first byte to its last and says where each object is: head, trailing SHA-1, number of
 * objects, every zlib stream, every delta; the id of every object is computed here, none is believed. Throws
 * GIT_PACK_INVALID or LIMIT_EXCEEDED. Gives way to other work between batches.
 */
export async function indexPack(pack: PackBytes, options: IndexOptions): Promise<PackIndex> {
  const packHash = await verifyTrailer(pack, options.limits);
  const indexer = new PackIndexer(pack, options);
  await indexer.scan();
  await indexer.resolve();
  return PackIndex.build(packHash, indexer.entries);
}

/** The pack's trailing SHA-1 after comparing it with its content. Throws GIT_PACK_INVALID or LIMIT_EXCEEDED. */
export async function verifyTrailer(pack: PackBytes, limits: GitLimits): Promise<string> {
  checkLimit(limits, "maxPackBytes", pack.size, "the pack has too many bytes");
  if (pack.size < PACK_HEAD + PACK_TRAILER) throw invalid("it is too short to be a pack");
  const hash = createHash("sha1");
  const end = pack.size - PACK_TRAILER;
  for (let at = 0; at < end; at += BATCH_BYTES) {
    if (at > 0) await setImmediate();
    hash.update(pack.read(at, Math.min(BATCH_BYTES, end - at)));
  }
  const trailer = pack.read(end, PACK_TRAILER).toString("hex");
  if (hash.digest("hex") !== trailer) throw invalid("its content does not match its checksum");
  return trailer;
}

/** Work between two pauses: about 5 ms. */
const BATCH_BYTES = 512 * 1024;
const OBJECT_COST = 4096;
const WINDOW_BYTES = 256 * 1024;
/** Inflated data of the first pass that is kept for the second. */
const KEPT_BYTES = 8 * 1024 * 1024;
/** Objects held along one chain of deltas: at most this many times the largest object. */
const HELD_OBJECTS = 8;

interface Delta {
  readonly offset: number;
  readonly size: number;
}

interface Frame extends GitObject {
  readonly depth: number;
  readonly children: Delta[];
}

class PackIndexer {
  readonly entries: IndexEntry[] = [];
  readonly #pack: PackBytes;
  readonly #window: PackBytes;
  readonly #limits: GitLimits;
  readonly #external: (oid: string) => GitObject | undefined;
  /** Whole objects that some delta may build on. */
  readonly #whole: { offset: number; type: ObjectType; oid: string }[] = [];
  readonly #byOffset = new Map<number, Delta[]>();
  readonly #byBase = new Map<string, Delta[]>();
  readonly #kept = new Map<number, Buffer>();
  #keptBytes = 0;
  #totalBytes = 0;
  #heldBytes = 0;
  #work = 0;

  constructor(pack: PackBytes, options: IndexOptions) {
    this.#pack = pack;
    this.#window = windowed(pack);
    this.#limits = options.limits;
    this.#external = options.external ?? (() => undefined);
  }

  /** First pass: where each entry begins and ends, and the ids of whole objects. */
  async scan(): Promise<void> {
    const count = this.#readHead();
    let at = PACK_HEAD;
    for (let number = 0; number < count; number++) {
      if (at >= this.#pack.size - PACK_TRAILER) throw invalid(`it ends after ${number} of ${count} objects`);
      const entry = readEntry(this.#window, at, (size) => this.#admit(size));
      this.#note(at, entry.head, entry.data);
      at = entry.end;
      await this.#giveWay(entry.data.length);
    }
    if (at !== this.#pack.size - PACK_TRAILER) throw invalid(`bytes follow its ${count} objects`);
  }

  /** Second pass: every delta, from the bases upwards. */
  async resolve(): Promise<void> {
    for (const { offset, type, oid } of this.#whole) {
      const children = this.#takeChildren(offset, oid);
      if (children.length > 0) await this.#resolveFrom({ type, data: this.#inflated(offset), depth: 0, children });
    }
    while (this.#byBase.size > 0 && (await this.#resolveExternal()));
    const [missing] = this.#byBase.keys();
    if (missing !== undefined) throw invalid(`the base ${missing} of a delta is neither in it nor in the store`);
    if (this.#byOffset.size > 0) throw invalid("a delta builds on a place where no object begins");
  }

  #readHead(): number {
    const head = this.#pack.read(0, PACK_HEAD);
    if (head.toString("latin1", 0, 4) !== "PACK" || head.readUInt32BE(4) !== 2) throw invalid("it has no head of a version 2 pack");
    const count = head.readUInt32BE(8);
    checkLimit(this.#limits, "maxObjects", count, "the pack has too many objects");
    return count;
  }

  #admit(size: number): void {
    checkLimit(this.#limits, "maxObjectBytes", size, "an object of the pack has too many bytes");
    this.#totalBytes += size;
    checkLimit(this.#limits, "maxTotalBytes", this.#totalBytes, "the objects of the pack have too many bytes together");
  }

  #note(offset: number, head: EntryHead, data: Buffer): void {
    this.#keep(offset, data);
    if (head.kind === "Object") {
      const oid = hashObject(head.type, data);
      this.entries.push({ oid, offset, type: head.type });
      this.#whole.push({ offset, type: head.type, oid });
    } else if (head.kind === "OffsetDelta") append(this.#byOffset, offset - head.distance, { offset, size: data.length });
    else append(this.#byBase, head.base, { offset, size: data.length });
  }

  async #resolveExternal(): Promise<boolean> {
    let progress = false;
    for (const base of this.#byBase.keys()) {
      const object = this.#external(base);
      if (object === undefined) continue;
      const children = this.#byBase.get(base) ?? [];
      this.#byBase.delete(base);
      await this.#resolveFrom({ ...object, depth: 0, children });
      progress = true;
    }
    return progress;
  }

  async #resolveFrom(root: Frame): Promise<void> {
    const stack: Frame[] = [root];
    this.#heldBytes = root.data.length;
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const delta = frame.children.pop();
      // a base without further children is let go before its last child is followed
      if (frame.children.length === 0) this.#release(stack.pop());
      if (delta === undefined) continue;
      const child = this.#applyTo(frame, delta);
      if (child.children.length > 0) this.#hold(stack, child);
      await this.#giveWay(child.data.length);
    }
  }

  #applyTo(base: Frame, delta: Delta): Frame {
    const depth = base.depth + 1;
    checkLimit(this.#limits, "maxDeltaDepth", depth, "the pack has too long a chain of deltas");
    const instructions = this.#inflated(delta.offset);
    this.#admit(deltaResultSize(instructions));
    const data = applyDelta(base.data, instructions);
    const oid = hashObject(base.type, data);
    this.entries.push({ oid, offset: delta.offset, type: base.type });
    return { type: base.type, data, depth, children: this.#takeChildren(delta.offset, oid) };
  }

  #hold(stack: Frame[], frame: Frame): void {
    stack.push(frame);
    this.#heldBytes += frame.data.length;
    const most = HELD_OBJECTS * this.#limits.maxObjectBytes;
    if (this.#heldBytes > most) throw new ReconcileError("LIMIT_EXCEEDED", `a chain of deltas needs more than ${most} bytes at once; make the repository smaller or raise the limit maxObjectBytes`);
  }

  #release(frame: Frame | undefined): void {
    this.#heldBytes -= frame?.data.length ?? 0;
  }

  #takeChildren(offset: number, oid: string): Delta[] {
    const children = [...(this.#byOffset.get(offset) ?? []), ...(this.#byBase.get(oid) ?? [])];
    this.#byOffset.delete(offset);
    this.#byBase.delete(oid);
    return children;
  }

  #keep(offset: number, data: Buffer): void {
    if (this.#keptBytes + data.length > KEPT_BYTES) return;
    this.#keptBytes += data.length;
    this.#kept.set(offset, data);
  }

  #inflated(offset: number): Buffer {
    return this.#kept.get(offset) ?? readEntry(this.#pack, offset, () => {}).data;
  }

  async #giveWay(bytes: number): Promise<void> {
    this.#work += bytes + OBJECT_COST;
    if (this.#work < BATCH_BYTES) return;
    this.#work = 0;
    await setImmediate();
  }
}

/** Reads ahead: entries come one after the other. */
function windowed(pack: PackBytes): PackBytes {
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  return {
    size: pack.size,
    read: (offset, length) => {
      const inside = offset >= start && offset + length <= start + window.length;
      if (!inside) {
        start = offset;
        window = pack.read(offset, Math.min(Math.max(length, WINDOW_BYTES), pack.size - offset));
      }
      return window.subarray(offset - start, offset - start + length);
    },
  };
}

function append<K>(map: Map<K, Delta[]>, key: K, delta: Delta): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [delta]);
  else list.push(delta);
}

function invalid(problem: string): ReconcileError {
  return new ReconcileError("GIT_PACK_INVALID", `the pack is corrupt: ${problem}`);
}
