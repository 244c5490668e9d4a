import type { Plan, PlanEntry } from "../change.ts";
import { bringsContent } from "../change.ts";
import { groupKind } from "../group-kind.ts";
import { definedKinds, inStages } from "../order.ts";
import type { Hook } from "./hook.ts";

/**
 * The part of a plan without which these hooks cannot be created: their Namespaces, and the definitions of kinds that are
 * not served, whatever their wave. It comes even before what runs before everything, as with Helm. Undefined: there is none.
 */
export function planOfNeeds(plan: Plan, hooks: readonly Hook[]): Plan | undefined {
  const namespaces = new Set(hooks.map(({ id }) => id.namespace));
  const kinds = new Set(hooks.flatMap(({ id, target }) => (typeof target === "string" ? [groupKind(id.group, id.kind)] : [])));
  const isNeeded = (entry: PlanEntry): boolean => bringsContent(entry) && (isNamespaceIn(entry, namespaces) || defines(entry, kinds));
  const stages = [...plan.stages, ...inStages(plan.held)].map((stage) => stage.filter(isNeeded)).filter((stage) => stage.length > 0);
  return stages.length === 0 ? undefined : { ...plan, stages, prune: [], pruneLater: [], transfers: [], claims: [], proven: [] };
}

const isNamespaceIn = ({ id: { group, kind, name } }: PlanEntry, namespaces: ReadonlySet<string>): boolean => group === "" && kind === "Namespace" && namespaces.has(name);

const defines = ({ object: { object } }: PlanEntry, kinds: ReadonlySet<string>): boolean => kinds.size > 0 && definedKinds([object]).keys().some((kind) => kinds.has(kind));
