import type { Answer, Need, RemoteBaseNeed } from "../../charts/needs.ts";
import { systemClock } from "../controllers/clock.ts";
import { render as renderTree } from "../../charts/render.ts";
import type { Rendered } from "../../charts/rendered.ts";
import type { FileTree } from "../../sources/file-tree.ts";
import { fetchFirstRef, refsOf } from "../controllers/first-ref.ts";
import { renderAnswered } from "../controllers/render-answered.ts";
import { stringifyJson } from "../object/json.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { UsageError } from "./command.ts";
import { yamlDocuments } from "./documents.ts";
import { templateChart } from "./render/helm-template.ts";
import type { HelmFlags } from "./render/helm-template.ts";
import type { RenderingOptions } from "./render/application-file.ts";
import { readRendering } from "./render/application-file.ts";
import { fetchedBases, temporaryRepositories } from "./repositories.ts";
import { paletteFor, printable } from "./terminal.ts";
import { openWorkTree } from "./work-tree.ts";

/** Options of `driftless render`. */
export interface RenderCommandOptions extends Omit<RenderingOptions, "file">, HelmFlags {
  /** The manifest of an Application; with `helm` values files. */
  readonly file?: readonly string[];
  readonly directory?: string;
  readonly repo?: string;
  readonly ref?: string;
  /** Default: what the Application says; without one for a folder the folder itself, for a repository its root. */
  readonly path?: string;
  readonly output: "yaml" | "json";
  /** The folder is a chart, and printed as `helm template` prints it; -f names values files. */
  readonly helm?: boolean;
}

const FETCH_TIMEOUT_MS = 60_000;

/** Prints the objects of a folder or a repository. Contacts no cluster; what is fetched goes into a folder that goes again. */
export const render: RunCommand<RenderCommandOptions> = async (options, context) => {
  const { directory, repo, ref } = options;
  if (repo !== undefined && directory !== undefined) throw new UsageError("give a folder or --repo, not both");
  if (repo === undefined && ref !== undefined) throw new UsageError("--ref is for --repo; a folder is rendered as it lies there");
  await using stack = new AsyncDisposableStack();
  if (options.helm === true) return template(options, context);
  if ((options.file?.length ?? 0) > 1) throw new UsageError("-f names one Application; with --helm it names values files");
  const rendering = await readRendering({ ...options, file: options.file?.[0] });
  const wanted = options.path ?? rendering.path;
  const { tree, path } = repo === undefined ? openWorkTree(directory ?? ".", wanted) : { tree: await fetchTree(repo, ref, stack, context.signal), path: wanted ?? "" };
  const { signal } = context;
  const rendered = await renderAnswered((answers) => renderTree(tree, { ...rendering.options, path, answers }), { answer: answersOf(fetchedBases(stack, signal)), signal });
  print({ ...rendered, warnings: [...rendering.warnings, ...rendered.warnings] }, options.output, context);
  return 0;
};

/** Prints what `helm template` prints. */
async function template(options: RenderCommandOptions, context: CommandContext): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { directory = ".", repo, ref, output, values = [], file = [] } = options;
  const { tree, path } = repo === undefined ? openWorkTree(directory, options.path) : { tree: await fetchTree(repo, ref, stack, context.signal), path: options.path ?? "" };
  const { text, objects, warnings } = await templateChart(tree, path, { ...options, values: [...file, ...values] }, systemClock.now());
  warn(warnings, context);
  context.stdout.write(output === "yaml" ? text : `${stringifyJson({ apiVersion: "v1", kind: "List", items: objects })}\n`);
  return 0;
}

/** No cluster is asked: only bases and the time are told. */
function answersOf(bases: (need: RemoteBaseNeed) => Promise<Answer>): (need: Need) => Promise<Answer> {
  return (need) => (need.kind === "RemoteBase" ? bases(need) : Promise.resolve({ kind: "Value", value: need.kind === "Time" ? systemClock.now().getTime() : {} }));
}

async function fetchTree(url: string, ref: string | undefined, stack: AsyncDisposableStack, signal: AbortSignal): Promise<FileTree> {
  const { artifact } = await fetchFirstRef(await temporaryRepositories(stack), { url, refs: refsOf(ref ?? ""), timeoutMs: FETCH_TIMEOUT_MS }, signal);
  return artifact.tree;
}

function warn(warnings: readonly string[], { stderr, env }: CommandContext): void {
  const { yellow } = paletteFor(stderr, env);
  for (const warning of warnings) stderr.write(`${yellow("warning:")} ${printable(warning)}\n`);
}

function print({ objects, warnings }: Rendered, output: RenderCommandOptions["output"], context: CommandContext): void {
  const { stdout } = context;
  warn(warnings, context);
  const plain = objects.map(({ object }) => object);
  stdout.write(output === "yaml" ? yamlDocuments(plain) : `${stringifyJson({ apiVersion: "v1", kind: "List", items: plain })}\n`);
}
