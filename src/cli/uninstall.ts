import { parseDuration } from "../api/duration.ts";
import { systemClock } from "../controllers/clock.ts";
import { isApiStatus } from "../errors.ts";
import { HttpClusterClient } from "../kube/client.ts";
import { loadClusterAccess } from "../kube/config.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { UsageError } from "./command.ts";
import { paletteFor, symbols } from "./terminal.ts";
import type { Palette } from "./terminal.ts";
import { carryOut, requireRights } from "./uninstall/carry-out.ts";
import type { RemovalListener } from "./uninstall/carry-out.ts";
import { findInstalled } from "./uninstall/find.ts";
import type { Found } from "./uninstall/found.ts";
import { isEmpty, removalOf } from "./uninstall/removal.ts";
import { nothingText, removalText, staysText } from "./uninstall/text.ts";

/** Options of `driftless uninstall`, defaults filled in. */
export interface UninstallOptions {
  /** Where the operator is. */
  readonly namespace: string;
  readonly deleteNamespace: boolean;
  /** Without asking. */
  readonly yes: boolean;
  /** How long to wait for the operator's Pods, and for the definitions, to be gone. */
  readonly timeout: string;
  readonly kubeconfig?: string;
}

/**
 * Removes an installation and leaves what it deployed. 0: it is gone, or was before; 2: told what would be done, and
 * changed nothing; 1: something failed or is still there.
 */
export const uninstall: RunCommand<UninstallOptions> = async (options, context) => {
  const { stdout, env, signal } = context;
  const timeoutMs = timeoutOf(options);
  const access = await loadClusterAccess(options.kubeconfig === undefined ? { env } : { kubeconfig: options.kubeconfig });
  await using stack = new AsyncDisposableStack();
  const cluster = new HttpClusterClient(access, { clock: systemClock, random: Math.random });
  stack.defer(() => cluster.close());
  const palette = paletteFor(stdout, env);
  const found = await look(cluster, options.namespace, signal);
  const removal = removalOf(found, options);
  if (isEmpty(removal)) {
    stdout.write(`${nothingText(found)}${staysText(removal, found, palette)}`);
    return 0;
  }
  stdout.write(`${removalText(removal, found, access.server, palette)}\n${staysText(removal, found, palette)}`);
  await requireRights(cluster, removal, signal);
  if (!options.yes && !(await isAgreed(context))) return 2;
  const isGone = await carryOut(cluster, removal, listener(context, palette), { clock: systemClock, timeoutMs, signal });
  return isGone ? 0 : 1;
};

function timeoutOf({ timeout }: UninstallOptions): number {
  try {
    return parseDuration(timeout);
  } catch {
    throw new UsageError(`--timeout: "${timeout}" is no duration, such as 60s`);
  }
}

async function look(cluster: HttpClusterClient, namespace: string, signal: AbortSignal): Promise<Found> {
  try {
    return await findInstalled(cluster, namespace, signal);
  } catch (error) {
    if (!isApiStatus(error, 403)) throw error;
    throw new Error(`nothing was changed, because what is installed could not be looked at: ${error.message}`, { cause: error });
  }
}

async function isAgreed({ ask, stdout }: CommandContext): Promise<boolean> {
  if (ask === undefined) {
    stdout.write("\nNothing was changed: there is no terminal to ask at. To go on, add --yes.\n");
    return false;
  }
  if (/^y(es)?$/i.test((await ask("\nGo on? [y/N] ")).trim())) return true;
  stdout.write("Nothing was changed.\n");
  return false;
}

function listener({ stdout }: CommandContext, { green, yellow }: Palette): RemovalListener {
  return {
    done: (text) => void stdout.write(`${green(symbols.ok)} ${text}\n`),
    trouble: (text) => void stdout.write(`${yellow(symbols.pending)} ${text}\n`),
  };
}
