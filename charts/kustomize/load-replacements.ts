import { parseYaml } from "../../src/object/yaml.ts";
import type { Decoded, Flaw } from "./decode.ts";
import { formatPath } from "./decode.ts";
import type { ReadFile } from "./generators.ts";
import { decodeReplacements, type Replacement, type replacementEntry } from "./replacement-entry.ts";

/** The replacements of entries in their order, those of files read. Throws Error where an entry is both, or a file holds none. */
export function loadReplacements(entries: readonly Decoded<typeof replacementEntry>[], data: ReadFile): readonly Replacement[] {
  return entries.flatMap(({ path = "", ...inline }) => {
    if (path === "") return [inline];
    if (inline.source !== undefined || (inline.targets ?? []).length > 0) throw new Error(`has both the path ${path} and a replacement in place; leave out one`);
    return readReplacements(path, data);
  });
}

function readReplacements(path: string, data: ReadFile): readonly Replacement[] {
  const value = parseYaml(Buffer.from(data(path)).toString(), path)[0]?.value ?? null;
  if (typeof value !== "object" || value === null) throw new Error(`${path} holds neither a replacement nor a list of them`);
  const flaws: Flaw[] = [];
  const replacements = decodeReplacements(value, flaws);
  if (flaws.length > 0) throw new Error(flaws.map((flaw) => `${path}: ${formatPath(flaw.path)}: ${flaw.message}`).join("; "));
  return replacements;
}
