import type { DependencyFacts } from "../../reconciler/dependencies.ts";
import { dependencyState } from "../../reconciler/dependencies.ts";
import type { Effective } from "../../reconciler/effective.ts";
import type { Gate, GateDecision } from "../../reconciler/gate/gate.ts";
import type { HookLedger, HookPort, HookTransition } from "../../reconciler/hooks/ledger.ts";
import type { Members } from "../../reconciler/observed.ts";
import type { Attempt, AttemptPort } from "../../reconciler/reconcile-ports.ts";
import type { Artifact } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import { RECONCILE_ANNOTATION } from "../api/group.ts";
import { reasons } from "../api/reasons.ts";
import type { HookRecord } from "../api/release.ts";
import { writing } from "./own-record.ts";
import type { Wanted } from "./release-spec.ts";
import type { Releases } from "./releases.ts";
import { nameOf } from "./resource-store.ts";

/** What an attempt is decided and told by. */
export interface AttemptsDeps {
  readonly releases: Pick<Releases, "approval" | "begin" | "isUnanswered" | "hookLedger" | "noteHooks" | "giveUpFailed">;
  readonly dependencies: DependencyFacts;
  /** Tells people of a hook. Default: nobody is told. */
  readonly tellHook?: (transition: HookTransition) => void;
}

const NO_HOOKS: HookLedger = { state: "Done", isNews: false, occasion: "Upgrade", run: undefined, records: [] };

/** How the attempts of one reconcile are told. */
export class Attempts implements AttemptPort, HookPort {
  readonly #app: Application;
  readonly #members: () => Members;
  readonly #deps: AttemptsDeps;
  readonly #signal: AbortSignal;
  /** What the last look found wanted; undefined: the source could not be had. */
  wanted: Pick<Wanted, "artifact" | "effective"> | undefined;
  /** Somebody has asked for another try, and it was not heard yet. */
  #isAsked: boolean;

  constructor(app: Application, members: () => Members, deps: AttemptsDeps, signal: AbortSignal) {
    this.#app = app;
    this.#members = members;
    this.#deps = deps;
    this.#signal = signal;
    const asked = app.metadata.annotations?.[RECONCILE_ANNOTATION];
    this.#isAsked = asked !== undefined && asked !== app.status?.lastHandledReconcileAt;
  }

  get hooks(): HookPort {
    return this;
  }

  ledger({ hooks }: Effective): HookLedger {
    return hooks === undefined ? NO_HOOKS : this.#deps.releases.hookLedger(this.#app, hooks);
  }

  async note(records: readonly HookRecord[], effective: Effective): Promise<void> {
    const { wanted } = this;
    if (wanted !== undefined) await writing(`the hooks of Application ${nameOf(this.#app)}`, () => this.#deps.releases.noteHooks({ app: this.#app, ...wanted, effective }, records, this.#signal));
  }

  async restart(effective: Effective): Promise<void> {
    const { wanted } = this;
    if (!this.#isAsked || wanted === undefined) return;
    this.#isAsked = false;
    await writing(`a Release of Application ${nameOf(this.#app)}`, () => this.#deps.releases.giveUpFailed({ app: this.#app, ...wanted, effective }, this.#signal));
  }

  tell(transition: HookTransition): void {
    this.#deps.tellHook?.(transition);
  }

  facts({ plan, newest, artifact }: Attempt): ReturnType<AttemptPort["facts"]> {
    return {
      sync: this.#app.spec.sync ?? {},
      dependencies: dependencyDecision(this.#app, artifact.revision, this.#deps.dependencies),
      members: this.#members().values().reduce((count, { hookRun }) => (hookRun === undefined ? count + 1 : count), 0),
      approval: () => this.#deps.releases.approval(this.#app, plan),
      unanswered: () => this.#deps.releases.isUnanswered({ app: this.#app, artifact, effective: newest }),
    };
  }

  want(effective: Effective, artifact: Artifact): void {
    this.wanted = { effective, artifact };
  }

  async begin(attempt: Attempt, gate: Gate): Promise<void> {
    const { plan, newest, artifact } = attempt;
    await writing(`a Release of Application ${nameOf(this.#app)}`, () => this.#deps.releases.begin({ app: this.#app, plan, effective: newest, artifact, gate }, this.#signal));
  }
}

function dependencyDecision(app: Application, revision: string, facts: DependencyFacts): GateDecision {
  const state = dependencyState(app, revision, facts);
  switch (state.kind) {
    case "Ready":
      return { kind: "Open" };
    case "NotReady":
      return { kind: "Closed", reason: reasons.DependencyNotReady, message: state.message };
    case "Cycle":
      return { kind: "Closed", reason: reasons.DependencyCycle, message: state.message };
    case "Refused":
      return { kind: "Closed", reason: reasons.DependencyRefused, message: state.message };
  }
}
