/** The laws of notifications, over what can be seen and what is so; written without the engine's own words. */
import { shortRevision } from "../../../sources/source.ts";
import { isJsonObject } from "../../../src/object/json.ts";
import type { Observation } from "../../../src/notify/observation.ts";
import type { ModelDestination, Visible } from "./model-channel.ts";
import type { TraceRun } from "./run-trace.ts";

/** Once all is calm: what is so is visible, and what is visible is so. */
export function problemsAt({ truth, destination, routed }: Pick<TraceRun, "truth" | "destination" | "trace"> & { readonly routed: (observation: Observation) => boolean }): string[] {
  const open = newest(destination).filter(isOpen);
  /** What cannot be changed keeps naming a member that was running, until all are done. */
  const isOld = (lines: readonly string[], name: string): boolean => !destination.abilities.update && lines.includes(`${name}: running`);
  const told = (observation: Observation, strictly: boolean): boolean =>
    open.some(({ content }) => content.class === observation.class && content.subjects.includes(nameOf(observation)) && (strictly || !isOld(content.lines, nameOf(observation))));
  const now = truth.all();
  const problems: string[] = [];
  for (const observation of now) {
    const wanted = wantedness(observation, now, routed);
    if (wanted === "Yes" && !told(observation, true)) problems.push(`${labelOf(observation)} is so and no message says it`);
    if (wanted === "No" && told(observation, false)) problems.push(`a message says ${labelOf(observation)}, which is over`);
  }
  for (const { content } of open) {
    for (const subject of content.subjects) if (!now.some((observation) => nameOf(observation) === subject) && !isOld(content.lines, subject)) problems.push(`a message is open about ${subject}, which does not exist`);
  }
  return problems;
}

/** Over a whole history: how much was sent, what was sent twice, what was counted. */
export function problemsOver(run: TraceRun): string[] {
  const { destination, trace } = run;
  return [...boundProblems(run), ...repeatProblems(destination, wasReadable(run)), ...threadProblems(destination), ...budgetProblems(destination.requests, trace.perMinute), ...countProblems(run), ...releaseProblems(run)];
}

/** An episode has one message, and there is at most one episode for each time that something began. */
function boundProblems({ destination, truth, trace }: TraceRun): string[] {
  const problems: string[] = [];
  const keys = new Map<string, Set<string>>();
  for (const { key, content } of destination.messages) if (content.state !== "Digest") keys.set(content.class, (keys.get(content.class) ?? new Set()).add(baseOf(key.episode)));
  for (const [kind, begun] of keys) {
    const limit = new Map<string, number>(truth.begun).get(kind) ?? 0;
    if (begun.size > limit) problems.push(`${begun.size} episodes of class ${kind}, where ${limit} began`);
  }
  const extra = slack(destination);
  for (const [key, copies] of grouped(destination.messages, ({ key }) => baseOf(key.episode))) {
    const limit = (trace.abilities.update || trace.abilities.idempotent ? 1 : 12) + extra + copies.filter(({ deleted }) => deleted).length;
    if (copies.length > limit) problems.push(`${copies.length} messages for episode ${key}`);
  }
  return problems;
}

/** What is there twice says so; at most once for each thing that went wrong; never where the history can be read. */
function repeatProblems(destination: ModelDestination, readable: boolean): string[] {
  const problems: string[] = [];
  const { repeats, gone, abilities } = destination;
  for (const [key, copies] of grouped(destination.messages, ({ key }) => key.episode)) {
    const needsKey = !abilities.update && !abilities.idempotent && !abilities.find;
    const silent = copies.filter(({ repeated }, index) => !repeated && copies.slice(0, index).some(({ deleted }) => !deleted));
    if (!needsKey && silent.length > 0) problems.push(`${key} is there twice and does not say so`);
    if (readable && !needsKey && copies.filter(({ deleted }) => !deleted).length > 1) problems.push(`${key} is there twice although the history can be read`);
  }
  if (repeats > slack(destination)) problems.push(`${repeats} repetitions, ${slack(destination)} reasons`);
  if (readable && !abilities.idempotent && repeats > gone) problems.push(`${repeats} repetitions, although nothing had to be repeated`);
  return problems;
}

function threadProblems({ messages }: ModelDestination): string[] {
  const problems: string[] = [];
  for (const { thread, key } of messages) {
    let last = 0;
    for (const { number, repeated } of thread) {
      if (number < last || (number === last && !repeated)) problems.push(`line ${number} of ${key.episode} comes after line ${last}`);
      last = Math.max(last, number);
    }
  }
  return problems;
}

function budgetProblems(requests: readonly number[], perMinute: number): string[] {
  const over = requests.findIndex((at, index) => (requests[index + perMinute] ?? Infinity) - at < 60_000);
  return over < 0 ? [] : [`more than ${perMinute} requests in the minute after ${requests[over]}`];
}

/** Corrected drift is counted once, over all crashes: in digests that were told, or for the next one. */
function countProblems({ destination, truth, trace, stored }: TraceRun): string[] {
  if (trace.minSeverity === "Critical") return [];
  const problems: string[] = [];
  const pending = pendingCounts(stored);
  for (const [app, total] of truth.corrected) {
    if (truth.deleted.has(app)) continue;
    const name = app.replace("Application/", "");
    const digests = newest(destination).filter(({ content }) => content.state === "Digest");
    const told = digests.flatMap(({ content }) => content.lines).reduce((sum, line) => sum + (line.startsWith(`${name}: `) ? Number.parseInt(line.slice(name.length + 2), 10) : 0), 0);
    const waiting = pending.get(app) ?? 0;
    if (told + waiting !== total) problems.push(`${total} corrections in ${name}, ${told} told and ${waiting} waiting`);
  }
  return problems;
}

/** The newest success of each Application is told, save where quiet hours swallow it. */
function releaseProblems({ destination, truth, trace }: TraceRun): string[] {
  if (trace.quietHours) return [];
  const problems: string[] = [];
  for (const [app, revisions] of truth.released) {
    const name = app.replace("Application/", "");
    const revision = shortRevision(revisions.at(-1) ?? "");
    if (!truth.all().some((observation) => observation.class === "Deploy" && nameOf(observation) === name && observation.state === "Quiet")) continue; // something newer is told instead
    const told = destination.messages.some(({ content: { class: kind, state, title, lines, subjects, fields } }) => {
      const about = title.includes(revision) || fields.some(({ value }) => value === revision);
      return kind === "Deploy" && about && (lines.includes(`${name}: done`) || (state === "Resolved" && subjects.includes(name)));
    });
    if (!told) problems.push(`nobody was told that ${revision} is in ${name}`);
  }
  return problems;
}

/** Yes: it has to be told; No: it must not; Maybe: another message explains it. */
function wantedness(observation: Observation, all: readonly Observation[], routed: (observation: Observation) => boolean): "Yes" | "No" | "Maybe" {
  if (observation.state === "Quiet" || !routed(observation)) return "No";
  const failed = all.some((other) => other.class === "Deploy" && other.state === "Active" && nameOf(other) === nameOf(observation));
  return observation.class === "Health" && failed ? "Maybe" : "Yes";
}

/** Of each episode the message that was made last, whether or not somebody deleted it since. */
function newest({ messages }: ModelDestination): Visible[] {
  return [...grouped(messages, ({ key }) => baseOf(key.episode)).values()].flatMap((copies) => copies.slice(-1));
}

const isOpen = ({ content: { state, severity } }: Visible): boolean => state !== "Resolved" && state !== "Digest" && !(state === "Failed" && severity === "Info");
const slack = ({ uncertain, cuts, gone }: ModelDestination): number => uncertain + cuts + gone;
const wasReadable = ({ trace, destination }: TraceRun): boolean => trace.abilities.find && destination.readable && !trace.steps.some(({ happening }) => happening.kind === "Fault" && happening.fault === "Unreadable");
const baseOf = (episode: string): string => episode.replace(/\.\d+$/, "");
const nameOf = ({ subject: { namespace, name } }: Observation): string => `${namespace}/${name}`;
const labelOf = (observation: Observation): string => `${observation.class} of ${nameOf(observation)} ${observation.state}`;

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function pendingCounts(stored: string | undefined): Map<string, number> {
  const saved: unknown = stored === undefined ? undefined : JSON.parse(stored);
  const engine = isJsonObject(saved) ? saved["engine"] : undefined;
  const digest = isJsonObject(engine) ? engine["digest"] : undefined;
  const apps = (isJsonObject(digest) ? digest["apps"] : undefined) as readonly (readonly [string, { readonly total: number }])[] | undefined; // as DigestState is saved
  return new Map((apps ?? []).map(([app, { total }]) => [app, total]));
}
