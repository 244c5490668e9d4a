import type { FileTree } from "../sources/file-tree.ts";
import type { KustomizeSpec } from "../src/api/render-spec.ts";
import { ReconcileError } from "../src/errors.ts";
import { Budget } from "./budget.ts";
import { checkObjects, tellProblems, type Draft } from "./check-objects.ts";
import { Inflater } from "./inflate-chart.ts";
import { kustomizationIn } from "./kustomize/find-kustomization.ts";
import type { LoadRestriction } from "./kustomize/load-path.ts";
import { RemoteBases } from "./kustomize/remote-bases.ts";
import { renderBase, renderKustomization, type RenderContext } from "./kustomize/render.ts";
import { isEmptyOverlay, overlayOf } from "./overlay.ts";
import { manifestOf } from "./mark-released.ts";
import { Needs, type Answers } from "./needs.ts";
import { ParseCache } from "./parse-cache.ts";
import type { HelmOptions } from "./helm-options.ts";
import { renderPlain } from "./plain.ts";
import { renderChart, type RenderedChart } from "./render-chart.ts";
import type { Rendered } from "./rendered.ts";
import { secretTexts, withSecretTexts } from "./secret-texts.ts";
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
  /** How charts are rendered. Without it they are refused. */
  readonly helm?: HelmOptions | undefined;
  /** Answers to what the render needs from outside. Default none. */
  readonly answers?: Answers | undefined;
  /** Values for the variables in the objects; without them texts stay as they are. */
  readonly variables?: Variables | undefined;
}

/** Parsed files of a single render. */
const OWN_CACHE_BYTES = 64 * 1024 * 1024;

/**
 * Renders one path of a tree: a kustomization where there is one, else every manifest below it. Pure: reads nothing but the
 * tree and the answers; what it needs besides, it says in `needs`. Throws PATH_NOT_FOUND, LIMIT_EXCEEDED, or BUILD_FAILED with every problem that was found, each with file and line.
 */
export function render(tree: FileTree, options: RenderOptions, cache: ParseCache = new ParseCache(OWN_CACHE_BYTES)): Rendered {
  const files = new TreeFiles(tree, cache);
  const folder = findFolder(files, options.path);
  const problems: ReconcileError[] = [];
  const warnings: string[] = [];
  const needs = new Needs(options.answers);
  const { built, secrets = [], renewAt, record } = build(files, folder, options, { problems, warnings, needs, cache });
  if (needs.isWaiting) return { objects: [], warnings: [], needs: needs.open };
  const { spend } = new Budget();
  const filled = options.variables === undefined ? built : substitute(built, options.variables, problems, spend);
  const objects = checkObjects(filled, problems);
  if (problems.length > 0) throw tellProblems(problems);
  const { answered } = needs;
  const isChanged = options.variables !== undefined || !isEmptyOverlay(options.overlay ?? {});
  return {
    objects: withSecretTexts(objects, secretTexts(secrets), spend),
    warnings,
    ...(renewAt === undefined ? {} : { renewAt: renewAt.getTime() }),
    ...(record === undefined ? {} : { record: record(isChanged ? manifestOf(objects) : undefined) }),
    ...(answered.length === 0 ? {} : { answered }),
  };
}

/** What a render tells besides objects, filled on the way. */
interface Told {
  readonly problems: ReconcileError[];
  readonly warnings: string[];
  readonly needs: Needs;
  readonly cache: ParseCache;
}

/** What a path gives, before variables. */
interface Built extends Partial<Pick<RenderedChart, "secrets" | "renewAt" | "record">> {
  readonly built: Draft[];
}

function build(files: TreeFiles, folder: string, { loadRestriction: restriction = "RootOnly", overlay, helm }: RenderOptions, told: Told): Built {
  const { problems, warnings, needs, cache } = told;
  const onTop = overlay === undefined || isEmptyOverlay(overlay) ? undefined : overlayOf(overlay, folder);
  const inflater = new Inflater(helm, { files, cache, needs, warnings });
  const context = { files, restriction, warnings, remotes: new RemoteBases(files, needs, overlay?.remoteBases), inflate: inflater.inflate, onTop };
  if (kustomizationIn(files, folder) !== undefined) return { built: renderKustomization(folder, context), renewAt: inflater.renewAt };
  const chart = files.resolve(folder === "" ? "Chart.yaml" : `${folder}/Chart.yaml`);
  if (chart === undefined) return { built: layOver(renderPlain(files, folder, problems), folder, problems, context) };
  if (helm === undefined) throw new ReconcileError("BUILD_FAILED", "path holds a Helm chart, which is not rendered here", { position: { file: chart.path } });
  const { drafts, ...made } = renderChart(folder, helm, { files, cache, needs, warnings });
  return { built: needs.isWaiting ? [] : layOver(drafts, folder, problems, context), ...made };
}

/** The Application's own layer over objects that no kustomization made. */
function layOver(drafts: Draft[], folder: string, problems: ReconcileError[], context: RenderContext): Draft[] {
  if (context.onTop === undefined) return drafts;
  checkObjects(drafts, problems);
  return problems.length > 0 ? [] : renderBase(drafts, folder || ".", context);
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
