import { ignoreRulesOf } from "../drift/ignore.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Plan } from "./change.ts";
import type { Effective } from "./effective.ts";
import { execute } from "./execute.ts";
import type { Executed } from "./execute.ts";
import { holdAll } from "./hold.ts";
import type { LastGood } from "./last-good.ts";
import type { AppMemory } from "./memory.ts";
import { planFor } from "./plan-for.ts";
import type { Reach, ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";

/** What was done to keep what was applied before as it was. */
export interface Corrected {
  readonly effective: Effective;
  readonly plan: Plan;
  readonly result: Executed;
  readonly reach: Reach;
}

/**
 * Undoes drift against the content that was applied last, while the newest may not be applied or cannot be had. Deletes
 * nothing. `desired`: what the newest content wants besides; `reason`: why it is held. Undefined while the watches have
 * not delivered.
 */
export async function correct(desired: ReadonlySet<ObjectKey>, reason: string, request: ReconcileRequest, ports: ReconcilePorts): Promise<Corrected | undefined> {
  const lastGood = withBegun(await readLastGood(request, ports), request.memory);
  const effective = holdAll(desired, lastGood, ignoreRulesOf(request.app), reason);
  const reach = await ports.reach(effective);
  if (!reach.synced) return undefined;
  const plan = await planFor(effective, undefined, request, ports, request.account);
  return { effective, plan, result: await execute(plan, request, ports, { asShown: false }), reach };
}

/** What was deleted to be created again is wanted as what it was deleted for. */
function withBegun(lastGood: LastGood, { recreating }: AppMemory): LastGood {
  if (recreating.size === 0) return lastGood;
  return new Map([...lastGood, ...[...recreating].map(([key, object]) => [key, { object, valuesWithheld: false }] as const)]);
}

/** The last good content of every object: what this process has applied, else what is stored in the cluster. */
export async function readLastGood({ memory }: Pick<ReconcileRequest, "memory">, ports: Pick<ReconcilePorts, "loadLastGood">): Promise<LastGood> {
  if (memory.stored === "NotRead") {
    const stored = await ports.loadLastGood();
    for (const [key, good] of stored ?? []) if (!memory.lastGood.has(key)) memory.lastGood.set(key, good);
    memory.stored = "Read";
  }
  return memory.lastGood;
}
