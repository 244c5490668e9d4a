import type { Outcome } from "../../reconciler/outcome.ts";
import type { LogFields, Logger } from "../ports.ts";
import type { ResourceName } from "./resource-store.ts";

/** One thing to tell. Its cause is what it is known by. */
interface Line {
  readonly level: "info" | "warn";
  readonly fields: LogFields & { readonly cause: string };
  readonly text: string;
}

/** Lines of one kind that one look may write; of the others it tells how many there are. */
const MAX_LINES = 12;

/** Logs what did not go as it should, and what waits, when it was not so at the last look. */
export class OutcomeLog {
  /** By Application: the causes of the last look. */
  readonly #told = new Map<ResourceName, ReadonlySet<string>>();

  /** Tells how a reconcile ended: of many objects the first twelve, and nothing that was told of the last one. */
  tell(name: ResourceName, outcome: Outcome, logger: Logger): void {
    const lines = linesOf(outcome);
    const known = this.#told.get(name);
    for (const news of Map.groupBy(lines.filter(({ fields }) => known?.has(fields.cause) !== true), ({ text }) => text).values()) write(news, logger);
    if (lines.length === 0) this.#told.delete(name);
    else this.#told.set(name, new Set(lines.map(({ fields }) => fields.cause)));
  }

  /** The Application is gone. */
  forget(name: ResourceName): void {
    this.#told.delete(name);
  }
}

function write(lines: readonly Line[], logger: Logger): void {
  for (const { level, fields, text } of lines.slice(0, MAX_LINES)) logger[level](fields, text);
  const [first] = lines;
  if (first !== undefined && lines.length > MAX_LINES) logger[first.level]({ more: lines.length - MAX_LINES }, first.text);
}

function linesOf(outcome: Outcome): Line[] {
  switch (outcome.kind) {
    case "Suspended":
      return [];
    case "Failed":
      return [{ level: "warn", fields: { reason: outcome.error.reason, revision: outcome.revision, cause: outcome.error.message }, text: "sync failed" }];
    case "Finalized":
      return [{ level: "info", fields: { state: outcome.state, cause: outcome.message, left: outcome.left.join("; ") }, text: "deletion" }];
    case "Attempted": {
      const { revision, failures, blocked, fights, hooks, gate: { apply, prune } } = outcome;
      const closed = apply.kind === "Closed" ? { ...apply, text: "changes wait" } : prune.kind === "Closed" ? { ...prune, text: "deletes wait" } : undefined;
      return [
        ...failures.map(({ message, verb }): Line => ({ level: "warn", fields: { verb, revision, cause: message }, text: "object failed" })),
        ...blocked.filter(({ kind }) => kind === "Failed").map(({ reason }): Line => ({ level: "warn", fields: { revision, cause: reason }, text: "object blocked" })),
        ...blocked.filter(({ kind }) => kind === "Waiting").map(({ reason }): Line => ({ level: "info", fields: { revision, cause: reason }, text: "object waits" })),
        ...(closed === undefined ? [] : [{ level: "info", fields: { reason: closed.reason, revision, cause: closed.message }, text: closed.text } as const]),
        ...(hooks?.kind === "Blocked" ? [{ level: "warn", fields: { revision, cause: hooks.message }, text: "hook blocked" } as const] : []),
        ...fights.map((cause): Line => ({ level: "warn", fields: { cause }, text: "fight" })),
      ];
    }
  }
}
