import { join } from "node:path";
import { isOid } from "./oid.ts";
import type { PackOrigin } from "./snapshot.ts";

/** The one file that says what a store on disk consists of; replacing it is what publishes a change. */
export interface Manifest {
  /** Packs, oldest first. */
  readonly packs: readonly { readonly name: string; readonly origin: PackOrigin }[];
  /** Commits that are here completely, the last fetched one last. */
  readonly tips: readonly string[];
}

const FORMAT = 1;
const ORIGINS: readonly unknown[] = ["Base", "Increment", "Merged"];

/** Where the manifest of a store is. */
export const manifestPath = (directory: string): string => join(directory, "manifest.json");

/** Where a pack of a store is, or its index. */
export const packPath = (directory: string, name: string, extension: "pack" | "idx"): string => join(directory, `${name}.${extension}`);

/** Writes a manifest. */
export function encodeManifest(manifest: Manifest): string {
  return `${JSON.stringify({ format: FORMAT, ...manifest })}\n`;
}

/** Reads a manifest; undefined for one of another format or a damaged one. */
export function parseManifest(text: string): Manifest | undefined {
  const value = parse(text) as { format?: unknown; packs?: unknown; tips?: unknown } | null | undefined; // checked below
  if (value?.format !== FORMAT || !Array.isArray(value.packs) || !Array.isArray(value.tips)) return undefined;
  const whole = value.packs.every(isPack) && value.tips.every((tip) => typeof tip === "string" && isOid(tip));
  return whole ? { packs: value.packs as Manifest["packs"], tips: value.tips as string[] } : undefined; // checked in the line above
}

function isPack(value: unknown): boolean {
  const pack = value as { name?: unknown; origin?: unknown } | null; // members are checked
  return typeof pack?.name === "string" && /^[0-9a-f]{40}$/.test(pack.name) && ORIGINS.includes(pack.origin);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
