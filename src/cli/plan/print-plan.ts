import type { Plan } from "../../../reconciler/change.ts";
import { planMarkdown } from "../../../reconciler/plan-markdown.ts";
import { lineText, planLines } from "../../../reconciler/plan-text.ts";
import type { PlanLine } from "../../../reconciler/plan-text.ts";
import type { CommandContext } from "../command.ts";
import { paletteFor, printable } from "../terminal.ts";
import type { Palette } from "../terminal.ts";

/** How a plan is printed. */
export interface PlanOutput {
  readonly output: "text" | "markdown";
  /** Every object and field instead of the counts of long lists. */
  readonly full: boolean;
}

/** Prints a plan: as text, coloured in a terminal, or as Markdown for a comment on a pull request. */
export function printPlan(plan: Plan, title: string, { output, full }: PlanOutput, { stdout, env }: Pick<CommandContext, "stdout" | "env">): void {
  switch (output) {
    case "markdown":
      stdout.write(planMarkdown(plan, title, { full }));
      return;
    case "text": {
      const palette = paletteFor(stdout, env);
      const lines = planLines(plan, { full }).map((line) => `${paint(palette, line)}\n`);
      stdout.write(`${palette.bold(printable(title))}\n\n${lines.join("")}`);
    }
  }
}

function paint(palette: Palette, line: PlanLine): string {
  const text = lineText(line);
  if (line.depth === 0) return palette.bold(text);
  switch (line.mark) {
    case "+":
    case ">":
      return palette.green(text);
    case "-":
      return palette.red(text);
    case "~":
    case "*":
      return palette.cyan(text);
    case "⇄":
      return palette.blue(text);
    case "!":
    case "?":
      return palette.yellow(text);
    case " ":
      return text;
  }
}
