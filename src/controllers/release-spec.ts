import type { GatedPlan, GatedChange } from "../../reconciler/gate/gated-changes.ts";
import { countsOf, countsText, gatedChanges } from "../../reconciler/gate/gated-changes.ts";
import type { Gate } from "../../reconciler/gate/gate.ts";
import type { DigestKey } from "../../reconciler/gate/plan-digest.ts";
import { contentDigest } from "../../reconciler/gate/plan-digest.ts";
import type { Effective } from "../../reconciler/effective.ts";
import type { Artifact } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import { shorten, timestamp } from "../api/conditions.ts";
import type { Release, ReleaseChange, ReleasePlan, ReleaseSpec } from "../api/release.ts";
import { MAX_LISTED_CHANGES } from "../api/release.ts";
import { formatKey } from "../object/object-id.ts";
import { hookDigests } from "./release-hooks.ts";
import { approvable } from "./release-approval.ts";

/** What is wanted: a content, where it comes from and for whom. */
export interface Wanted {
  readonly app: Application;
  readonly artifact: Pick<Artifact, "revision" | "commit">;
  readonly effective: Pick<Effective, "objects" | "blocked" | "hooks">;
}

/** An attempt to get there. */
export interface Attempt extends Wanted {
  readonly plan: GatedPlan;
  readonly gate: Gate;
}

const MAX_AUTHOR = 512;
const MAX_MESSAGE = 1024;
/** Characters that the listed changes may have together, and with the digests of all, so that a Release stays below 64 KiB. */
const LISTED_BUDGET = 24 * 1024;
const PLAN_BUDGET = 54_000;
/** Of each change: the names and quotes around its words. */
const CHANGE_OVERHEAD = 40;

/** The spec of the Release of an attempt. What approvals need is there only where one is asked for. Pure. */
export function releaseSpec({ app, plan, effective, artifact, gate }: Attempt, key: DigestKey): ReleaseSpec {
  const { oid, author, message, committedAt } = artifact.commit;
  const digests = gate.asksForApproval ? approvable(plan, key) : undefined;
  return {
    application: app.metadata.name,
    generation: app.metadata.generation ?? 0,
    revision: artifact.revision,
    commit: { id: oid, author: shorten(author, MAX_AUTHOR), message: shorten(message, MAX_MESSAGE), committedAt: timestamp(committedAt) },
    plan: { ...shownPlan(plan, PLAN_BUDGET - (digests?.covers?.length ?? 0)), content: contentDigest(effective, key), ...plannedHooks(effective, plan, key), ...digests },
  };
}

function plannedHooks({ hooks }: Wanted["effective"], plan: GatedPlan, key: DigestKey): Pick<ReleasePlan, "hooks"> {
  return hooks === undefined ? {} : { hooks: { ...hookDigests(hooks, key), occasion: plan.hooks?.occasion ?? "Upgrade" } };
}

/**
 * True when the Release is about what is wanted now: another commit with the same content is the same. Hooks run for one
 * content, whatever commit and spec it came from.
 */
export function isFor({ spec }: Release, { app, artifact, effective }: Wanted, key: DigestKey): boolean {
  const digests = effective.hooks === undefined ? undefined : hookDigests(effective.hooks, key);
  if (digests?.content !== spec.plan.hooks?.content) return false;
  if (digests !== undefined) return true;
  const same = spec.revision === artifact.revision && spec.generation === (app.metadata.generation ?? 0);
  return same || spec.plan.content === contentDigest(effective, key);
}

function shownPlan(plan: GatedPlan, room: number): Pick<ReleasePlan, "summary" | "counts" | "changes" | "truncated"> {
  const all = gatedChanges(plan);
  const changes = listed(all, Math.min(room, LISTED_BUDGET));
  const truncated = all.length - changes.length;
  const counts = countsOf(all);
  return { summary: countsText(counts), counts, changes, ...(truncated === 0 ? {} : { truncated }) };
}

function listed(changes: readonly GatedChange[], room: number): ReleaseChange[] {
  const list: ReleaseChange[] = [];
  let size = 0;
  for (const { action, id } of changes.slice(0, MAX_LISTED_CHANGES)) {
    const object = formatKey(id);
    size += object.length + CHANGE_OVERHEAD;
    if (size > room) break;
    list.push({ action, object });
  }
  return list;
}
