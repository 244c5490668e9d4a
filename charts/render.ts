import type { FileTree } from "../sources/file-tree.ts";
import type { KustomizeSpec } from "../src/api/render-spec.ts";
import { ReconcileError } from "../src/errors.ts";
import { Budget } from "./budget.ts";
import { checkObjects, tellProblems, type Draft } from "./check-objects.ts";
import { kustomizationIn } from "./kustomize/find-kustomization.ts";
import type { LoadRestriction } from "./kustomize/load-path.ts";
import { renderBase, renderKustomization } from "./kustomize/render.ts";
import { isEmptyOverlay, overlayOf } from "./overlay.ts";
import { ParseCache } from "./parse-cache.ts";
import { renderPlain } from "./plain.ts";
import type { Rendered } from "./rendered.ts";
import { substitute, type Variables } from "./substitute/substitute.ts";
import { TreeFiles } from "./tree-files.ts";
import { folderOf, joinPath, type Resolved } from "./tree-path.ts";

/** What is rendered, and how. Everything here is part of the result's identity. */
export interface RenderOptions {
  /** A folder of the tree; "" and "." are its root. */
  readonly path: string;
  /** Where the files may lie that a kustomization reads; default "RootOnly", as kustomize has it. */
  readonly loadRestriction?: LoadRestriction | undefined;
  /** A layer of the Application's own on top of what the path builds. Default none. */
  readonly overlay?: KustomizeSpec | undefined;
  /** Values for the variables in the objects; without them texts stay as they are. */
  readonly variables?: Variables | undefined;
}

/** Parsed files of a single render. */
const OWN_CACHE_BYTES = 64 * 1024 * 1024;

/**
 * Renders one path of a tree: a kustomization where there is one, else every manifest below it. Pure: reads nothing but the
 * tree. Throws PATH_NOT_FOUND, LIMIT_EXCEEDED, or BUILD_FAILED with every problem that was found, each with file and line.
 */
export function render(tree: FileTree, options: RenderOptions, cache: ParseCache = new ParseCache(OWN_CACHE_BYTES)): Rendered {
  const files = new TreeFiles(tree, cache);
  const folder = findFolder(files, options.path);
  const problems: ReconcileError[] = [];
  const warnings: string[] = [];
  const built = drafts(files, folder, options, problems, warnings);
  const filled = options.variables === undefined ? built : substitute(built, options.variables, problems, new Budget().spend);
  const objects = checkObjects(filled, problems);
  if (problems.length > 0) throw tellProblems(problems);
  return { objects, warnings };
}

function drafts(files: TreeFiles, folder: string, { loadRestriction: restriction = "RootOnly", overlay }: RenderOptions, problems: ReconcileError[], warnings: string[]): Draft[] {
  const onTop = overlay === undefined || isEmptyOverlay(overlay) ? undefined : overlayOf(overlay, folder);
  const context = { files, restriction, warnings, onTop };
  if (kustomizationIn(files, folder) !== undefined) return renderKustomization(folder, context);
  const chart = files.resolve(folder === "" ? "Chart.yaml" : `${folder}/Chart.yaml`);
  if (chart !== undefined) {
    throw new ReconcileError("BUILD_FAILED", "path holds a Helm chart, which this version of Driftless does not render; commit rendered manifests or a kustomization", { position: { file: chart.path } });
  }
  const plain = renderPlain(files, folder, problems);
  if (onTop === undefined) return plain;
  checkObjects(plain, problems);
  return problems.length > 0 ? [] : renderBase(plain, folder || ".", context);
}

function findFolder(files: TreeFiles, path: string): string {
  const wanted = joinPath("", path.replace(/^\/+/, ""));
  if (wanted === undefined) throw new ReconcileError("PATH_NOT_FOUND", `path "${path}" leads out of the repository`);
  const found: Resolved | undefined = files.resolve(wanted);
  if (found?.kind === "directory") return found.path;
  if (found !== undefined) throw new ReconcileError("PATH_NOT_FOUND", `path "${path}" is a ${found.kind}, a folder is needed`);
  throw new ReconcileError("PATH_NOT_FOUND", `path "${path}" not found; ${nearestParent(files, folderOf(wanted))}`);
}

/** The deepest folder of the way that exists, and what is in it. */
function nearestParent(files: TreeFiles, folder: string): string {
  const found = files.resolve(folder);
  if (found?.kind !== "directory") return nearestParent(files, folderOf(folder));
  const names = (files.tree.list(found.path) ?? []).map(({ name, kind }) => (kind === "directory" ? `${name}/` : name));
  const shown = names.length > 10 ? `${names.slice(0, 10).join(", ")} and ${names.length - 10} more` : names.join(", ") || "nothing";
  return `${found.path === "" ? "the root" : found.path} contains ${shown}`;
}
