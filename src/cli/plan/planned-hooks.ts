import type { Plan } from "../../../reconciler/change.ts";
import { hasNews } from "../../../reconciler/change.ts";
import { hookKeyAt } from "../../../reconciler/hooks/hook-body.ts";
import { hooksOn, hookText } from "../../../reconciler/hooks/hook.ts";
import type { Hooks } from "../../../reconciler/hooks/hook.ts";
import { withHooks } from "../../../reconciler/hooks/ledger.ts";
import type { HookLedger } from "../../../reconciler/hooks/ledger.ts";
import type { Application } from "../../api/application.ts";

/** Hooks named in a note. */
const NAMED = 10;

/**
 * The plan with the hooks that would run. Where nothing else is to be done, they run if they are others than in the last
 * sync: only the operator, which has the key of the digests, can tell that, and a note says so.
 */
export function withPlannedHooks(plan: Plan, hooks: Hooks | undefined, { status, metadata }: Application, revision: string): Plan {
  if (hooks === undefined) return plan;
  const isSynced = status?.lastAppliedRevision === revision && status.observedGeneration === metadata.generation;
  const ledger: HookLedger = { state: isSynced ? "Done" : "Due", isNews: false, occasion: status?.lastAppliedRevision === undefined ? "Install" : "Upgrade", isFirst: status?.release === undefined, run: undefined, records: [] };
  const planned = withHooks(plan, hooks, ledger, hookKeyAt);
  const names = hooksOn(hooks, ledger.occasion).filter(({ phase }) => phase !== "SyncFail").map(hookText);
  if (isSynced || hasNews(plan) || names.length === 0) return planned;
  const text = names.length <= NAMED ? names.join(", ") : `${names.slice(0, NAMED).join(", ")} and ${names.length - NAMED} more`;
  return { ...planned, notes: [...planned.notes, `hooks run if they are others than in the last sync: ${text}`] };
}
