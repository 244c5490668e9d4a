import { messageOf, ReconcileError } from "../../src/errors.ts";
import { isJsonObject } from "../../src/object/json.ts";
import { Budget } from "../budget.ts";
import { tellProblems, type Draft } from "../check-objects.ts";
import type { TreeFiles } from "../tree-files.ts";
import { buildFolder } from "./accumulate.ts";
import { rename } from "./affixes.ts";
import { NOTHING, type Build, type Gathered } from "./build.ts";
import { finishMetadata } from "./build-metadata.ts";
import { demandKustomization } from "./find-kustomization.ts";
import { fixReferences } from "./fix-references.ts";
import type { InflateChart } from "./helm-charts.ts";
import { readKustomization, type KustomizationFile } from "./kustomization.ts";
import type { LoadRestriction } from "./load-path.ts";
import { nameHash } from "./name-hash.ts";
import { withTextAnnotations } from "./read-manifests.ts";
import { refoldTexts } from "./refold-texts.ts";
import type { RemoteBases } from "./remote-bases.ts";
import { metadataOf, newResource, scalarText, type Resource } from "./resource.ts";
import { sortResources } from "./sort-order.ts";
import { resolveVars } from "./vars.ts";

/** What is laid over the objects of a path before names get their hashes and references follow them. */
export type OnTop = (build: Build, below: Gathered) => Gathered;

/** What a render goes by. */
export interface RenderContext {
  readonly files: TreeFiles;
  readonly restriction: LoadRestriction;
  readonly warnings: string[];
  readonly remotes: RemoteBases;
  readonly inflate: InflateChart;
  /** Default: nothing is laid over. */
  readonly onTop?: OnTop | undefined;
}

/** The objects of a kustomization, rendered as kustomize 5.8 does; none where a remote base is missing. Throws every problem that was found. */
export function renderKustomization(folder: string, context: RenderContext): Draft[] {
  const { file, fields } = readKustomization(context.files, demandKustomization(context.files, folder), [], []);
  return finish({ file, fields }, context, (build) => buildFolder(build, folder));
}

/** The same for objects that come from nowhere but a list: as a base without transformations would give them. `file` names them in errors. */
export function renderBase(drafts: readonly Draft[], file: string, context: RenderContext): Draft[] {
  return finish({ file, fields: {} }, context, () => ({ ...NOTHING, resources: drafts.map(({ value, origin }) => newResource(value, origin)) }));
}

function finish({ file, fields }: Pick<KustomizationFile, "file" | "fields">, { files, restriction, warnings, remotes, inflate, onTop }: RenderContext, gather: (build: Build) => Gathered): Draft[] {
  const { buildMetadata: metadata = [], sortOptions } = fields;
  const { spend } = new Budget();
  const build: Build = { files, restriction, problems: [], warnings, remotes, inflate, built: new Map(), spend, schema: { isChosen: false, definitions: undefined }, annotates: metadata.length > 0 };
  const sound = (gathered: Gathered): Gathered => {
    if (build.problems.length > 0) throw tellProblems(build.problems);
    return gathered;
  };
  try {
    const below = sound(gather(build));
    const { resources, config, vars } = onTop === undefined ? below : sound(onTop(build, below));
    if (remotes.isWaiting) return [];
    const fixed = fixReferences(resources.map(withHash), config.nameReference, spend);
    const complete = resolveVars(fixed, vars, config.varReference, spend, (unused) => warnings.push(unused.problem(`var "${unused.name}" is used nowhere`).message)).filter(isForCluster);
    return sortResources(complete, sortOptions).map(({ value, origin }) => ({ value: refoldTexts(withTextAnnotations(finishMetadata(value, metadata))), origin }));
  } catch (error) {
    if (error instanceof ReconcileError && (error.code !== "LIMIT_EXCEEDED" || error.position !== undefined)) throw error;
    throw new ReconcileError(error instanceof ReconcileError ? error.code : "BUILD_FAILED", messageOf(error), { position: { file }, cause: error });
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
