import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ReconcileError } from "../../src/errors.ts";
import type { PackBytes } from "./pack-entry.ts";

/** Closes the descriptors of files that nothing refers to any more: content stays readable as long as someone holds it. */
const forgotten = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/**
 * An open pack on disk. Reading is synchronous and goes on after the file was unlinked. Closed by `close`, or when
 * the last artifact that reads from it is gone.
 */
export class PackFile implements PackBytes {
  readonly size: number;
  #descriptor: number | undefined;

  /** Opens the file. Throws the error of the file system. */
  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
    this.size = fstatSync(this.#descriptor).size;
    forgotten.register(this, this.#descriptor, this);
  }

  /** Up to `length` bytes from `offset`; fewer at the end of the file. */
  read(offset: number, length: number): Buffer {
    // without this check a descriptor that the system gave to another file would be read
    if (this.#descriptor === undefined) throw new ReconcileError("INTERNAL", "a pack was read after its repository was closed");
    const bytes = Buffer.allocUnsafe(Math.max(length, 0));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(this.#descriptor, bytes, filled, bytes.length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }

  /** Closes the file; later reads throw. */
  close(): void {
    if (this.#descriptor === undefined) return;
    forgotten.unregister(this);
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
