import type { ManifestHead } from "./manifest-head.ts";

/** When Helm runs a hook. */
export const HOOK_EVENTS = ["pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback", "test"] as const;
/** One of them. */
export type HookEvent = (typeof HOOK_EVENTS)[number];

/** What the annotations of a manifest say of it as a hook. */
export interface HookNotes {
  readonly events: readonly HookEvent[];
  /** Lower ones run first; 0 where it is no number. */
  readonly weight: number;
  /** `before-hook-creation`, `hook-succeeded`, `hook-failed`, or what the chart says instead. */
  readonly deletePolicies: readonly string[];
  readonly outputLogPolicies: readonly string[];
}

const EVENTS: ReadonlyMap<string, HookEvent> = new Map([...HOOK_EVENTS.map((event) => [event, event] as const), ["test-success", "test"]]);

/** What the annotations say; "Unknown" where an event is none of Helm's (it then drops the manifest), undefined where it is no hook. */
export function hookNotes({ annotations }: ManifestHead): HookNotes | "Unknown" | undefined {
  const hook = annotations.get("helm.sh/hook");
  if (hook === undefined) return undefined;
  const events = wordsOf(hook).map((word) => EVENTS.get(word));
  if (!events.every((event) => event !== undefined)) return "Unknown";
  return {
    events,
    weight: weightOf(annotations.get("helm.sh/hook-weight") ?? ""),
    deletePolicies: wordsOf(annotations.get("helm.sh/hook-delete-policy")),
    outputLogPolicies: wordsOf(annotations.get("helm.sh/hook-output-log-policy")),
  };
}

const wordsOf = (list: string | undefined): string[] => list?.split(",").map((word) => word.trim().toLowerCase()) ?? [];

/** As strconv.Atoi reads it. */
function weightOf(text: string): number {
  const weight = /^[-+]?\d+$/.test(text) ? Number(text) : 0;
  return Number.isSafeInteger(weight) ? weight : 0;
}
