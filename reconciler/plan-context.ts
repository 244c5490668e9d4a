import type { Baseline } from "../drift/baseline.ts";
import type { DriftHoldRequest } from "../drift/drift-hold.ts";
import type { Treatment } from "../drift/modes.ts";
import type { DriftRules } from "../drift/rules.ts";
import type { Application } from "../src/api/application.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Account } from "../src/ports.ts";
import type { EffectiveObject } from "./effective.ts";
import type { HealthChecks } from "./health/checks.ts";
import type { AppIdentity } from "./identity.ts";
import type { LastGood } from "./last-good.ts";
import type { Rival } from "./reconcile-ports.ts";

/** What a plan needs to know besides desired and live. */
export interface PlanContext {
  readonly app: Application;
  readonly identity: AppIdentity;
  readonly account: Account;
  /** Where the operator itself lives; never pruned. */
  readonly operatorNamespace: string;
  /** Secrets of the Application's namespace that its source uses; never pruned. Default none. */
  readonly sourceSecrets?: readonly string[] | undefined;
  readonly baselines: ReadonlyMap<ObjectKey, Baseline>;
  /** The newest content that was applied, per object. */
  readonly lastGood: LastGood;
  /** Objects that were deleted to be created again, as what: that they are not there is no drift. */
  readonly recreating: ReadonlyMap<ObjectKey, EffectiveObject>;
  /** Digests of objects that are no members and were found or made as desired. */
  readonly settled: ReadonlyMap<ObjectKey, string>;
  /** Differences told before; they hold for objects that need no new look. */
  readonly reported: readonly DriftFinding[];
  /** Nothing else is desired than at the last complete apply, so that a difference was made by somebody else. */
  readonly sameRevision: boolean;
  /** What happens with drift of this object where `mode` (default spec.drift.mode) decides: in a fight nothing is undone. */
  readonly treatment: (key: ObjectKey, mode?: Treatment) => Treatment;
  /** spec.drift.rules. Default: none, the mode decides. */
  readonly rules?: DriftRules | undefined;
  /** The hold on all of the Application. Default: none. */
  readonly hold?: DriftHoldRequest | undefined;
  /** When a difference in this place was first told and not undone. Default: it never was. */
  readonly firstSeen?: ((finding: DriftFinding) => Date | undefined) | undefined;
  /** True for an object that somebody else keeps changing back, be it only who owns equal values: it is not written for a while, save with what the source brings. */
  readonly isPaused: (key: ObjectKey) => boolean;
  /** What people were told of objects that need no new look. */
  readonly notes: ReadonlyMap<ObjectKey, readonly string[]>;
  /** True for an Application (`namespace/name`) that exists and is not being deleted. */
  readonly isAlive: (application: string) => boolean;
  /** False: this Application is known not to have that object. Default: it has, as long as it is alive. */
  readonly holds?: ((application: string, key: ObjectKey) => boolean) | undefined;
  /** The Application that an ApplySet id belongs to. Default: nobody knows. */
  readonly applicationOf?: ((setId: string) => string | undefined) | undefined;
  /** Whether an Application that has claimed this object still wants it; Unknown: it has not been looked at yet. */
  readonly wants: (application: string, key: ObjectKey) => "Yes" | "No" | "Unknown";
  /** An Application over the same source that may want this object, too. Default: there is none. */
  readonly rival?: ((key: ObjectKey) => Rival | undefined) | undefined;
  readonly now: Date;
  /** spec.health.checks, compiled. Default: none. */
  readonly checks?: HealthChecks | undefined;
}
