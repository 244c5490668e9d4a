import type { Action, PlanEntry, PruneEntry, TransferEntry } from "../../reconciler/change.ts";
import type { GatedPlan } from "../../reconciler/gate/gated-changes.ts";
import type { LiveMember } from "../../reconciler/observed.ts";
import { entry } from "../../reconciler/verdict-parts.ts";
import { desiredFrom } from "./desired.ts";
import { memberAt } from "./plan-cases.ts";

/** An entry for a ConfigMap of the shop with this content; `parts`: what is known of the live one. */
export function configMapEntry(action: Action, name: string, content = "1", parts: Partial<Omit<PlanEntry, "action" | "id" | "object">> = {}): PlanEntry {
  const [object] = desiredFrom(`{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {x: "${content}"}}`).objects;
  if (object === undefined) throw new Error("nothing was composed");
  return entry(action, object, parts);
}

/** A delete of the object with this key, such as `/ConfigMap/shop/old`. */
export function pruneEntry(key: string, member: Partial<LiveMember> = {}): PruneEntry {
  const live = memberAt(key, member);
  return { id: live.id, member: live };
}

/** A transfer of the object with this key to the Application `namespace/name`. */
export function transferEntry(key: string, to: string): TransferEntry {
  return { ...pruneEntry(key), to };
}

/** A plan of these parts. */
export function gatedPlan({ entries = [], held = [], prune = [], pruneLater = [], transfers = [] }: Partial<GatedPlan> & { readonly entries?: readonly PlanEntry[] }): GatedPlan {
  return { stages: entries.length === 0 ? [] : [entries], held, prune, pruneLater, transfers };
}
