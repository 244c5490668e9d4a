import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { render as renderTree } from "../../charts/render.ts";
import type { Rendered } from "../../charts/rendered.ts";
import { GitRepositories } from "../../sources/git/git-source.ts";
import type { Artifact } from "../../sources/source.ts";
import type { GitRef } from "../api/git-source.ts";
import { systemClock } from "../controllers/clock.ts";
import { ReconcileError } from "../errors.ts";
import { createLogger } from "../logger.ts";
import { stringifyJson } from "../object/json.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { UsageError } from "./command.ts";
import { yamlDocuments } from "./documents.ts";
import type { Rendering, RenderingOptions } from "./render/application-file.ts";
import { readRendering } from "./render/application-file.ts";
import { paletteFor, printable } from "./terminal.ts";
import { openWorkTree } from "./work-tree.ts";

/** Options of `driftless render`. */
export interface RenderCommandOptions extends RenderingOptions {
  readonly directory?: string;
  readonly repo?: string;
  readonly ref?: string;
  /** Default: what the Application says; without one for a folder the folder itself, for a repository its root. */
  readonly path?: string;
  readonly output: "yaml" | "json";
}

const FETCH_TIMEOUT_MS = 60_000;

/** Prints the objects of a folder or a repository. Contacts no cluster; a repository is fetched into a folder that goes again. */
export const render: RunCommand<RenderCommandOptions> = async (options, context) => {
  const { directory, repo, ref } = options;
  if (repo !== undefined && directory !== undefined) throw new UsageError("give a folder or --repo, not both");
  if (repo === undefined && ref !== undefined) throw new UsageError("--ref is for --repo; a folder is rendered as it lies there");
  const rendering = await readRendering(options);
  const path = options.path ?? rendering.path;
  const rendered = repo === undefined ? renderDirectory(directory ?? ".", path, rendering) : await renderRepository(repo, { ref, path }, rendering, context.signal);
  print({ ...rendered, warnings: [...rendering.warnings, ...rendered.warnings] }, options.output, context);
  return 0;
};

function renderDirectory(directory: string, folder: string | undefined, { options }: Rendering): Rendered {
  const { tree, path } = openWorkTree(directory, folder);
  return renderTree(tree, { ...options, path });
}

async function renderRepository(url: string, { ref, path = "" }: { readonly ref: string | undefined; readonly path: string | undefined }, { options }: Rendering, signal: AbortSignal): Promise<Rendered> {
  const cacheDir = await mkdtemp(join(tmpdir(), "driftless-render-"));
  const repositories = new GitRepositories({ cacheDir, logger: createLogger({ level: "error" }), clock: systemClock });
  try {
    return renderTree((await fetchFirst(repositories, url, refsOf(ref), signal)).tree, { ...options, path });
  } finally {
    await repositories.close();
    await rm(cacheDir, { recursive: true, force: true });
  }
}

/** The artifact of the first of the refs that the remote has. */
async function fetchFirst(repositories: GitRepositories, url: string, [ref, ...others]: readonly (GitRef | undefined)[], signal: AbortSignal): Promise<Artifact> {
  const spec = { url, ref, timeoutMs: FETCH_TIMEOUT_MS };
  try {
    return await repositories.fetch(spec, await repositories.lookUp(spec, signal), signal);
  } catch (error) {
    const missing = error instanceof ReconcileError && error.code === "GIT_REF_NOT_FOUND";
    if (missing && others.length > 0) return fetchFirst(repositories, url, others, signal);
    throw error;
  }
}

/** What the text of --ref may mean, likeliest first. */
function refsOf(text: string | undefined): readonly (GitRef | undefined)[] {
  if (text === undefined) return [undefined];
  if (/^[0-9a-f]{40}$/.test(text)) return [{ commit: text }];
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(text) ?? [];
  if (name !== undefined) return [kind === "tags" ? { tag: name } : { branch: name }];
  return [{ branch: text }, { tag: text }];
}

function print({ objects, warnings }: Rendered, output: RenderCommandOptions["output"], { stdout, stderr, env }: CommandContext): void {
  const { yellow } = paletteFor(stderr, env);
  for (const warning of warnings) stderr.write(`${yellow("warning:")} ${printable(warning)}\n`);
  const plain = objects.map(({ object }) => object);
  stdout.write(output === "yaml" ? yamlDocuments(plain) : `${stringifyJson({ apiVersion: "v1", kind: "List", items: plain })}\n`);
}
