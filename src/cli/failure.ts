import type { CommandContext } from "./command.ts";
import { UsageError } from "./command.ts";
import { messageOf } from "../errors.ts";
import { redactText } from "../redaction.ts";
import { paletteFor } from "./terminal.ts";

/** Tells an error on stderr: what went wrong, in red in a terminal; the stack only with DRIFTLESS_DEBUG=1. */
export function reportError(error: unknown, { stderr, env }: CommandContext): void {
  const { red, dim } = paletteFor(stderr, env);
  stderr.write(`${red("error:")} ${redactText(messageOf(error))}\n`);
  if (env["DRIFTLESS_DEBUG"] === "1") stderr.write(`${dim(redactText(stackOf(error)))}\n`);
  else if (error instanceof UsageError) stderr.write("(add --help to see what the command takes)\n");
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "no stack: what was thrown is not an Error";
  const cause = error.cause === undefined ? "" : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
