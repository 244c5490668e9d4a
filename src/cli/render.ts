import type { RunCommand } from "./command.ts";
import { UsageError } from "./command.ts";
import type { RenderCommandOptions } from "./render/options.ts";

export type { RenderCommandOptions } from "./render/options.ts";

/** Prints the objects of a folder or a repository. Contacts no cluster; what is fetched goes into a folder that goes again. A chart loads only what charts need, so that it is printed as fast as helm prints it. */
export const render: RunCommand<RenderCommandOptions> = async (options, context) => {
  const { directory, repo, ref } = options;
  if (repo !== undefined && directory !== undefined) throw new UsageError("give a folder or --repo, not both");
  if (repo === undefined && ref !== undefined) throw new UsageError("--ref is for --repo; a folder is rendered as it lies there");
  const run = options.helm === true ? (await import("./render/chart-command.ts")).renderChart : (await import("./render/objects-command.ts")).renderObjects;
  return run(options, context);
};
