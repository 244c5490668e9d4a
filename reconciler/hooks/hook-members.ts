import type { Effective } from "../effective.ts";
import type { Members } from "../observed.ts";

/**
 * The members without what hooks have made: that is neither compared nor stale, for when it goes is for the hooks to say. A
 * new map, for the one that watches fill goes on to change.
 */
export function membersWithoutHooks(members: Members, { desired, hooks, takesHooks = false }: Pick<Effective, "desired" | "hooks" | "takesHooks">): Members {
  if (takesHooks) return new Map(members);
  const keys = new Set(hooks?.all.map(({ key }) => key));
  return new Map(members.entries().filter(([key, { hookRun }]) => desired.has(key) || (hookRun === undefined && !keys.has(key))));
}
