/** The command that prints a chart, for command lines that chartOptions reads. No `await` at the top: it is loaded as a script. */
import type { CommandContext } from "./cli/command.ts";
import { renderChart } from "./cli/render/chart-command.ts";
import { chartOptions } from "./cli/render/chart-options.ts";
import { runProgram } from "./run-program.ts";

async function run(context: CommandContext): Promise<number> {
  try {
    const options = chartOptions(process.argv.slice(2));
    if (options === undefined) throw new Error("this script takes the command render --helm only");
    return await renderChart(options, context);
  } catch (error) {
    (await import("./cli/failure.ts")).reportError(error, context);
    return 1;
  }
}

void runProgram(run);
