/** Deletion of an Application: the same plan as ever, with nothing desired. It neither wipes what it should not nor hangs. */
import type { Application } from "../src/api/application.ts";
import { displayId } from "../src/object/object-id.ts";
import type { Change, Plan, PruneEntry } from "./change.ts";
import type { Effective } from "./effective.ts";
import { execute } from "./execute.ts";
import type { Executed } from "./execute.ts";
import { isPrecious } from "./gate/brake.ts";
import type { Members } from "./observed.ts";
import { planFor } from "./plan-for.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";

/** How far a deletion has come. */
export interface Finalized {
  readonly kind: "Finalized";
  /** Deleting goes on by itself; Blocked needs somebody; Done lets the Application go. */
  readonly state: "Deleting" | "Blocked" | "Done";
  readonly message: string;
  /** Members that are left behind. */
  readonly left: readonly string[];
}

/** What is going away besides the Application. */
export interface Surroundings {
  /** The definition of our own kind is being deleted, or the operator's namespace: nobody meant the members by that. */
  readonly driftlessLeaves: boolean;
  /** The Application's namespace is being deleted, and with it all that is in it. */
  readonly namespaceLeaves: boolean;
}

/** How long deletes may fail before somebody is asked for help. */
const PATIENCE_MS = 5 * 60_000;

const NOTHING_DESIRED: Effective = { objects: [], blocked: [], desired: new Set(), keepStale: undefined, warnings: [] };

/** One look at a deletion, and the steps that can be made now. What it waits for calls again. */
export async function finalize(request: ReconcileRequest, ports: ReconcilePorts, surroundings: Surroundings): Promise<{ readonly outcome: Finalized; readonly changes: readonly Change[] } | { readonly waiting: true }> {
  const orphaned = reasonToOrphan(request.app, surroundings);
  if (orphaned !== undefined) return { outcome: done(orphaned, namesOf(ports.known())), changes: [] };
  const reach = await ports.reach(NOTHING_DESIRED);
  if (!reach.synced) return { waiting: true };
  if (reach.unwatched.length > 0) {
    return { outcome: blocked(`members of kinds that cannot be watched are unknown: ${reach.unwatched.join("; ")}. Grant the right, or set spec.sync.deletionPolicy: Orphan to leave everything as it is`), changes: [] };
  }
  const plan = await planFor(NOTHING_DESIRED, undefined, { ...request, app: pruning(request.app) }, withoutNamespace(ports, request, surroundings), request.account);
  const { allowed, undecided } = decide(plan, request.app);
  const result = await execute(allowed, request, ports, { asShown: false });
  return { outcome: judge(request, plan, undecided, result, surroundings), changes: result.changes };
}

/** Why the members stay, as a sentence; undefined: they go. */
function reasonToOrphan({ spec }: Application, { driftlessLeaves }: Surroundings): string | undefined {
  const { deletionPolicy = "MirrorPrune", prune = true } = spec.sync ?? {};
  if (driftlessLeaves) return "Driftless itself is being removed: everything it applied stays";
  if (spec.suspend === true) return "deleted while suspended: everything it applied stays";
  if (deletionPolicy === "Orphan") return "spec.sync.deletionPolicy is Orphan: everything it applied stays";
  return deletionPolicy === "MirrorPrune" && !prune ? "spec.sync.prune is false: everything it applied stays" : undefined;
}

/** deletionPolicy has been asked by now; what else keeps a member from being pruned still does. */
function pruning(app: Application): Application {
  return { ...app, spec: { ...app.spec, sync: { ...app.spec.sync, prune: true } } };
}

/** What is in a namespace that goes is left to it: the account that could delete it is gone already. */
function withoutNamespace(ports: ReconcilePorts, { identity }: ReconcileRequest, { namespaceLeaves }: Surroundings): ReconcilePorts {
  if (!namespaceLeaves) return ports;
  const elsewhere = (): Members => new Map([...ports.members()].filter(([, { id }]) => id.namespace !== identity.namespace && !(id.kind === "Namespace" && id.name === identity.namespace)));
  return { ...ports, members: elsewhere };
}

/** Data and what others live in is not deleted because of a policy that nobody chose. */
function decide(plan: Plan, { spec }: Application): { readonly allowed: Plan; readonly undecided: readonly PruneEntry[] } {
  if (spec.sync?.deletionPolicy === "Delete") return { allowed: plan, undecided: [] };
  const all = [...plan.prune, ...plan.pruneLater];
  return { allowed: { ...plan, prune: plan.prune.filter(isOrdinary), pruneLater: plan.pruneLater.filter(isOrdinary) }, undecided: all.filter(isPrecious) };
}

const isOrdinary = (entry: PruneEntry): boolean => !isPrecious(entry);

function judge({ memory, now, app }: ReconcileRequest, plan: Plan, undecided: readonly PruneEntry[], { changes, failures }: Executed, { namespaceLeaves }: Surroundings): Finalized {
  const left = plan.kept.filter(({ kind }) => kind === "Kept").map(({ id, reason }) => `${displayId(id)} (${reason})`);
  if (failures.length === 0) memory.failingSince = undefined;
  else memory.failingSince ??= now.getTime();
  const texts = failures.map(({ message }) => message);
  if (failures.length > 0 && namespaceLeaves) return done("its namespace is being deleted, and what could delete the rest with it", [...left, ...texts]);
  if (failures.length > 0 && now.getTime() - (memory.failingSince ?? 0) >= PATIENCE_MS) {
    return blocked(`${texts.join("\n")}\nMend that, or leave them as they are: kubectl patch applications.driftless.dev ${app.metadata.name} -n ${app.metadata.namespace} --type=merge -p '{"spec":{"sync":{"deletionPolicy":"Orphan"}}}'`);
  }
  if (failures.length > 0) return deleting(texts.join("\n"));
  const leaving = plan.kept.filter(({ kind }) => kind === "Waiting").map(({ id, reason }) => `${displayId(id)} ${reason}`);
  const moving = plan.prune.length + plan.transfers.length + leaving.length - undecided.length;
  if (changes.length > 0 || moving > 0) return deleting([...changes.map(({ id }) => `${displayId(id)} is being deleted`), ...leaving].join("\n"));
  if (undecided.length > 0) return blocked(decisionText(app, undecided));
  return done("all its members are gone", left);
}

function decisionText({ metadata: { name, namespace } }: Application, undecided: readonly PruneEntry[]): string {
  const names = undecided.map(({ id }) => displayId(id)).join(", ");
  const patch = (policy: string): string => `kubectl patch applications.driftless.dev ${name} -n ${namespace} --type=merge -p '{"spec":{"sync":{"deletionPolicy":"${policy}"}}}'`;
  return `${names}: namespaces, definitions, volumes and Applications are not deleted unless somebody says so. To delete them: ${patch("Delete")}. To leave them: ${patch("Orphan")}`;
}

const namesOf = (members: Members): string[] => [...members.values()].map(({ id }) => displayId(id)).sort();

const done = (message: string, left: readonly string[]): Finalized => ({ kind: "Finalized", state: "Done", message, left });
const blocked = (message: string): Finalized => ({ kind: "Finalized", state: "Blocked", message, left: [] });
const deleting = (message: string): Finalized => ({ kind: "Finalized", state: "Deleting", message, left: [] });
