import { messageOf } from "../../errors.ts";
import type { DriftReport } from "../../api/drift-report.ts";
import { systemClock } from "../../controllers/clock.ts";
import { Reflector } from "../../kube/reflector.ts";
import type { ClusterClient } from "../../ports.ts";
import type { CommandContext } from "../command.ts";
import { silentLogger } from "../silent-logger.ts";
import { paletteFor, printable, symbols } from "../terminal.ts";
import type { Palette } from "../terminal.ts";
import { diffOf } from "./as-diff.ts";
import { changeAsJson } from "./as-json.ts";
import { changesBetween } from "./changes.ts";
import type { DriftChange } from "./changes.ts";
import { changeText, doneText, fieldText, objectText, whoText } from "./finding-text.ts";
import { reportKind, toldBy } from "./reports.ts";
import type { DriftScope, ToldDrift } from "./reports.ts";

/** What is watched, and what was told of it before. */
export interface WatchedDrift {
  readonly cluster: ClusterClient;
  readonly scope: DriftScope;
  /** As it was printed; as json it has not been. */
  readonly told: readonly ToldDrift[];
  readonly output: "table" | "diff" | "json";
}

/** Characters of one value. */
const VALUE_LIMIT = 60;

/** Tells every change as it comes, until the signal is aborted. A watch that breaks is opened anew, and said once on stderr; nothing is missed in between but what came and went. */
export async function watchDrift({ cluster, scope, told, output }: WatchedDrift, { stdout, stderr, env, signal }: CommandContext): Promise<void> {
  const palette = paletteFor(stdout, env);
  const seen = new Map((output === "json" ? [] : told).map((one) => [nameOf(one), one]));
  let broken = false;
  const reflector = new Reflector({
    client: cluster,
    kind: await reportKind(cluster, signal),
    namespace: scope.namespace,
    name: scope.application,
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    handler: {
      onUpsert: (object) => {
        const after = toldBy(object as unknown as DriftReport); // the API server has validated it
        for (const change of changesBetween(seen.get(nameOf(after)), after)) stdout.write(changeLines(change, output, palette));
        seen.set(nameOf(after), after);
      },
      onDelete: (object) => void seen.delete(nameOf({ namespace: object.metadata.namespace ?? "", name: object.metadata.name })),
      onFailed: (error) => {
        if (!broken && !signal.aborted) stderr.write(`${palette.dim(`connection lost, trying again: ${printable(messageOf(error))}`)}\n`);
        broken = true;
      },
      onWatching: () => void (broken = false),
    },
  });
  reflector.start();
  await aborted(signal);
  await reflector.stop();
}

function changeLines(change: DriftChange, output: WatchedDrift["output"], palette: Palette): string {
  switch (output) {
    case "json":
      return changeAsJson(change);
    case "diff":
      return change.type === "Ended" ? `${line(change, palette)}\n` : diffOf(change.told, [change.finding], { palette, now: new Date() });
    case "table":
      return `${line(change, palette)}\n`;
  }
}

/** `11:04:33Z ~ shop/shop  Deployment shop/web /spec/replicas 3 → 7 by kubectl scale, likely a person; being reverted`. */
function line(change: DriftChange, palette: Palette): string {
  const { told, finding } = change;
  return `${palette.dim(`${timeOf(change).slice(11, 19)}Z`)} ${markOf(change, palette)} ${palette.bold(nameOf(told))}  ${objectText(finding.object)} ${fieldText(finding, Infinity)} ${words(change)}`;
}

function timeOf({ type, finding: { detectedAt, revertedAt } }: DriftChange): string {
  if (type === "Found") return detectedAt;
  return type === "Reverted" && revertedAt !== undefined ? revertedAt : new Date().toISOString();
}

function words({ type, told, finding }: DriftChange): string {
  const now = new Date();
  switch (type) {
    case "Found":
      return `${changeText(finding, VALUE_LIMIT)} by ${whoText(finding)}; ${doneText(finding, told.status, now)}`;
    case "Reverted":
      return `reverted; ${changeText(finding, VALUE_LIMIT)} was by ${whoText(finding)}`;
    case "Ended":
      return "differs no more";
    case "Completed":
      return `was by ${whoText(finding)}; ${doneText(finding, told.status, now)}`;
  }
}

function markOf({ type }: DriftChange, { yellow, green, cyan }: Palette): string {
  switch (type) {
    case "Found":
      return yellow(symbols.changed);
    case "Reverted":
    case "Ended":
      return green(symbols.ok);
    case "Completed":
      return cyan(symbols.bullet);
  }
}

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => printable(`${namespace}/${name}`);

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
