import type { Action, PlanEntry, PruneEntry, TransferEntry } from "../../reconciler/change.ts";
import type { GatedPlan } from "../../reconciler/gate/gated-changes.ts";
import type { LiveMember } from "../../reconciler/observed.ts";
import { entry } from "../../reconciler/verdict-parts.ts";
import { formatKey, parseKey } from "../../src/object/object-id.ts";
import type { ObjectId } from "../../src/object/object-id.ts";
import { desiredFrom } from "./desired.ts";

/** An entry for a ConfigMap of the shop with this content; `parts`: what is known of the live one. */
export function configMapEntry(action: Action, name: string, content = "1", parts: Partial<Omit<PlanEntry, "action" | "id" | "object">> = {}): PlanEntry {
  const [object] = desiredFrom(`{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {x: "${content}"}}`).objects;
  if (object === undefined) throw new Error("nothing was composed");
  return entry(action, object, parts);
}

/** A delete of the object with this key, such as `/ConfigMap/shop/old`. */
export function pruneEntry(key: string, member: Partial<LiveMember> = {}): PruneEntry {
  const id = idFrom(key);
  return { id, member: { ...memberWith(id), ...member } };
}

/** A transfer of the object with this key to the Application `namespace/name`. */
export function transferEntry(key: string, to: string): TransferEntry {
  return { ...pruneEntry(key), to };
}

/** A plan of these parts. */
export function gatedPlan({ entries = [], prune = [], pruneLater = [], transfers = [] }: Partial<GatedPlan> & { readonly entries?: readonly PlanEntry[] }): GatedPlan {
  return { stages: entries.length === 0 ? [] : [entries], prune, pruneLater, transfers };
}

function idFrom(key: string): ObjectId {
  const id = parseKey(key);
  if (id === undefined) throw new Error(`no key: ${key}`);
  return id;
}

function memberWith(id: ObjectId): LiveMember {
  return {
    key: formatKey(id), id, apiVersion: "v1", uid: `uid-${id.name}`, resourceVersion: "7", ownHash: "own", othersHash: "others", createdAt: 0, terminating: false, finalizers: [],
    deletable: true, policy: { prune: true, reconcile: true }, claimedBy: undefined, holdsData: false, health: { status: "Current", message: "" },
  };
}
