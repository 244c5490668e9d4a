import type { Answer, Need, RemoteBaseNeed } from "../../../charts/needs.ts";
import { render } from "../../../charts/render.ts";
import type { Rendered } from "../../../charts/rendered.ts";
import { systemClock } from "../../controllers/clock.ts";
import { renderAnswered } from "../../controllers/render-answered.ts";
import { stringifyJson } from "../../object/json.ts";
import type { CommandContext, RunCommand } from "../command.ts";
import { UsageError } from "../command.ts";
import { yamlDocuments } from "../documents.ts";
import { fetchedBases } from "../repositories.ts";
import { openWorkTree } from "../work-tree.ts";
import { readRendering } from "./application-file.ts";
import { fetchTree } from "./fetch-tree.ts";
import type { RenderCommandOptions } from "./options.ts";
import { tellWarnings } from "./warnings.ts";

/** Prints the objects of a folder or a repository, as an Application would have them. */
export const renderObjects: RunCommand<RenderCommandOptions> = async (options, context) => {
  const { directory, repo, ref } = options;
  await using stack = new AsyncDisposableStack();
  if ((options.file?.length ?? 0) > 1) throw new UsageError("-f names one Application; with --helm it names values files");
  const rendering = await readRendering({ ...options, file: options.file?.[0] });
  const wanted = options.path ?? rendering.path;
  const { tree, path } = repo === undefined ? openWorkTree(directory ?? ".", wanted) : { tree: await fetchTree({ url: repo, ref }, stack, context.signal), path: wanted ?? "" };
  const { signal } = context;
  const rendered = await renderAnswered((answers) => render(tree, { ...rendering.options, path, answers }), { answer: answersOf(fetchedBases(stack, signal)), signal });
  print({ ...rendered, warnings: [...rendering.warnings, ...rendered.warnings] }, options.output, context);
  return 0;
};

/** No cluster is asked: only bases and the time are told. */
function answersOf(bases: (need: RemoteBaseNeed) => Promise<Answer>): (need: Need) => Promise<Answer> {
  return (need) => (need.kind === "RemoteBase" ? bases(need) : Promise.resolve({ kind: "Value", value: need.kind === "Time" ? systemClock.now().getTime() : {} }));
}

function print({ objects, warnings }: Rendered, output: RenderCommandOptions["output"], context: CommandContext): void {
  const { stdout } = context;
  tellWarnings(warnings, context);
  const plain = objects.map(({ object }) => object);
  stdout.write(output === "yaml" ? yamlDocuments(plain) : `${stringifyJson({ apiVersion: "v1", kind: "List", items: plain })}\n`);
}
