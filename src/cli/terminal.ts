/** How commands look in a terminal: colours, symbols, tables. Decides from arguments only. */
import { stripVTControlCharacters } from "node:util";
import type { CommandContext, TextOutput } from "./command.ts";

/** Ways to emphasise text; each returns the text as it is where colours are off. */
export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly cyan: Paint;
}

type Paint = (text: string) => string;

/** One meaning each, in every command. */
export const symbols = { ok: "✓", failed: "✗", changed: "~", added: "+", removed: "-", pending: "…", arrow: "→", bullet: "•" } as const;

const paint = (enabled: boolean, on: number, off: number): Paint => (text) => (enabled && text !== "" ? `\u001B[${on}m${text}\u001B[${off}m` : text);

/** The palette for a stream: colours only in a terminal, and never against NO_COLOR (no-color.org). */
export function paletteFor(stream: TextOutput, env: CommandContext["env"]): Palette {
  const enabled = stream.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  return {
    bold: paint(enabled, 1, 22),
    dim: paint(enabled, 2, 22),
    red: paint(enabled, 31, 39),
    green: paint(enabled, 32, 39),
    yellow: paint(enabled, 33, 39),
    blue: paint(enabled, 34, 39),
    cyan: paint(enabled, 36, 39),
  };
}

/** Text from a repository or a cluster without what would steer the terminal; line breaks and tabs become spaces. */
export function printable(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ").replace(/[\p{Cc}\p{Bidi_Control}]/gu, "");
}

/**
 * Rows with their cells under each other, two spaces apart, nothing at the end of a line. Cells may be coloured.
 * Ends with a line break; empty text for no rows.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
  return rows.map((row) => `${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join("  ").trimEnd()}\n`).join("");
}

const pad = (cell: string, width: number): string => cell + " ".repeat(width - widthOf(cell));

/** Columns that text takes; characters that take two are not expected in what Kubernetes names. */
const widthOf = (cell: string): number => Array.from(stripVTControlCharacters(cell)).length;
