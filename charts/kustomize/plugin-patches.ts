import type { Json, JsonObject } from "../../src/object/json.ts";
import { flag, listOf } from "./decode.ts";
import { loadReplacements } from "./load-replacements.ts";
import { applyJsonPatch, applyMerges, applyPatch, demandContent } from "./patches.ts";
import { knownOnly, looseRecord, looseText, readPlugin, selector } from "./plugin-config.ts";
import type { PluginContext, Transformation } from "./plugin-context.ts";
import { replacementEntry } from "./replacement-entry.ts";
import { applyReplacements } from "./replacements.ts";

const patch = looseRecord({ path: looseText, patch: looseText, target: selector, options: looseRecord({ allowNameChange: flag, allowKindChange: flag }) });
const merges = looseRecord({ paths: listOf(looseText), patches: looseText });
const replacements = looseRecord({ replacements: knownOnly(listOf(replacementEntry)) });
const operations = looseRecord({ path: looseText, jsonOp: looseText, target: selector });

/** One patch of either kind, as an entry of `patches`. */
export function patchOf(config: JsonObject, { files: read }: PluginContext): Transformation {
  const { path = "", patch: text = "", target, options } = readPlugin(config, patch);
  const documents = oneOf({ path, patch: text.trim() }, read);
  return (resources) => applyPatch(resources, { ...options, target, documents, typeOf: read.typeOf() }, read.spend);
}

/** Strategic merges, as `patchesStrategicMerge`: files, or the patches themselves. */
export function mergesOf(config: JsonObject, { files: read }: PluginContext): Transformation {
  const { paths = [], patches = "" } = readPlugin(config, merges);
  if (paths.length === 0 && patches === "") throw new Error("has neither paths nor patches");
  const isPatch = (source: string): boolean => /[\n{]/.test(source) && !read.exists(source);
  const documents = [...paths.flatMap((source) => (isPatch(source) ? read.inline(source) : read.file(source))), ...(patches === "" ? [] : read.inline(patches))];
  demandContent(documents);
  return (resources) => applyMerges(resources, documents, read.spend, read.typeOf());
}

/** JSON 6902 operations, as an entry of `patchesJson6902`. */
export function operationsOf(config: JsonObject, { files: read }: PluginContext): Transformation {
  const { path = "", jsonOp = "", target } = readPlugin(config, operations);
  if (!target?.name) throw new Error("has no target.name");
  const [list = null] = oneOf({ path, jsonOp }, read);
  if (!Array.isArray(list) || list.length === 0) throw new Error("has no list of operations");
  return (resources) => applyJsonPatch(resources, list, { target, remember: false }, read.spend);
}

/** Replacements in place or in files, as `replacements`. */
export function replacementsOf(config: JsonObject, { files }: PluginContext): Transformation {
  const { replacements: entries = [] } = readPlugin(config, replacements);
  const loaded = loadReplacements(entries, (path) => files.data(path));
  return (resources) => applyReplacements(resources, loaded, files.spend);
}

/** The documents of the one source that is given: a file, or a text under another name. */
function oneOf(sources: Readonly<Record<string, string>>, read: PluginContext["files"]): readonly Json[] {
  const given = Object.entries(sources).filter(([, source]) => source !== "");
  const [[name, source] = ["", ""], ...others] = given;
  if (given.length === 0) throw new Error(`has neither ${Object.keys(sources).join(" nor ")}`);
  if (others.length > 0) throw new Error(`has both ${Object.keys(sources).join(" and ")}; leave out one`);
  return name === "path" ? read.file(source) : read.inline(source);
}
