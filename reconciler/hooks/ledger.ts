import type { HookOccasion, HookPhase, HookRecord } from "../../src/api/release.ts";
import type { ObjectKey } from "../../src/object/object-id.ts";
import type { Plan } from "../change.ts";
import { entriesOf, hasNews } from "../change.ts";
import type { Effective } from "../effective.ts";
import type { Hook, Hooks } from "./hook.ts";
import { hooksOn } from "./hook.ts";

/** What is known of the hooks of one content. */
export interface HookLedger {
  /**
   * Open: an attempt at this content is under way. Done: this content was synced, and its hooks with it. Due: neither; they
   * run as soon as there is something to do.
   */
  readonly state: "Open" | "Due" | "Done";
  /** Due: the hooks are others than those of the last sync, or that one was not finished: they are something to do. */
  readonly isNews: boolean;
  /** Done: that of the attempt that ran them. */
  readonly occasion: HookOccasion;
  /** No attempt was ever made: an installation is one only where nothing of it is there. Default false. */
  readonly isFirst?: boolean;
  /** uid of the newest Release, where it is one of this content; undefined: there is none. */
  readonly run: string | undefined;
  /** How the hooks of that one stand. */
  readonly records: readonly HookRecord[];
}

/** A hook that began or ended. */
export interface HookTransition {
  readonly state: HookRecord["state"];
  /** `hook Job shop/migrate (PreSync) failed: the cause`. */
  readonly message: string;
}

/** How hooks are told, and what is known of them. */
export interface HookPort {
  /** Makes no request. */
  ledger(newest: Effective): HookLedger;
  /** Writes down, on the open Release, how the hooks stand. Resolves when it is written. */
  note(records: readonly HookRecord[], newest: Effective): Promise<void>;
  /** Somebody has asked for another try, and this is the first time that it is heard: the open attempt is given up. */
  restart(newest: Effective): Promise<void>;
  /** Tells people. */
  tell(transition: HookTransition): void;
}

/** What a record is known by. */
export const recordName = ({ phase, object }: { readonly phase: HookPhase; readonly object: string }): string => `${phase} ${object}`;

/** True for a hook that has ended. */
export const isOver = ({ state }: HookRecord): boolean => state !== "Running";

/**
 * The plan with what it runs: nothing where this content was synced, nor where nothing else is to be done and the hooks are
 * the ones of the last sync. `keyAt`: the object of a hook in the open attempt.
 */
export function withHooks(plan: Plan, hooks: Hooks | undefined, ledger: HookLedger | undefined, keyAt: (hook: Hook, run: string) => ObjectKey): Plan {
  if (hooks === undefined || ledger === undefined) return plan;
  const occasion = occasionOf(plan, ledger);
  return { ...plan, hooks: { occasion, entries: entriesFor(plan, hooksOn(hooks, occasion), ledger, keyAt), content: hooks.content } };
}

function entriesFor(plan: Plan, all: readonly Hook[], { state, isNews, records, run }: HookLedger, keyAt: (hook: Hook, run: string) => ObjectKey): readonly Hook[] {
  if (state === "Done" || (state === "Due" && !isNews && !hasNews(plan))) return [];
  const over = new Set(state === "Open" ? records.filter(isOver).map(recordName) : []);
  const left = all.filter((hook) => run === undefined || state !== "Open" || !over.has(recordName({ phase: hook.phase, object: keyAt(hook, run) })));
  return left.some(({ phase }) => phase !== "SyncFail") || hasNews(plan) ? left : [];
}

/** None where they have run. Where something is there already, be it somebody else's, it is no first installation. */
function occasionOf(plan: Plan, { state, occasion, isFirst = false }: HookLedger): HookOccasion {
  if (state === "Done") return "None";
  return state === "Due" && occasion === "Install" && (takesOver(plan) || (isFirst && findsOwn(plan))) ? "Upgrade" : occasion;
}

const takesOver = (plan: Plan): boolean => [...entriesOf(plan), ...plan.held].some(({ action }) => action === "Adopt") || plan.blocked.some(({ taken = false }) => taken);

/** An Application of this name has left members behind. */
const findsOwn = (plan: Plan): boolean => plan.unchanged > 0 || plan.prune.length + plan.pruneLater.length > 0 || [...entriesOf(plan), ...plan.held].some(({ uid }) => uid !== undefined);
