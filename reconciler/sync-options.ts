/** Argo CD's options of one object, comma-separated `Name=value`. */
export const SYNC_OPTIONS_ANNOTATION = "argocd.argoproj.io/sync-options";

/** What the options of an object mean here. */
export interface SyncOptions {
  /** Prune or Delete is false or wants a confirmation: the object stays. */
  readonly keep: boolean;
  readonly force: boolean;
  /** Options that have no effect here though their author may count on one. */
  readonly warnings: readonly string[];
}

/** Here by nature, or about something that does not arise: nobody misses them. */
const MOOT = new Set([
  "SkipDryRunOnMissingResource", "PruneLast", "FailOnSharedResource", "ApplyOutOfSyncOnly", "RespectIgnoreDifferences",
  "ClientSideApplyMigration", "CreateNamespace",
]);

/**
 * Reads the value of argocd.argoproj.io/sync-options. Prune=false and Delete=false are one thing here: an object that is
 * kept stays both when it leaves the source and when the Application goes; with =confirm it stays until the option is
 * taken away. Replace=true has no effect: nothing of ours runs into the size limit that it works around.
 */
export function readSyncOptions(text: string | undefined): SyncOptions {
  let keep = false;
  let force = false;
  const warnings: string[] = [];
  for (const option of text === undefined ? [] : text.split(",")) {
    const [name = "", value = ""] = option.split("=", 2).map((part) => part.trim());
    const wanted = value.toLowerCase();
    if (name === "Prune" || name === "Delete") keep ||= wanted === "false" || wanted === "confirm";
    else if (name === "Force") force ||= wanted === "true";
    else {
      const reason = ignoredBecause(name, wanted);
      if (reason !== undefined) warnings.push(`${SYNC_OPTIONS_ANNOTATION}: ${option.trim().slice(0, 60)} is ignored: ${reason}`);
    }
  }
  return { keep, force, warnings };
}

function ignoredBecause(name: string, value: string): string | undefined {
  if (name === "" || MOOT.has(name)) return undefined;
  if (name === "ServerSideApply") return value === "false" ? "everything is applied server-side" : undefined;
  if (name === "Validate") return value === "false" ? "the API server validates what is applied server-side" : undefined;
  if (name === "Replace") return value === "true" ? "server-side apply knows no size limit; driftless.dev/force: enabled recreates an object for immutable fields" : undefined;
  return "it is no option of an object";
}
