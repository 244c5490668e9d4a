/** Deletion of an Application: the same plan as ever, with nothing desired. It neither wipes what it should not nor hangs. */
import type { Application } from "../src/api/application.ts";
import { displayId, formatKey } from "../src/object/object-id.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import type { Change, Plan, PruneEntry } from "./change.ts";
import type { Effective } from "./effective.ts";
import { execute } from "./execute.ts";
import type { Executed } from "./execute.ts";
import { isPrecious } from "./gate/brake.ts";
import type { Members } from "./observed.ts";
import { planFor } from "./plan-for.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";
import { count } from "./sentences.ts";

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

/** How long deletes may fail before somebody is asked for help, or given up where nobody could help; and others are waited for. */
const PATIENCE_MS = 5 * 60_000;

const NOTHING_DESIRED: Effective = { objects: [], blocked: [], desired: new Set(), keepStale: undefined, warnings: [], takesHooks: true };

/** One look at a deletion, and the steps that can be made now. What it waits for calls again. */
export async function finalize(request: ReconcileRequest, ports: ReconcilePorts, surroundings: Surroundings): Promise<{ readonly outcome: Finalized; readonly changes: readonly Change[] } | { readonly waiting: true }> {
  const orphaned = reasonToOrphan(request.app, surroundings);
  if (orphaned !== undefined) return { outcome: done(orphaned, namesOf(ports.known())), changes: [] };
  const reach = await ports.reach(NOTHING_DESIRED);
  if (!reach.synced) return { waiting: true };
  if (reach.unwatched.length > 0 && !surroundings.namespaceLeaves) {
    return { outcome: blocked(`members of kinds that cannot be watched are unknown: ${reach.unwatched.join("; ")}. Grant the right, or set spec.sync.deletionPolicy: Orphan to leave everything as it is`), changes: [] };
  }
  const others = new Others(request, ports);
  const plan = await planFor(NOTHING_DESIRED, undefined, { ...request, app: pruning(request.app) }, withoutNamespace(others.ports, request, surroundings), request.account);
  others.note();
  const { allowed, undecided } = decide(plan, request.app);
  const result = await execute(allowed, request, ports, { asShown: false });
  const look: Look = { plan, undecided, result, unwatched: reach.unwatched };
  return { outcome: surroundings.namespaceLeaves ? judgeLast(request, look) : judge(request, look), changes: result.changes };
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

/**
 * What other Applications want of the members, and may want, is waited for, but not for ever: a claim may name one that never
 * looks again. Then only a yes counts.
 */
class Others {
  readonly ports: ReconcilePorts;
  readonly #request: ReconcileRequest;
  #isWaitedFor = false;

  constructor(request: ReconcileRequest, ports: ReconcilePorts) {
    this.#request = request;
    const isOver = isAtLeast(PATIENCE_MS, request.memory.contestedSince, request.now);
    this.ports = {
      ...ports,
      wants: (application, key) => {
        const answer = ports.wants(application, key);
        this.#isWaitedFor ||= answer === "Unknown";
        return isOver && answer === "Unknown" ? "No" : answer;
      },
      rival: (key) => {
        const rival = ports.rival?.(key);
        this.#isWaitedFor ||= rival !== undefined;
        return isOver ? undefined : rival;
      },
    };
  }

  /** The plan is made. */
  note(): void {
    const { memory, now } = this.#request;
    memory.contestedSince = this.#isWaitedFor ? (memory.contestedSince ?? now.getTime()) : undefined;
  }
}

const isAtLeast = (ms: number, since: number | undefined, now: Date): boolean => since !== undefined && now.getTime() - since >= ms;

/** Data and what others live in is not deleted because of a policy that nobody chose. */
function decide(plan: Plan, { spec }: Application): { readonly allowed: Plan; readonly undecided: readonly PruneEntry[] } {
  if (spec.sync?.deletionPolicy === "Delete") return { allowed: plan, undecided: [] };
  const all = [...plan.prune, ...plan.pruneLater];
  return { allowed: { ...plan, prune: plan.prune.filter(isOrdinary), pruneLater: plan.pruneLater.filter(isOrdinary) }, undecided: all.filter(isPrecious) };
}

const isOrdinary = (entry: PruneEntry): boolean => !isPrecious(entry);

/** Objects named in one sentence. */
const NAMED = 10;

/** What one look found and did. `undecided`: what is deleted only when somebody says so. */
interface Look {
  readonly plan: Plan;
  readonly undecided: readonly PruneEntry[];
  readonly result: Executed;
  readonly unwatched: readonly string[];
}

function judge(request: ReconcileRequest, { plan, undecided, result: { changes, failures } }: Look): Finalized {
  const { app } = request;
  const texts = failures.map(({ message }) => message).join("\n");
  const stuck = `${count(failures.length, "member")} could not be deleted. Mend what is told below, or leave everything as it is: ${patchOf(app, "Orphan")}\n${texts}`;
  if (isOutOfPatience(request, failures.length > 0)) return blocked(stuck);
  if (failures.some(({ outcome }) => outcome === "Refused")) return deleting(stuck);
  if (failures.length > 0) return deleting(texts);
  const moving = movingOf(plan, undecided);
  if (changes.length > 0 || moving.length > 0) return deleting([...changes.map(({ id }) => `${displayId(id)} is being deleted`), ...waitingOf(plan)].join("\n"));
  if (undecided.length > 0) return blocked(decisionText(app, undecided));
  if (plan.pruneLater.length > 0) return deleting(waitingOf(plan).join("\n"));
  return allGone(keptOf(plan));
}

/** The namespace goes, and waits for nobody: what cannot be deleted any more is told and left. */
function judgeLast(request: ReconcileRequest, { plan, undecided, result: { changes, failures }, unwatched }: Look): Finalized {
  const isStuck = isOutOfPatience(request, failures.length > 0 || changes.length === 0);
  const isDenied = failures.length > 0 && failures.every(({ outcome }) => outcome === "Refused");
  const isUnderWay = failures.length > 0 || changes.length > 0 || movingOf(plan, undecided).length > 0;
  const texts = failures.map(({ message }) => message);
  if (isUnderWay && !isStuck && !isDenied) return deleting([...texts, ...waitingOf(plan)].join("\n"));
  const left = [...keptOf(plan), ...texts, ...undecided.map(({ id }) => displayId(id)), ...waitingOf(plan), ...unwatched.map((kind) => `members of kind ${kind}`)];
  return left.length === 0 ? allGone(left) : done("its namespace is being deleted, and what could delete the rest with it", left);
}

/** True once something has been in the way for too long. */
function isOutOfPatience({ memory, now }: ReconcileRequest, isInTheWay: boolean): boolean {
  memory.failingSince = isInTheWay ? (memory.failingSince ?? now.getTime()) : undefined;
  return isAtLeast(PATIENCE_MS, memory.failingSince, now);
}

/** What goes on by itself: deletes that may be sent, and waits for something that is on its way. Waiting for what nobody decides is none. */
function movingOf({ prune, pruneLater, transfers, kept }: Plan, undecided: readonly PruneEntry[]): readonly ObjectId[] {
  const waiting = new Set(pruneLater.filter(({ contested }) => contested !== true).map(({ member }) => member.key));
  const onTheirWay = kept.filter(({ id, kind }) => kind === "Waiting" && !waiting.has(formatKey(id)));
  const asked = new Set(undecided.map(({ member }) => member.key));
  return [...prune.filter(({ member }) => !asked.has(member.key)), ...transfers, ...onTheirWay].map(({ id }) => id);
}

const keptOf = ({ kept }: Plan): string[] => kept.filter(({ kind }) => kind === "Kept").map(({ id, reason }) => `${displayId(id)} (${reason})`);

const waitingOf = ({ kept }: Plan): string[] => kept.filter(({ kind }) => kind === "Waiting").map(({ id, reason }) => `${displayId(id)} ${reason}`);

const allGone = (left: readonly string[]): Finalized => done(left.length === 0 ? "all its members are gone" : "all its members that may be deleted are gone", left);

const patchOf = ({ metadata: { name, namespace } }: Application, policy: "Delete" | "Orphan"): string =>
  `kubectl patch applications.driftless.dev ${name} -n ${namespace} --type=merge -p '{"spec":{"sync":{"deletionPolicy":"${policy}"}}}'`;

function decisionText(app: Application, undecided: readonly PruneEntry[]): string {
  const names = undecided.slice(0, NAMED).map(({ id }) => displayId(id)).join(", ");
  const more = undecided.length > NAMED ? ` and ${undecided.length - NAMED} more` : "";
  return `${names}${more}: namespaces, definitions, volumes and Applications are not deleted unless somebody says so. To delete them: ${patchOf(app, "Delete")}. To leave them: ${patchOf(app, "Orphan")}`;
}

const namesOf = (members: Members): string[] => [...members.values()].map(({ id }) => displayId(id)).sort();

const done = (message: string, left: readonly string[]): Finalized => ({ kind: "Finalized", state: "Done", message, left });
const blocked = (message: string): Finalized => ({ kind: "Finalized", state: "Blocked", message, left: [] });
const deleting = (message: string): Finalized => ({ kind: "Finalized", state: "Deleting", message, left: [] });
