import type { ObjectKey } from "../src/object/object-id.ts";
import { deleteLimit } from "./gate/brake.ts";
import { markOf } from "./last-good.ts";
import type { ReconcileRequest } from "./reconcile-ports.ts";

/** How many objects may be deleted to be created again without a yes to each. */
export interface RecreateLimit {
  /** True for an object that may be; it counts from then on. */
  readonly allows: (key: ObjectKey) => boolean;
  /** Why no more may be, and the way out, for people. */
  readonly reason: () => string;
}

/** The limit on deletes, for recreations: it counts per content, so that what was stopped does not go on by itself at the next look. */
export function recreateLimit(request: Pick<ReconcileRequest, "app" | "memory">, members: number): RecreateLimit {
  const { limit, text } = deleteLimit(members, request.app.spec.sync?.limits?.maxPrune);
  let counted: Set<ObjectKey> | undefined;
  const known = (): Set<ObjectKey> => (counted ??= keysOf(request));
  return {
    allows: (key) => {
      const keys = known();
      if (!keys.has(key) && keys.size >= limit) return false;
      keys.add(key);
      return true;
    },
    reason: () => `${known().size} others were for the same content, and ${text} allows no more; raise it, or say yes to each`,
  };
}

/** What was recreated for what is desired now, under the spec of now. */
function keysOf({ app, memory }: Pick<ReconcileRequest, "app" | "memory">): Set<ObjectKey> {
  const content = `${app.metadata.generation ?? 0} ${markOf(memory.effective?.effective.objects ?? [])}`;
  if (memory.recreated.content !== content) memory.recreated = { content, keys: new Set() };
  return memory.recreated.keys;
}
