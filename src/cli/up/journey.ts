import { shortRevision } from "../../../sources/source.ts";
import type { Application } from "../../api/application.ts";
import { findCondition } from "../../api/conditions.ts";
import type { GitSource } from "../../api/git-source.ts";
import { messageOf } from "../../errors.ts";
import type { Json, JsonObject } from "../../object/json.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { Narrator } from "./narrator.ts";
import type { OperatorProcess } from "./operator-process.ts";

/** Tells what the operator says about one Application and its source as it happens. */
export function tellProgress(operator: OperatorProcess, name: string, narrator: Narrator): void {
  operator.onLog((line) => {
    if (line["application"] !== name && line["source"] !== name) return;
    const text = progressText(line);
    if (text !== undefined) narrator.saw(text, typeof line["durationMs"] === "number" ? line["durationMs"] : undefined);
  });
}

function progressText(line: JsonObject): string | undefined {
  const text = (field: string): string => scalarText(line[field]);
  const count = (field: string, noun: string): string => `${text(field)} ${noun}${line[field] === 1 ? "" : "s"}`;
  switch (text("message")) {
    case "fetched":
      return `fetched ${shortRevision(text("revision"))} by ${text("author")}`;
    case "rendered":
      return `rendered ${count("objects", "object")}`;
    case "planned":
      return `planned: ${count("writes", "write")}, ${count("deletes", "delete")}, ${text("unchanged")} unchanged`;
    case "applied":
      return line["again"] === 0 ? `applied: ${count("changes", "change")}, ${count("failures", "failure")}` : `${count("again", "object")} changed meanwhile, looking again`;
    default:
      return undefined;
  }
}

const scalarText = (value: Json | undefined): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** Resolves when the commit is applied and everything is healthy; rejects with what the status says about a failure. */
export async function arrival(view: ClusterView, name: string, commit: string, signal: AbortSignal): Promise<Application> {
  try {
    return await view.until(`Application ${name} healthy at ${commit === "" ? "its newest commit" : commit.slice(0, 7)}`, () => arrived(view, name, commit), signal);
  } catch (error) {
    signal.throwIfAborted();
    const said = findCondition((view.get("Application", name) as Application | undefined)?.status?.conditions, "Ready")?.message; // validated by the API server
    throw said === undefined || messageOf(error).includes(said) ? error : new Error(`${messageOf(error)}; its status says: ${said}`, { cause: error });
  }
}

function arrived(view: ClusterView, name: string, commit: string): Application | undefined {
  const failure = failureOf(view, name);
  if (failure !== undefined) throw new Error(failure);
  const app = view.get("Application", name) as Application | undefined; // the API server has validated it
  const ready = findCondition(app?.status?.conditions, "Ready");
  return app?.status?.lastAppliedRevision?.endsWith(commit) === true && ready?.status === "True" ? app : undefined;
}

/** What makes waiting pointless: a source or an Application that says it is stalled. */
function failureOf(view: ClusterView, name: string): string | undefined {
  const source = view.get("GitSource", name) as GitSource | undefined; // the API server has validated both
  const app = view.get("Application", name) as Application | undefined;
  for (const object of [source, app]) {
    const stalled = findCondition(object?.status?.conditions, "Stalled");
    if (object !== undefined && stalled?.status === "True" && stalled.reason !== "SourceNotReady") return `${object.kind} ${name}: ${stalled.message}`;
  }
  return undefined;
}
