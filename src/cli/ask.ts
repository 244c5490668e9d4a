import { createInterface } from "node:readline/promises";

/**
 * A question to whoever sits at the terminal; the answer is empty when the input ends. The terminal keeps its own line
 * editing, so that Ctrl-C stays a signal.
 */
export async function askAtTerminal(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  try {
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    return await Promise.race([lines.question(question, { signal }), ended]);
  } finally {
    lines.close();
  }
}
