import { formsOfValues, maskText, secretValues } from "../../drift/mask.ts";
import { shorten, timestamp } from "../../src/api/conditions.ts";
import { GROUP, RECONCILE_ANNOTATION } from "../../src/api/group.ts";
import type { HookPhase, HookRecord } from "../../src/api/release.ts";
import { MAX_HOOK_MESSAGE } from "../../src/api/release.ts";
import { jsonEqual } from "../../src/object/json.ts";
import type { Effective } from "../effective.ts";
import { concealer } from "../conceal.ts";
import { advanceHook } from "./advance.ts";
import type { HookContext, HookStep } from "./advance.ts";
import { hookText } from "./hook.ts";
import type { Hook } from "./hook.ts";
import { hookKeyAt } from "./hook-body.ts";
import type { HookPort } from "./ledger.ts";
import { recordName } from "./ledger.ts";

/**
 * Why a sync does not go on. Running: a hook is on its way. Waiting: a hook's turn has not come. Failed: a hook has failed,
 * and the sync with it. Blocked: a hook cannot be started, or looked at, which is tried again.
 */
export interface HookWait {
  readonly kind: "Running" | "Waiting" | "Failed" | "Blocked";
  readonly message: string;
  /** When to look again at the latest. */
  readonly until?: Date | undefined;
  /** Blocked: the API server said so, so that the attempt counts as failed until it is mended. Default false. */
  readonly refused?: boolean;
}

/** What is in the way may be nobody's, so that no watch tells when it is gone. */
const NO_EVENT_MS = 5_000;

/** What a run of hooks works on. */
export interface HookRunContext extends HookContext {
  readonly newest: Effective;
  readonly port: HookPort;
}

/** The hooks of one open attempt in one look: what is recorded of them, and what is done about them. */
export class HookRun {
  readonly #context: HookRunContext;
  readonly #hooks: readonly Hook[];
  readonly #records: Map<string, HookRecord>;

  /** `hooks`: those of this attempt, in order. */
  constructor(hooks: readonly Hook[], records: readonly HookRecord[], context: HookRunContext) {
    this.#hooks = hooks;
    this.#context = context;
    this.#records = new Map(records.map((record) => [recordName(record), record]));
  }

  /** The next hook of a phase; undefined: all of them have succeeded. */
  next(phase: HookPhase): Hook | undefined {
    return this.left(phase)[0];
  }

  /** The hooks of a phase that have not succeeded. */
  left(phase: HookPhase): readonly Hook[] {
    return this.#hooks.filter((hook) => hook.phase === phase && this.#recordOf(hook)?.state !== "Succeeded");
  }

  /** True for a phase that goes no further: all of its hooks have succeeded, or one has failed. */
  isOver(phase: HookPhase): boolean {
    const next = this.next(phase);
    return next === undefined || this.#recordOf(next)?.state === "Failed";
  }

  /** True once a hook of the phase has begun. */
  hasBegun(phase: HookPhase): boolean {
    return this.#hooks.some((hook) => hook.phase === phase && this.#recordOf(hook) !== undefined);
  }

  /** The hook that has failed. Those for a failure do not count. */
  failed(): HookWait | undefined {
    const hook = this.#hooks.find((one) => one.phase !== "SyncFail" && this.#recordOf(one)?.state === "Failed");
    return hook === undefined ? undefined : this.#failed(hook, this.#recordOf(hook)?.message);
  }

  /** What is recorded, by hook. */
  *entries(): Iterable<readonly [Hook, HookRecord]> {
    for (const hook of this.#hooks) {
      const record = this.#recordOf(hook);
      if (record !== undefined) yield [hook, record];
    }
  }

  /**
   * Brings the hooks of a phase as far as they get now, one after the other; with `wave` no further than that wave.
   * Undefined: they are through. What came of it is written down before anything else is done.
   */
  async advance(phase: HookPhase, wave = Number.POSITIVE_INFINITY): Promise<HookWait | undefined> {
    const before = new Map(this.#records);
    try {
      for (const hook of this.#hooks) {
        if (hook.phase !== phase || hook.wave > wave) continue;
        const wait = await this.#advanceOne(hook);
        if (wait !== undefined) return wait;
      }
      return undefined;
    } finally {
      await this.#note(before);
    }
  }

  async #advanceOne(hook: Hook): Promise<HookWait | undefined> {
    const record = this.#recordOf(hook);
    if (record?.state === "Succeeded") return undefined;
    if (record?.state === "Failed") return this.#failed(hook, record.message);
    const step = await advanceHook(hook, record, this.#context);
    const message = this.#conceal(withoutSecrets(step.message, hook));
    switch (step.kind) {
      case "Waiting":
        return { kind: "Running", message: `hook ${hookText(hook)}: ${message}`, until: new Date(this.#context.request.now.getTime() + NO_EVENT_MS) };
      case "Blocked":
        return { kind: "Blocked", message: `hook ${hookText(hook)} cannot be ${record === undefined ? "started" : "looked at"}: ${message}`, refused: step.refused && record === undefined };
      case "Running":
        this.#set(hook, step, undefined);
        return { kind: "Running", message: runningText(hook, step, message), until: step.until };
      case "Succeeded":
        this.#set(hook, step, message);
        return undefined;
      case "Failed":
        this.#set(hook, step, message);
        return this.#failed(hook, shorten(message, MAX_HOOK_MESSAGE));
    }
  }

  /** What a controller says of one object may quote what substitutions have put into another. */
  #conceal(text: string): string {
    const { newest: { objects }, request: { memory } } = this.#context;
    const targets = this.#hooks.flatMap(({ target }) => (typeof target === "string" ? [] : [target]));
    return concealer([...objects, ...targets], memory.lastGood)?.(text) ?? text;
  }

  #set({ phase, ...hook }: Hook, { kind: state, uid, startedAt }: Extract<HookStep, { uid: string }>, message: string | undefined): void {
    const { run, request: { now } } = this.#context;
    const record: HookRecord = {
      phase, state,
      object: hookKeyAt({ ...hook, phase }, run),
      ...(uid === "" ? {} : { uid }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(state === "Running" ? {} : { finishedAt: timestamp(now) }),
      ...(message === undefined ? {} : { message: shorten(message, MAX_HOOK_MESSAGE) }),
    };
    this.#records.set(recordName(record), record);
  }

  /** People are told when it is written. */
  async #note(before: ReadonlyMap<string, HookRecord>): Promise<void> {
    const { port, newest } = this.#context;
    const news = [...this.entries()].filter(([, record]) => !jsonEqual(before.get(recordName(record)), record));
    if (news.length === 0) return;
    await port.note([...this.entries()].map(([, record]) => record), newest);
    for (const [hook, { state, message }] of news) {
      if (before.get(recordName({ phase: hook.phase, object: hookKeyAt(hook, this.#context.run) }))?.state === state) continue;
      port.tell({ state, message: `hook ${hookText(hook)} ${state === "Running" ? "runs" : state === "Failed" ? `failed: ${message ?? ""}` : `succeeded: ${message ?? ""}`}` });
    }
  }

  #failed(hook: Hook, message = ""): HookWait {
    const { name, namespace } = this.#context.request.app.metadata;
    const again = `kubectl annotate applications.${GROUP} ${name} -n ${namespace} --overwrite ${RECONCILE_ANNOTATION}="$(date +%s)"`;
    return { kind: "Failed", message: `hook ${hookText(hook)} failed: ${message}. This content is not tried again by itself. To run all hooks of it again: ${again}` };
  }

  #recordOf(hook: Hook): HookRecord | undefined {
    return this.#records.get(recordName({ phase: hook.phase, object: hookKeyAt(hook, this.#context.run) }));
  }
}

function runningText(hook: Hook, { startedAt }: Extract<HookStep, { uid: string }>, message: string): string {
  return `waiting for hook ${hookText(hook)}${startedAt === undefined ? "" : `, begun at ${startedAt}`}: ${message}`;
}

/** What an object says of itself may quote its content. */
function withoutSecrets(text: string, { target }: Hook): string {
  return typeof target === "string" ? text : maskText(text, [...secretValues(target.initial), ...formsOfValues(target.secrets)]);
}
