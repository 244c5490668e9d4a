import type { DriftFinding } from "../../api/drift-report.ts";
import { isJsonObject, parseJson } from "../../object/json.ts";
import { printable } from "../terminal.ts";
import type { Palette } from "../terminal.ts";
import { doneText, fieldText, objectText, whenText, whoText } from "./finding-text.ts";
import type { ToldDrift } from "./reports.ts";

/** How a diff is written. */
export interface DiffOptions {
  /** Corrected differences as well. */
  readonly reverted: boolean;
  readonly palette: Palette;
  readonly now: Date;
}

/**
 * The differences object by object, as `kubectl diff` would show them: `-` is live, `+` is what the source wants. One hunk a
 * field, with who and when behind its name; values are as the report has them, shortened and masked.
 */
export function asDiff(told: readonly ToldDrift[], options: DiffOptions): string {
  return told.map((one) => diffOf(one, [...(one.status.findings ?? []), ...(options.reverted ? (one.status.reverted ?? []) : [])], options)).join("");
}

/** The same for some findings of one report. */
export function diffOf({ status }: ToldDrift, findings: readonly DriftFinding[], { palette, now }: Omit<DiffOptions, "reverted">): string {
  return [...Map.groupBy(findings, ({ object }) => object)]
    .map(([object, some]) => {
      const title = objectText(object);
      const hunks = some.flatMap((finding) => [
        palette.cyan(`@@ ${fieldText(finding, Infinity)} @@ ${whoText(finding)}, ${whenText(finding, now)}; ${doneText(finding, status, now)}`),
        ...valueLines(finding, palette),
      ]);
      return [palette.bold(`--- ${title} (live)`), palette.bold(`+++ ${title} (source)`), ...hunks].map((line) => `${line}\n`).join("");
    })
    .join("");
}

function valueLines({ class: kind, path, desired, live }: DriftFinding, { red, green }: Palette): string[] {
  const gone = kind === "Missing" && path === undefined;
  return [...linesOf(live).map((line) => red(`-${line}`)), ...(gone ? ["(the whole object)"] : linesOf(desired)).map((line) => green(`+${line}`))];
}

/** A value over several lines where it has members; one that was cut is no JSON any more. */
function linesOf(value: string | undefined): string[] {
  if (value === undefined) return [];
  const parsed = tryParse(value);
  const text = Array.isArray(parsed) || isJsonObject(parsed) ? JSON.stringify(parsed, undefined, 2) : value;
  return text.split("\n").map(printable);
}

function tryParse(value: string): ReturnType<typeof parseJson> | undefined {
  try {
    return parseJson(value);
  } catch {
    return undefined;
  }
}
