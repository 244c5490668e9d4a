import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { withOriginOf } from "./build-metadata.ts";
import type { Path } from "./decode.ts";
import { idKey } from "./distinct.ts";
import { generateConfigMap, generateSecret, type Generated, type ReadFile } from "./generators.ts";
import type { KustomizationFile } from "./kustomization.ts";
import { allIds, currentId, formatId, metadataOf, newResource, sameId, textAt, withMember, withMetadata, type Resource } from "./resource.ts";
import { weightOf } from "./weight.ts";

/** One generator entry and where it stands. */
export interface GeneratorStep {
  readonly path: Path;
  readonly run: (resources: readonly Resource[]) => Resource[];
}

/** What is done to a generated resource before it joins the others; the kind of kustomize's generator. */
export type NoteGenerated = (resource: Resource, generator: string) => Resource;

/** The generators of a layer in their order; each adds its object, or replaces or merges into one that is there. */
export function* generatorSteps(layer: KustomizationFile, read: ReadFile, note: NoteGenerated, spend: Spend): Iterable<GeneratorStep> {
  const { configMapGenerator = [], secretGenerator = [], generatorOptions } = layer.fields;
  const step = (path: Path, generate: () => Generated): GeneratorStep => ({
    path,
    run: (resources) => {
      const { value, needsHash, behavior } = generate();
      const origin = { file: layer.file, line: layer.lineOf(path), overlays: [] };
      const kind = path[0] === "configMapGenerator" ? "ConfigMapGenerator" : "SecretGenerator";
      return absorb(resources, note(newResource(value, origin, needsHash), kind), behavior, spend);
    },
  });
  for (const [index, entry] of configMapGenerator.entries()) yield step(["configMapGenerator", index], () => generateConfigMap(entry, generatorOptions, read));
  for (const [index, entry] of secretGenerator.entries()) yield step(["secretGenerator", index], () => generateSecret(entry, generatorOptions, read));
}

/** Takes a generated resource in; `behavior` is create (default), replace or merge. Throws Error where that does not fit what is there. */
export function absorb(resources: readonly Resource[], made: Resource, behavior: string | undefined, spend: Spend): Resource[] {
  const wanted = currentId(made);
  const matches = resources.filter((resource) => allIds(resource).some((id) => sameId(id, wanted)));
  const [old] = matches;
  const changes = behavior === "merge" || behavior === "replace";
  if (matches.length > 1) throw new Error(`${matches.length} objects could take ${formatId(wanted)}: ${matches.map((each) => formatId(currentId(each))).join(", ")}`);
  if (old === undefined && changes) throw new Error(`there is no ${formatId(wanted)} to ${behavior}`);
  if (old === undefined) return [...resources, made];
  if (!changes) throw new Error(`${formatId(wanted)} is there already, from ${old.origin.file}:${old.origin.line}; say behavior: merge or replace`);
  spend(weightOf(old.value) + weightOf(made.value));
  const result = takeOver(old, made, behavior);
  return resources.map((resource) => (idKey(resource) === idKey(old) ? result : resource));
}

/** The new content under the old identity; a merge keeps the old data that the new does not define. */
function takeOver(old: Resource, made: Resource, behavior: "merge" | "replace"): Resource {
  const [before, now] = [metadataOf(old.value), metadataOf(made.value)];
  let value = withMetadata(made.value, {
    name: textAt(before, "name"),
    namespace: textAt(before, "namespace") || undefined,
    labels: joined(before["labels"], now["labels"]),
    annotations: joined(before["annotations"], now["annotations"]) ?? {},
  });
  if (behavior === "merge") {
    for (const member of ["data", "binaryData"]) value = withMember(value, member, joined(old.value[member], made.value[member]));
    value = withOriginOf(value, old.value);
  }
  const origin = behavior === "merge" ? old.origin : made.origin;
  return { ...old, value, origin, needsHash: old.needsHash && made.needsHash };
}

/** Both maps, texts throughout, the second one's over the first one's; undefined where both are empty. */
function joined(first: Json | undefined, second: Json | undefined): JsonObject | undefined {
  const entries = [first, second].flatMap((map) => (isJsonObject(map) ? Object.entries(map) : []));
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, text]) => [name, text === null || text === undefined ? "" : typeof text === "object" ? "" : String(text)]));
}
