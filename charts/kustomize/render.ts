import { messageOf, ReconcileError } from "../../src/errors.ts";
import { isJsonObject } from "../../src/object/json.ts";
import { Budget } from "../budget.ts";
import { tellProblems, type Draft } from "../check-objects.ts";
import type { TreeFiles } from "../tree-files.ts";
import { buildFolder, type Build } from "./accumulate.ts";
import { rename } from "./affixes.ts";
import { demandKustomization } from "./find-kustomization.ts";
import { fixReferences } from "./fix-references.ts";
import { readKustomization } from "./kustomization.ts";
import type { LoadRestriction } from "./load-path.ts";
import { nameHash } from "./name-hash.ts";
import { withTextAnnotations } from "./read-manifests.ts";
import { metadataOf, scalarText, type Resource } from "./resource.ts";
import { sortResources } from "./sort-order.ts";

/** The objects of a kustomization, rendered as kustomize 5.8 does. Throws every problem that was found. */
export function renderKustomization(files: TreeFiles, folder: string, restriction: LoadRestriction, warnings: string[]): Draft[] {
  const { spend } = new Budget();
  const build: Build = { files, restriction, problems: [], warnings, built: new Map(), spend };
  const layer = readKustomization(files, demandKustomization(files, folder), [], []);
  try {
    const resources = buildFolder(build, folder);
    if (build.problems.length > 0) throw tellProblems(build.problems);
    const complete = fixReferences(resources.map(withHash), spend).filter(isForCluster);
    return sortResources(complete, layer.fields.sortOptions).map(({ value, origin }) => ({ value: withTextAnnotations(value), origin }));
  } catch (error) {
    throw error instanceof ReconcileError ? error : new ReconcileError("BUILD_FAILED", messageOf(error), { position: { file: layer.file }, cause: error });
  }
}

function withHash(resource: Resource): Resource {
  return resource.needsHash ? rename(resource, (name) => `${name}-${nameHash(resource.value)}`) : resource;
}

/** Objects that only configure tools say so in an annotation. */
function isForCluster({ value }: Resource): boolean {
  const annotations = metadataOf(value)["annotations"];
  const local = isJsonObject(annotations) ? annotations["config.kubernetes.io/local-config"] : undefined;
  return local === undefined || scalarText(local) === "false";
}
