import { systemClock } from "../controllers/clock.ts";
import { HttpClusterClient } from "../kube/client.ts";
import { loadClusterAccess } from "../kube/config.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { UsageError } from "./command.ts";
import { asDiff } from "./drift/as-diff.ts";
import { asJson } from "./drift/as-json.ts";
import { asTable } from "./drift/as-table.ts";
import { readReports } from "./drift/reports.ts";
import type { DriftScope, ToldDrift } from "./drift/reports.ts";
import { watchDrift } from "./drift/watch.ts";
import { paletteFor } from "./terminal.ts";

/** Options of `driftless drift`. */
export interface DriftOptions {
  readonly application?: string;
  readonly namespace?: string;
  readonly allNamespaces: boolean;
  readonly watch: boolean;
  readonly reverted: boolean;
  readonly output: "table" | "diff" | "json";
  readonly kubeconfig?: string;
}

/** Tells what differs, and with --watch what happens from then on. 0: nothing differs; 2: something does; with --watch 0 when it is ended. */
export const drift: RunCommand<DriftOptions> = async (options, context) => {
  const scopeProblem = problemWith(options);
  if (scopeProblem !== undefined) throw new UsageError(scopeProblem);
  const access = await loadClusterAccess(options.kubeconfig === undefined ? { env: context.env } : { kubeconfig: options.kubeconfig });
  const cluster = new HttpClusterClient(access, { clock: systemClock, random: Math.random });
  const scope: DriftScope = { namespace: options.allNamespaces ? undefined : (options.namespace ?? access.namespace ?? "default"), application: options.application };
  try {
    const told = await readReports(cluster, scope, context.signal);
    if (!(options.watch && options.output === "json")) print(told, options, context);
    if (options.watch) {
      await watchDrift({ cluster, scope, told, output: options.output }, context);
      return 0;
    }
    return told.some(({ status }) => (status.total ?? 0) > 0) ? 2 : 0;
  } catch (error) {
    if (options.watch && context.signal.aborted) return 0; // ended while it began
    throw error;
  } finally {
    await cluster.close();
  }
};

function problemWith({ application, namespace, allNamespaces }: DriftOptions): string | undefined {
  if (allNamespaces && namespace !== undefined) return "-A and -n exclude each other; leave one of them out";
  if (allNamespaces && application !== undefined) return "an Application is looked for in one namespace; leave -A out, or name it with -n";
  return undefined;
}

function print(told: readonly ToldDrift[], { output, reverted }: DriftOptions, { stdout, env }: CommandContext): void {
  const options = { reverted, palette: paletteFor(stdout, env), now: new Date() };
  switch (output) {
    case "table":
      stdout.write(asTable(told, options));
      return;
    case "diff":
      stdout.write(asDiff(told, options));
      return;
    case "json":
      stdout.write(asJson(told, options));
  }
}
