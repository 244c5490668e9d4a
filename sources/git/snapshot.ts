import { ReconcileError } from "../../src/errors.ts";
import { applyDelta } from "./delta.ts";
import type { Lru } from "./lru.ts";
import type { GitObject, ObjectType } from "./oid.ts";
import { readEntry } from "./pack-entry.ts";
import type { PackFile } from "./pack-file.ts";
import type { PackIndex } from "./pack-index.ts";

/** How a pack came about: a complete fetch, a fetch of what had changed, or several of the latter put together. */
export type PackOrigin = "Base" | "Increment" | "Merged";

/** A verified pack with its index. `id` is unique in this process. */
export interface StoredPack {
  readonly id: number;
  readonly name: string;
  readonly origin: PackOrigin;
  readonly file: PackFile;
  readonly index: PackIndex;
}

/** Objects by id. */
export interface ObjectReader {
  /** The type of an object, or undefined when it is not here. */
  typeOf(oid: string): ObjectType | undefined;
  /** The object. Throws GIT_PACK_INVALID when it is not here or no longer readable. */
  read(oid: string): GitObject;
}

/** Read objects, inflated, by pack and offset. One cache serves all repositories of a process. */
export type ObjectCache = Lru<GitObject>;

/** The packs of a store at one moment; never changes, and stays readable whatever the store does next. */
export class Snapshot implements ObjectReader {
  readonly packs: readonly StoredPack[];
  readonly #cache: ObjectCache;

  /** `packs`: newest last. */
  constructor(packs: readonly StoredPack[], cache: ObjectCache) {
    this.packs = packs;
    this.#cache = cache;
  }

  /** The same with one more pack. */
  with(pack: StoredPack): Snapshot {
    return new Snapshot([...this.packs, pack], this.#cache);
  }

  typeOf(oid: string): ObjectType | undefined {
    return this.#find(oid)?.type;
  }

  read(oid: string): GitObject {
    const place = this.#find(oid);
    if (place === undefined) throw new ReconcileError("GIT_PACK_INVALID", `object ${oid} is missing in the store`);
    return this.#load(place.pack, place.offset);
  }

  #find(oid: string): { pack: StoredPack; offset: number; type: ObjectType } | undefined {
    for (const pack of this.packs.toReversed()) {
      const entry = pack.index.find(oid);
      if (entry !== undefined) return { pack, offset: entry.offset, type: entry.type };
    }
    return undefined;
  }

  #load(pack: StoredPack, offset: number): GitObject {
    const deltas: { key: string; data: Buffer }[] = [];
    let place = { pack, offset };
    for (;;) {
      const key = `${place.pack.id}:${place.offset}`;
      const cached = this.#cache.get(key);
      if (cached !== undefined) return this.#build(cached, deltas);
      // sizes were checked when the pack was indexed
      const { head, data } = readEntry(place.pack.file, place.offset, () => {});
      if (head.kind === "Object") return this.#build(this.#remember(key, { type: head.type, data }), deltas);
      deltas.push({ key, data });
      place = head.kind === "OffsetDelta" ? { pack: place.pack, offset: place.offset - head.distance } : this.#placeOf(head.base);
    }
  }

  #placeOf(oid: string): { pack: StoredPack; offset: number } {
    const place = this.#find(oid);
    if (place === undefined) throw new ReconcileError("GIT_PACK_INVALID", `object ${oid} is missing in the store`);
    return place;
  }

  #build(base: GitObject, deltas: readonly { key: string; data: Buffer }[]): GitObject {
    return deltas.reduceRight((object, delta) => this.#remember(delta.key, { type: object.type, data: applyDelta(object.data, delta.data) }), base);
  }

  #remember(key: string, { type, data }: GitObject): GitObject {
    const object = { type, data: withoutPool(data) };
    this.#cache.set(key, object, data.length + 200);
    return object;
  }
}

/** Node cuts small buffers from blocks of 64 KiB: a kept one would keep its whole block, most of which is something else. */
function withoutPool(data: Buffer): Buffer {
  if (data.buffer.byteLength === data.length) return data;
  const own = Buffer.allocUnsafeSlow(data.length);
  data.copy(own);
  return own;
}

/** The same reader, which calls back when a read fails. */
export function tellingFailures(reader: ObjectReader, failed: () => void): ObjectReader {
  return {
    typeOf: (oid) => reader.typeOf(oid),
    read: (oid) => {
      try {
        return reader.read(oid);
      } catch (error) {
        failed();
        throw error;
      }
    },
  };
}
