import { systemClock } from "../../controllers/clock.ts";
import { stringifyJson } from "../../object/json.ts";
import type { RunCommand } from "../command.ts";
import { openWorkTree, type WorkTree } from "../work-tree.ts";
import { templateChart } from "./helm-template.ts";
import type { RenderCommandOptions } from "./options.ts";
import { tellWarnings } from "./warnings.ts";

/** Prints what `helm template` prints. What reads Git is loaded only for --repo. */
export const renderChart: RunCommand<RenderCommandOptions> = async (options, context) => {
  await using stack = new AsyncDisposableStack();
  const { directory = ".", repo, path, ref, output, values = [], file = [] } = options;
  const fetched = async (url: string): Promise<WorkTree> => ({ tree: await (await import("./fetch-tree.ts")).fetchTree({ url, ref }, stack, context.signal), path: path ?? "" });
  const { tree, path: folder } = repo === undefined ? openWorkTree(directory, path) : await fetched(repo);
  const { text, objects, warnings } = await templateChart(tree, folder, { ...options, values: [...file, ...values] }, systemClock.now());
  tellWarnings(warnings, context);
  context.stdout.write(output === "yaml" ? text : `${stringifyJson({ apiVersion: "v1", kind: "List", items: objects() })}\n`);
  return 0;
};
