/** What Releases tell of hooks: whether those of a content have run, and how. Does not contact the cluster. */
import type { HookLedger } from "../../reconciler/hooks/ledger.ts";
import type { Hooks } from "../../reconciler/hooks/hook.ts";
import type { DigestKey } from "../../reconciler/gate/plan-digest.ts";
import { hooksDigest, renderedDigest } from "../../reconciler/gate/plan-digest.ts";
import type { Application, ApplicationStatus } from "../api/application.ts";
import type { HookOccasion, Release } from "../api/release.ts";
import { releaseNumber } from "./release-index.ts";
import { hasSucceeded, isFinished } from "./release-status.ts";

/** What a content and its hooks are known by. */
export interface HookDigests {
  readonly content: string;
  readonly run: string;
}

const known = new WeakMap<Hooks, HookDigests>();

/** The digests of a content with hooks. */
export function hookDigests(hooks: Hooks, key: DigestKey): HookDigests {
  const digests = known.get(hooks) ?? { content: renderedDigest(hooks, key), run: hooksDigest(hooks, key) };
  known.set(hooks, digests);
  return digests;
}

/** `releases`: all of the Application, oldest first. */
export function hookLedger(app: Application, releases: readonly Release[], { content, run }: HookDigests): HookLedger {
  const newest = releases.at(-1);
  const isSame = newest?.spec.plan.hooks?.content === content;
  const isRerun = isSame && newest.spec.plan.hooks?.occasion === "None"; // its objects are brought back; its hooks have run
  const about = lastRun(releases, content, isSame);
  if (isRerun && !isFinished(newest)) return { state: "Done", isNews: false, ...about };
  if (isSame && !isFinished(newest)) return { ...about, state: "Open", isNews: true, occasion: newest.spec.plan.hooks?.occasion ?? "Upgrade" };
  const synced = syncedHooks(app, releases);
  const isCutOff = newest !== undefined && !hasSucceeded(newest) && !isRerun;
  if (!(isCutOff && hasBegun(newest)) && synced?.content === content) return { state: "Done", isNews: false, ...about };
  const occasion = isCutOff && isSame ? newest.spec.plan.hooks?.occasion : undefined;
  return { ...about, state: "Due", isNews: (isCutOff && isSame) || synced?.run !== run, occasion: occasion ?? occasionOf(app, releases), isFirst: releases.length === 0 };
}

/** The last attempt at a content that ran its hooks, and which of them; undefined where another content came after it. */
function lastRun(releases: readonly Release[], content: string, isSame: boolean): Pick<HookLedger, "run" | "records" | "occasion"> {
  const last = isSame ? releases.findLast(({ spec: { plan: { hooks } } }) => hooks?.content === content && hooks.occasion !== "None") : undefined;
  return { run: last?.metadata.uid, records: last?.status?.hooks ?? [], occasion: last?.spec.plan.hooks?.occasion ?? "Upgrade" };
}

/** What ran in the last sync that was complete: the Application says it, unless a Release has succeeded since. The one it names may have been deleted. */
function syncedHooks({ status }: Application, releases: readonly Release[]): Pick<HookDigests, "content" | "run"> | undefined {
  const last = releases.findLast(hasSucceeded);
  const told = status?.hooks;
  if (last === undefined || (told?.release !== undefined && releaseNumber(last.metadata.name) <= releaseNumber(told.release))) return told;
  return last.spec.plan.hooks;
}

/** Nothing was ever synced: hooks for an installation run. */
function occasionOf({ status }: Application, releases: readonly Release[]): HookOccasion {
  if (status?.lastAppliedRevision !== undefined || releases.some(hasSucceeded)) return "Upgrade";
  const last = releases.findLast(({ spec }) => spec.plan.hooks !== undefined)?.spec.plan.hooks?.occasion;
  return last === undefined || last === "Install" ? "Install" : "Upgrade";
}

const hasBegun = ({ status }: Release): boolean => status?.startedAt !== undefined || (status?.hooks?.length ?? 0) > 0;

/** What the status of an Application says of the hooks of a complete sync; undefined: the content has none. */
export function syncedStatus(hooks: Hooks | undefined, release: string | undefined, key: DigestKey): ApplicationStatus["hooks"] {
  return hooks === undefined ? undefined : { ...hookDigests(hooks, key), ...(release === undefined ? {} : { release }) };
}

/** True for a Release that a failed hook has brought to a stop. */
export function hasFailedHook({ status }: Release): boolean {
  return status?.hooks?.some(({ state, phase }) => state === "Failed" && phase !== "SyncFail") === true;
}
