import type { Decoded } from "./decode.ts";
import type { PatchReader } from "./layer.ts";
import { decodeReplacements, type Replacement, type replacementEntry } from "./replacement-entry.ts";

/** What an entry of `replacements` says: in place, or in the file that it names. Throws Error where it does both. */
export function replacementsOf({ path, ...entry }: Decoded<typeof replacementEntry>, read: PatchReader): readonly Replacement[] {
  if (!path) return [entry];
  if (entry.source !== undefined || (entry.targets ?? []).length > 0) throw new Error("has both path and a replacement; leave out one");
  return read.decoded(path, decodeReplacements);
}
