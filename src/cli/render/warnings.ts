import type { CommandContext } from "../command.ts";
import { paletteFor, printable } from "../terminal.ts";

/** Tells warnings of a render on stderr, one in a line. */
export function tellWarnings(warnings: readonly string[], { stderr, env }: CommandContext): void {
  const { yellow } = paletteFor(stderr, env);
  for (const warning of warnings) stderr.write(`${yellow("warning:")} ${printable(warning)}\n`);
}
