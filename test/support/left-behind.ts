import { leakingObjects } from "./canaries.ts";
import type { OperatorChild } from "./operator-child.ts";
import { leaks } from "./status-linter.ts";
import type { Tenant } from "./tenant.ts";

/** What is wrong with what the operator has left behind for a tenant: statuses against the rules that all obey, and values of Secrets. */
export async function faultsLeftBehind(shop: Tenant, operator: Pick<OperatorChild, "lines">): Promise<string[]> {
  const leaking = await leakingObjects(shop.cluster, shop.namespace);
  return [...(await shop.statusProblems()), ...leaking, ...operator.lines.map((line) => JSON.stringify(line)).filter(leaks)];
}
