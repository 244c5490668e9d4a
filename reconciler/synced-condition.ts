import { shortRevision } from "../sources/source.ts";
import type { WantedCondition } from "../src/api/conditions.ts";
import { reasons } from "../src/api/reasons.ts";
import { displayId } from "../src/object/object-id.ts";
import type { Failure, KeptMember } from "./change.ts";
import type { BlockedObject } from "./effective.ts";
import type { Attempted } from "./outcome.ts";
import { condition, count, firstLines } from "./sentences.ts";

/** Whether the cluster has what the source wants, and what it lacks, the worst first. */
export function syncedCondition(outcome: Attempted): WantedCondition {
  const { apply, prune } = outcome.gate;
  const failed = (wanted: Failure["verb"]): string[] => outcome.failures.filter(({ verb }) => verb === wanted).map(({ message }) => message);
  const held = (wanted: BlockedObject["kind"]): string[] => outcome.blocked.filter(({ kind }) => kind === wanted).map(({ reason }) => reason);
  const revision = shortRevision(outcome.revision);
  if (apply.kind === "Closed") return no(apply.reason, [`${revision}: ${apply.message}`, ...failed("apply")]);
  const unapplied = [...failed("apply"), ...held("Failed")];
  if (unapplied.length > 0) return no(reasons.ApplyFailed, [`${unapplied.length} of ${count(outcome.objects, "object")} of ${revision} could not be applied:`, ...unapplied, ...held("Waiting")]);
  const undeleted = failed("delete");
  if (undeleted.length > 0) return no(reasons.PruneFailed, [`${count(undeleted.length, "object")} that ${revision} no longer has could not be deleted:`, ...undeleted]);
  const hooks = hookCondition(outcome);
  if (hooks !== undefined) return hooks;
  if (held("Waiting").length > 0) return no(reasons.Progressing, held("Waiting"));
  if (prune.kind === "Closed") return no(prune.reason, [prune.message]);
  const leaving = outcome.kept.filter(({ kind }) => kind === "Waiting");
  if (leaving.length > 0) return no(reasons.Progressing, [`${count(leaving.length, "object")} that ${revision} no longer has ${leaving.length === 1 ? "is" : "are"} still there:`, ...leaving.map(keptText)]);
  if (outcome.hooks !== undefined) return no(reasons.HookRunning, [outcome.health.status === "Current" ? outcome.hooks.message : `${outcome.hooks.message}: ${outcome.health.message}`]);
  const kept = outcome.kept.map((member) => `no longer desired, but kept: ${keptText(member)}`);
  return condition("Synced", "True", reasons.Applied, firstLines([`${count(outcome.objects, "object")} of ${revision} applied`, ...kept, ...outcome.warnings].join("\n")));
}

/** What only waits for its turn is not worth telling: what it waits for is. */
function hookCondition({ hooks }: Attempted): WantedCondition | undefined {
  if (hooks === undefined) return undefined;
  switch (hooks.kind) {
    case "Failed":
      return no(reasons.HookFailed, [hooks.message]);
    case "Blocked":
      return no(reasons.HookBlocked, [hooks.message]);
    case "Running":
      return no(reasons.HookRunning, [hooks.message]);
    case "Waiting":
      return undefined;
  }
}

const no = (reason: string, lines: readonly string[]): WantedCondition => condition("Synced", "False", reason, firstLines(lines.join("\n")));

const keptText = ({ id, reason }: KeptMember): string => `${displayId(id)}: ${reason}`;
