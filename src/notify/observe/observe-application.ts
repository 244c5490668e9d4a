import { hasFailed, isFinished } from "../../controllers/release-status.ts";
import type { Application } from "../../api/application.ts";
import { findCondition } from "../../api/conditions.ts";
import type { Condition } from "../../api/meta.ts";
import type { EpisodeClass } from "../../api/notifier.ts";
import { reasons } from "../../api/reasons.ts";
import type { GitSource } from "../../api/git-source.ts";
import type { Release } from "../../api/release.ts";
import { parseRevision } from "../../../sources/source.ts";
import type { Facts, Observation } from "../observation.ts";

/** An Application with its newest Release and its source, if it has them. */
export interface ObservedApplication {
  readonly app: Application;
  readonly release: Release | undefined;
  /** Default: who made the newest commit is not told before there is a Release. */
  readonly source?: GitSource | undefined;
}

type Verdict = Pick<Observation, "state" | "severity" | "story" | "reason" | "since"> & { readonly summary: string; readonly about: About };

/** Which content is spoken of: nobody is to be named for what is not theirs. */
type About = Pick<Facts, "revision" | "release" | "commit">;

/** What waits for a person, or for a time: class Policy. */
const WAITS: ReadonlySet<string> = new Set([
  reasons.AwaitingApproval, reasons.WindowClosed, reasons.PruneHeld, reasons.DependencyCycle, reasons.DependencyRefused, reasons.DeletionBlocked,
]);
/** A content that no Release can be made of: what the newest Release says is about an earlier one. */
const UNBUILT: ReadonlySet<string> = new Set(["BuildFailed", "EmptyRender", "PathNotFound", "LimitExceeded", "SpecInvalid", "VariablesNotReady"]);
/** What begins the commands in the condition of an Application that waits for a yes. */
const COMMANDS = ". To see it: kubectl ";
/** Nobody has to know of these: the ordinary course of things. */
const ORDINARY: ReadonlySet<string> = new Set([reasons.Progressing, reasons.HookRunning, reasons.DependencyNotReady, reasons.Deleting, reasons.Suspended, reasons.Applied]);

/** Deployment, health and what waits, of one Application. Classes of which nothing can be told now are left out. */
export function observeApplication(observed: ObservedApplication): readonly Observation[] {
  const { app, release } = observed;
  const conditions = app.status?.conditions;
  const ready = findCondition(conditions, "Ready");
  if (ready === undefined) return [];
  const newest = aboutRelease(release);
  if (ready.reason === reasons.Suspended) return (["Deploy", "Health", "Policy"] as const).map((kind) => made(app, kind, quiet(ready, newest)));
  const synced = findCondition(conditions, "Synced") ?? ready;
  const healthy = findCondition(conditions, "Healthy");
  const drifted = findCondition(conditions, "Drifted");
  return [
    made(app, "Deploy", deployVerdict(synced, observed)),
    ...(healthy === undefined || healthy.status === "Unknown" ? [] : [made(app, "Health", healthVerdict(healthy, aboutLive(app, release)))]),
    made(app, "Policy", policyVerdict(synced, ready, drifted, newest)),
  ];
}

function deployVerdict(synced: Condition, { app, release, source }: ObservedApplication): Verdict {
  const attempt = findCondition(release?.status?.conditions, "Succeeded");
  const { lastAttemptedRevision: tried } = app.status ?? {};
  const fails = synced.status === "False" && !WAITS.has(synced.reason) && !ORDINARY.has(synced.reason);
  if (fails && UNBUILT.has(synced.reason) && tried !== release?.spec.revision) return active(synced, synced.reason, "Warning", aboutContent(tried, source));
  if (release !== undefined && attempt !== undefined && hasFailed(release)) return active(attempt, `${release.metadata.name}/${attempt.reason}`, "Critical", aboutRelease(release));
  if (fails) return active(synced, synced.reason, "Warning", release !== undefined && !isFinished(release) ? aboutRelease(release) : { revision: tried });
  if (release !== undefined && attempt !== undefined && !isFinished(release) && !WAITS.has(attempt.reason)) return { ...active(attempt, release.metadata.name, "Info", aboutRelease(release)), state: "Running" };
  return { ...quiet(attempt ?? synced, aboutRelease(release)), since: release?.status?.completedAt ?? (attempt ?? synced).lastTransitionTime };
}

function healthVerdict(healthy: Condition, about: About): Verdict {
  return healthy.status === "False" ? active(healthy, healthy.reason, "Critical", about) : quiet(healthy, about);
}

function policyVerdict(synced: Condition, ready: Condition, drifted: Condition | undefined, about: About): Verdict {
  const waiting = [synced, ready].find(({ reason }) => WAITS.has(reason));
  if (waiting !== undefined) return { ...active(waiting, waiting.reason, waiting.reason === reasons.WindowClosed ? "Info" : "Warning", about), summary: withoutCommands(waiting.message) };
  if (drifted?.reason === reasons.FightDetected) return active(drifted, drifted.reason, "Warning", about);
  return quiet(synced, about);
}

/** Commands with digests in them are longer than a message, and none that was cut may be pasted: the condition has them whole. */
function withoutCommands(message: string): string {
  const at = message.indexOf(COMMANDS);
  return at < 0 ? message : `${message.slice(0, at)}. The commands to see it and to approve it are in the Application's condition Synced (kubectl describe)`;
}

/** The commit that a Release brings. */
function aboutRelease(release: Release | undefined): About {
  if (release === undefined) return {};
  const { revision, commit: { id, author, message } } = release.spec;
  return { revision, release: release.metadata.name, commit: { sha: id, author, message } };
}

/** What runs: not the commit of a Release that waits. */
function aboutLive({ status }: Application, release: Release | undefined): About {
  const waits = WAITS.has(findCondition(release?.status?.conditions, "Succeeded")?.reason ?? "");
  return release === undefined || waits ? { revision: status?.lastAppliedRevision } : aboutRelease(release);
}

/** A commit without a Release. */
function aboutContent(revision: string | undefined, source: GitSource | undefined): About {
  const { artifact } = source?.status ?? {};
  const sha = parseRevision(revision ?? "")?.commit;
  if (sha === undefined) return { revision };
  const known = artifact?.revision === revision ? artifact : undefined;
  return { revision, commit: { sha, author: known?.author, message: known?.message } };
}

const active = ({ reason, lastTransitionTime, message }: Condition, story: string, severity: Observation["severity"], about: About): Verdict => ({ state: "Active", severity, story, reason, since: lastTransitionTime, summary: message, about });
const quiet = ({ reason, lastTransitionTime, message }: Condition, about: About): Verdict => ({ state: "Quiet", severity: "Info", story: "", reason, since: lastTransitionTime, summary: message, about });

function made({ metadata, spec, status }: Application, kind: EpisodeClass, { summary, about, ...verdict }: Verdict): Observation {
  const { namespace = "", name, labels } = metadata;
  const source = `${namespace}/${spec.sourceRef.name}`;
  const { revision = status?.lastAttemptedRevision } = about;
  return {
    subject: { kind: "Application", namespace, name },
    class: kind,
    ...verdict,
    group: revision === undefined ? undefined : `${source}@${revision}`,
    source,
    security: false,
    facts: { summary, labels, ...about, revision },
  };
}
