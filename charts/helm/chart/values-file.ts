import { ReconcileError } from "../../../src/errors.ts";
import { isJsonObject, type Json } from "../../../src/object/json.ts";
import { parseYaml, type YamlDocument } from "../../../src/object/yaml.ts";
import { GoMap } from "../go/value.ts";
import { mapFromJson } from "../go/json.ts";
import type { HelmVersion } from "../input.ts";
import { mergeMaps } from "./merge-maps.ts";

/** One document of a values file and the lines before it. */
interface Part {
  readonly text: string;
  readonly line: number;
}

const SEPARATOR = /^---/m;

/** The values of a YAML text: its documents merged, the last one wins; in Helm 3 those of the first one. Empty text gives an empty map. Throws BUILD_FAILED with file, line and column. */
export function readValues(text: string, file: string, version: HelmVersion = "v4"): GoMap {
  if (!text.isWellFormed()) throw notText(file);
  if (version === "v3") return readMap(parseYaml(text, file)[0], file);
  if (!SEPARATOR.test(text)) return readPart({ text, line: 0 }, file);
  return partsOf(text, file).reduce((values, part) => mergeMaps(values, readPart(part, file)), new GoMap());
}

function readPart({ text, line }: Part, file: string): GoMap {
  const whole = text.endsWith("\n") ? text : `${text}\n`; // Helm reads line by line and ends each, the last one too
  return readMap(parseYaml("\n".repeat(line) + whole, file)[0], file); // so that the lines of its errors are those of the file
}

function readMap(document: YamlDocument | undefined, file: string): GoMap {
  const value: Json = document?.value ?? null;
  if (value === null) return new GoMap();
  if (!isJsonObject(value)) throw new ReconcileError("BUILD_FAILED", `values must be a map, this is ${Array.isArray(value) ? "a list" : `a ${typeof value}`}`, { position: { file, line: document?.line ?? 1 } });
  return mapFromJson(value);
}

/** A byte that is no UTF-8 is a lone surrogate, see go/bytes.ts. */
export const notText = (file: string): ReconcileError => new ReconcileError("BUILD_FAILED", "is not UTF-8 text", { position: { file } });

/** Helm cuts at every line that begins with `---`, before YAML is read. */
function partsOf(text: string, file: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith("---")) continue;
    const rest = line.slice(3).trim();
    if (rest !== "" && !rest.startsWith("#")) throw new ReconcileError("BUILD_FAILED", `"${rest}" stands behind the separator ---; put it on a line of its own`, { position: { file, line: index + 1 } });
    if (index > from) parts.push({ text: lines.slice(from, index).join("\n"), line: from });
    from = index + 1;
  }
  parts.push({ text: lines.slice(from).join("\n"), line: from });
  return parts;
}
