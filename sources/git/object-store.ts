/**
 * The objects of one repository on disk, in one directory:
 *
 *   manifest.json         the packs and the complete commits; renamed into place last
 *   <sha1>.pack           a verified pack, named after its trailing SHA-1; thin packs stay thin
 *   <sha1>.idx            its index (pack-index.ts)
 *   incoming-*            what is being written
 *
 * It is a cache: whatever is wrong with it, it is emptied and filled again by the next fetch.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { Logger } from "../../src/ports.ts";
import { indexPack, verifyTrailer } from "./index-pack.ts";
import type { GitLimits } from "./limits.ts";
import { encodeManifest, manifestPath, packPath, parseManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { encodePack } from "./pack-entry.ts";
import { PackFile } from "./pack-file.ts";
import { PackIndex } from "./pack-index.ts";
import { Snapshot } from "./snapshot.ts";
import type { ObjectCache, PackOrigin, StoredPack } from "./snapshot.ts";

/** What a store is opened with. */
export interface StoreOptions {
  readonly directory: string;
  readonly limits: GitLimits;
  readonly cache: ObjectCache;
  readonly logger: Logger;
}

/** Increments are put together above this number, so that neither files nor chains of deltas pile up. */
const MAX_INCREMENTS = 16;
/** A new complete fetch is due above this number of packs, or when they have twice the bytes of the first one. */
const MAX_PACKS = 40;
const SMALL_BYTES = 1 << 20;
const MAX_TIPS = 64;
/** What is written at once while packs are put together: small enough that other work goes on in between. */
const WRITE_BYTES = 64 * 1024;

let nextId = 1;

/** Packs on disk and the snapshot that is read from. One writer at a time: the caller sees to it. */
export class ObjectStore {
  readonly #options: StoreOptions;
  #snapshot: Snapshot;
  #tips: readonly string[] = [];
  #damaged = false;

  private constructor(options: StoreOptions) {
    this.#options = options;
    this.#snapshot = new Snapshot([], options.cache);
  }

  /** Opens what is on disk after verifying it; an absent or damaged store comes up empty. Never throws for damage. */
  static async open(options: StoreOptions): Promise<ObjectStore> {
    const store = new ObjectStore(options);
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    try {
      await store.#load();
    } catch (error) {
      options.logger.warn({ error: messageOf(error) }, "a stored repository is damaged; it is fetched again");
      store.#replace([], []);
    }
    await store.#sweep();
    return store;
  }

  /** What is readable now. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Commits that are here completely, the last fetched one last. */
  get tips(): readonly string[] {
    return this.#tips;
  }

  /** True when the next fetch has to be a complete one: there is nothing yet, too much has gathered, or a read failed. */
  get needsBase(): boolean {
    const [base, ...others] = this.#snapshot.packs;
    if (base === undefined || this.#damaged) return true;
    const added = others.reduce((sum, pack) => sum + pack.file.size, 0);
    return others.length >= MAX_PACKS || (added > base.file.size && added > SMALL_BYTES);
  }

  /** True when a read failed since the last complete fetch. */
  get damaged(): boolean {
    return this.#damaged;
  }

  /** Makes the next fetch a complete one: something that should be here could not be read. */
  distrust(): void {
    this.#damaged = true;
  }

  /** Writes what arrives to a file of its own, which the caller passes on to `verify` or to `discard`. */
  async receive(pack: AsyncIterable<Uint8Array>): Promise<string> {
    const path = join(this.#options.directory, `incoming-${nextId++}`);
    const file = await open(path, "w", 0o600);
    try {
      for await (const chunk of pack) await file.writeFile(chunk);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return path;
  }

  /** Indexes a received pack. Throws GIT_PACK_INVALID or LIMIT_EXCEEDED; the file is then gone. */
  async verify(path: string, origin: PackOrigin): Promise<StoredPack> {
    const file = new PackFile(path);
    try {
      const external = origin === "Base" ? undefined : this.#external();
      const index = await indexPack(file, { limits: this.#options.limits, ...(external === undefined ? {} : { external }) });
      return { id: nextId++, name: index.packHash, origin, file, index };
    } catch (error) {
      file.close();
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Gives a received file up. */
  async discard(path: string, pack: StoredPack): Promise<void> {
    pack.file.close();
    await rm(path, { force: true });
  }

  /** Makes a verified pack and the commit that came with it part of the store. A base takes the place of everything. */
  async publish(path: string, pack: StoredPack, commit: string): Promise<void> {
    await rename(path, this.#path(pack.name, "pack"));
    await writeFile(this.#path(pack.name, "idx"), pack.index.bytes, { mode: 0o600 });
    const base = pack.origin === "Base";
    const packs = base ? [pack] : [...this.#snapshot.packs.filter(({ name }) => name !== pack.name), pack];
    const tips = [...(base ? [] : this.#tips.filter((tip) => tip !== commit)), commit].slice(-MAX_TIPS);
    await this.#commit(packs, tips);
    if (packs.filter(({ origin }) => origin === "Increment").length > MAX_INCREMENTS) await this.#tidy();
  }

  /** Closes the files; artifacts of this store are no longer readable. */
  close(): void {
    for (const pack of this.#snapshot.packs) pack.file.close();
    this.#replace([], []);
  }

  #external(): (oid: string) => ReturnType<Snapshot["read"]> | undefined {
    const snapshot = this.#snapshot;
    return (oid) => (snapshot.typeOf(oid) === undefined ? undefined : snapshot.read(oid));
  }

  async #tidy(): Promise<void> {
    try {
      await this.#merge();
    } catch (error) {
      this.#options.logger.warn({ error: messageOf(error) }, "the packs of a repository could not be put together; tried again after the next fetch");
    }
  }

  /** Writes the objects of all increments, whole, into one pack: no delta in it needs another pack. */
  async #merge(): Promise<void> {
    const snapshot = this.#snapshot;
    const increments = snapshot.packs.filter(({ origin }) => origin === "Increment");
    const oids = [...new Set(increments.flatMap(({ index }) => [...index.entries()].map(({ oid }) => oid)))].sort();
    const hash = createHash("sha1");
    const chunks = function* (): Generator<Buffer> {
      for (const chunk of encodePack(oids.length, oids.values().map((oid) => snapshot.read(oid)))) {
        hash.update(chunk);
        yield chunk;
      }
      yield hash.digest();
    };
    const path = await this.receive(asynchronous(chunks()));
    const merged = await this.verify(path, "Merged");
    await rename(path, this.#path(merged.name, "pack"));
    await writeFile(this.#path(merged.name, "idx"), merged.index.bytes, { mode: 0o600 });
    await this.#commit([...snapshot.packs.filter((pack) => !increments.includes(pack)), merged], this.#tips);
  }

  async #commit(packs: readonly StoredPack[], tips: readonly string[]): Promise<void> {
    const manifest: Manifest = { packs: packs.map(({ name, origin }) => ({ name, origin })), tips };
    const path = join(this.#options.directory, `incoming-${nextId++}`);
    await writeFile(path, encodeManifest(manifest), { mode: 0o600 });
    await rename(path, manifestPath(this.#options.directory));
    const shrunk = this.#snapshot.packs.some(({ name }) => !packs.some((pack) => pack.name === name));
    this.#replace(packs, tips);
    if (shrunk) await this.#sweep();
  }

  #replace(packs: readonly StoredPack[], tips: readonly string[]): void {
    this.#snapshot = new Snapshot(packs, this.#options.cache);
    this.#tips = tips;
    this.#damaged = false;
  }

  async #load(): Promise<void> {
    const text = await readFile(manifestPath(this.#options.directory), "utf8").catch(ignoreMissing);
    if (text === undefined) return;
    const manifest = parseManifest(text);
    if (manifest === undefined) throw new ReconcileError("GIT_PACK_INVALID", "the manifest of a stored repository is damaged");
    const packs: StoredPack[] = [];
    for (const { name, origin } of manifest.packs) packs.push(await this.#loadPack(name, origin));
    this.#replace(packs, manifest.tips);
  }

  async #loadPack(name: string, origin: PackOrigin): Promise<StoredPack> {
    const index = PackIndex.parse(await readFile(this.#path(name, "idx")));
    const file = new PackFile(this.#path(name, "pack"));
    const packHash = await verifyTrailer(file, this.#options.limits);
    if (packHash !== name || index.packHash !== name) throw new ReconcileError("GIT_PACK_INVALID", "a stored pack is not the one its manifest names");
    return { id: nextId++, name, origin, file, index };
  }

  /** Removes what the manifest does not name. Open files stay readable. */
  async #sweep(): Promise<void> {
    const named = new Set(this.#snapshot.packs.flatMap(({ name }) => [`${name}.pack`, `${name}.idx`]));
    if (this.#snapshot.packs.length > 0) named.add("manifest.json");
    const files = await readdir(this.#options.directory);
    await Promise.all(files.filter((name) => !named.has(name)).map((name) => rm(join(this.#options.directory, name), { force: true, recursive: true })));
  }

  #path(name: string, extension: "pack" | "idx"): string {
    return packPath(this.#options.directory, name, extension);
  }
}

/** In pieces worth a write each. */
async function* asynchronous(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    gathered.push(chunk);
    bytes += chunk.length;
    if (bytes < WRITE_BYTES) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    bytes = 0;
  }
  yield Buffer.concat(gathered);
}

function ignoreMissing(error: unknown): undefined {
  if ((error as { code?: unknown }).code === "ENOENT") return undefined; // Node's errors carry a code
  throw error;
}
