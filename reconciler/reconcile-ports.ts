import type { Rendered } from "../charts/rendered.ts";
import type { EarlierDrift } from "../drift/earlier.ts";
import type { Artifact } from "../sources/source.ts";
import type { Application } from "../src/api/application.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Account, ClusterClient, Logger } from "../src/ports.ts";
import type { Plan } from "./change.ts";
import type { Effective } from "./effective.ts";
import type { Gate, GateFacts } from "./gate/gate.ts";
import type { HealthChecks } from "./health/checks.ts";
import type { HookPort } from "./hooks/ledger.ts";
import type { LastGood } from "./last-good.ts";
import type { AppIdentity } from "./identity.ts";
import type { AppMemory } from "./memory.ts";
import type { LiveMember, Members } from "./observed.ts";

/** What one reconcile reaches the outside through. */
export interface ReconcilePorts {
  readonly cluster: ClusterClient;
  readonly logger: Logger;
  /** The content of the Application's source; undefined when it comes by itself in a moment. Throws SOURCE_NOT_READY. */
  artifact(): Artifact | undefined;
  /** Rendering, from the cache where no input changed. Throws VARIABLES_NOT_READY where a value that it needs cannot be had. */
  render(artifact: Artifact): Rendered | Promise<Rendered>;
  /** The members as the watches have them now; none of kinds that may not be watched. */
  members(): Members;
  /** The same with what only look-ups told of kinds that may not be watched. */
  known(): Members;
  /** Lists, as the account, the members of kinds that are not watched, and takes in what it tells; the kinds (`Kind.group`) that could be listed. Default: none. */
  survey?(): Promise<readonly string[]>;
  /** Records where members can be, before the first one is created, and watches there. Says what is not watched yet. */
  reach(effective: Effective): Promise<Reach>;
  readonly attempts: AttemptPort;
  /** What an earlier process has told in the DriftReport; asked once. Default: nothing. */
  earlierDrift?(): EarlierDrift | undefined;
  /** What is stored of the last good content, for when the source cannot be had. */
  loadLastGood(): Promise<LastGood | undefined>;
  /** These objects are about to be deleted: what is stored of them goes first, so that a crash does not bring them back. */
  forgetStored?(keys: ReadonlySet<ObjectKey>): Promise<void>;
  /** True for an Application (`namespace/name`) that exists and is not being deleted. */
  isAlive(application: string): boolean;
  /** Whether an Application that has claimed this object still wants it; Unknown: it has not been looked at yet. */
  wants(application: string, key: ObjectKey): "Yes" | "No" | "Unknown";
  /** An Application over the same source that may want this object, too. Default: there is none. */
  rival?(key: ObjectKey): Rival | undefined;
  /** False: this Application (`namespace/name`) is known not to have that object. Default: it has, as long as it is alive. */
  holds?(application: string, key: ObjectKey): boolean;
  /** The Application that an ApplySet id belongs to. Default: nobody knows. */
  applicationOf?(setId: string): string | undefined;
  /**
   * A member is about to become one of this Application (`namespace/name`), until what is returned is called; undefined:
   * that one does not want it any more. Default: it does.
   */
  handOver?(to: string, key: ObjectKey): (() => void) | undefined;
  /** A member became one of this Application. */
  handedOver(to: string): void;
  /** Writes findings down before what they tell is overwritten. */
  record(findings: readonly DriftFinding[]): Promise<void>;
  /** Takes in what the server answered, to a write or a look-up: it may be newer than what the watches have. */
  seen(member: LiveMember): void;
  /** A member was told to go: this very one is on its way out until the watch says more. */
  leaving(key: ObjectKey, uid: string): void;
  /** What is known of this object may be wrong: its content is to be looked at. */
  doubted(key: ObjectKey): void;
  /** What is known of this object is wrong: it is to be looked up. */
  lost(key: ObjectKey): void;
}

/** NotLooked: it has not looked at the newest content yet. Claims: it has, and it wants the object. */
export interface Rival {
  /** `namespace/name`. */
  readonly application: string;
  readonly state: "NotLooked" | "Claims";
}

/** One attempt to bring an Application to one content. */
export interface Attempt {
  readonly plan: Plan;
  /** All that is desired. */
  readonly newest: Effective;
  readonly artifact: Artifact;
}

/** How attempts are told, and what was said to them. */
export interface AttemptPort {
  /** Called in every look that knows the newest content. */
  want(newest: Effective, artifact: Artifact): void;
  /** What the gate has to know besides the plan and the time. */
  facts(attempt: Attempt): GateFacts;
  /** An attempt begins, or waits at the gate. Resolves when it is written down. */
  begin(attempt: Attempt, gate: Gate): Promise<void>;
  /** Default: hooks are not run. */
  readonly hooks?: HookPort;
}

/** Whether the watches over an Application's kinds have delivered. */
export interface Reach {
  readonly synced: boolean;
  /** Kinds that are not watched, each with the missing verb or the cause. */
  readonly unwatched: readonly string[];
  /** Those of them of which nothing is known only because of a fault: what depends on them waits. Default none. */
  readonly unlisted?: readonly string[];
}

/** One Application to bring to its desired state. */
export interface ReconcileRequest {
  readonly app: Application;
  readonly identity: AppIdentity;
  /** Who every write is made as. */
  readonly account: Account;
  readonly operatorNamespace: string;
  /** Secrets of the Application's namespace that its source uses. Default none. */
  readonly sourceSecrets?: readonly string[] | undefined;
  readonly memory: AppMemory;
  readonly now: Date;
  /** spec.health.checks, compiled. */
  readonly checks: HealthChecks;
  /** Everything is to be looked at, also what was found as desired before. */
  readonly full: boolean;
  /** What was not there a moment ago is taken not to be there: for a plan that is not carried out as it is. Default false. */
  readonly trusting?: boolean;
  /** Milliseconds until an object that was refused so many times is tried again. */
  readonly retryDelay: (attempts: number) => number;
  /** Whether another write may begin in this turn; once false it stays so. Default always. */
  readonly mayBegin?: (() => boolean) | undefined;
  readonly signal: AbortSignal;
}
