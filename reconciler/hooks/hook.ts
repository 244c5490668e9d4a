import type { Origin } from "../../charts/rendered.ts";
import type { HookOccasion, HookPhase } from "../../src/api/release.ts";
import type { ObjectId, ObjectKey } from "../../src/object/object-id.ts";
import { compareIds, displayId } from "../../src/object/object-id.ts";
import type { EffectiveObject } from "../effective.ts";
import { groupKind } from "../group-kind.ts";
import { kindRank } from "./kind-rank.ts";
import type { DeletePolicy, HookEvent } from "./read-hook.ts";

/** One object that runs at one point of a sync. An object with several points is several hooks. */
export interface Hook {
  readonly id: ObjectId;
  /** Of its name in the source: one with `generateName` gets another one at each run. */
  readonly key: ObjectKey;
  readonly phase: HookPhase;
  /** Both, or only the first sync of an Application, or only the later ones. */
  readonly on: HookEvent["on"];
  /** Lower waves come first. */
  readonly wave: number;
  readonly policy: DeletePolicy;
  readonly origin: Origin;
  /** What is created; a sentence where the server does not serve its kind. */
  readonly target: EffectiveObject | string;
  /** The server does not serve its kind yet: the source has its definition. */
  readonly isComing: boolean;
  /** It has no name but the start of one. */
  readonly isGenerated: boolean;
}

/** The hooks of one content. */
export interface Hooks {
  /** In the order in which they run: phase, wave, kind, name. */
  readonly all: readonly Hook[];
  /** SHA-256 of all that was rendered. Stays in this process: it may cover Secret values. */
  readonly content: string;
}

const PHASES: readonly HookPhase[] = ["PreSync", "Sync", "PostSync", "SyncFail"];

/** The order in which hooks run, one after the other: phase, wave, kind, name. */
export function compareHooks(left: Hook, right: Hook): number {
  const byKind = kindRank(left.id.group, left.id.kind) - kindRank(right.id.group, right.id.kind);
  return PHASES.indexOf(left.phase) - PHASES.indexOf(right.phase) || left.wave - right.wave || byKind || compareIds(left.id, right.id);
}

/** The hooks that run in a sync of this kind. */
export function hooksOn({ all }: Hooks, occasion: HookOccasion): readonly Hook[] {
  return occasion === "None" ? [] : all.filter(({ on }) => on === "Both" || on === occasion);
}

/** `Job shop/migrate (PreSync)`. */
export const hookText = ({ id, phase }: Pick<Hook, "id" | "phase">): string => `${displayId(id)} (${phase})`;

const RUNS = new Set(["Pod", "Job.batch"]);

/** True for a hook that runs to an end; another one is done as soon as it is healthy. */
export const runsToAnEnd = ({ id }: Pick<Hook, "id">): boolean => RUNS.has(groupKind(id.group, id.kind));
