/** The message of an episode as data: the same state gives the same text, and nothing in it ticks. Pure. */
import type { MessageContent, MessageState } from "../message.ts";
import { MAX_SUBJECTS } from "./rules.ts";
import type { Episode, Member } from "./state.ts";
import { startOf } from "./episodes.ts";
import { WORDS } from "./members.ts";
import { MAX_LINE, counted, gravest, oneLine, spanText } from "./text.ts";

/** What an episode says at a moment. */
export function contentOf(episode: Episode, now: number): MessageContent {
  const { members, closedAt, inhibits } = episode;
  const shown = members.filter(({ endedAt }) => endedAt === undefined);
  const about = [...(shown.length > 0 ? shown : members)].sort(byNeed);
  const [first] = about;
  const commit = first?.brief.commit?.sha;
  return {
    state: stateOf(episode),
    class: episode.class,
    severity: closedAt === undefined ? gravest(about.map(({ severity }) => severity)) : "Info",
    title: oneLine(titleOf(episode, about), MAX_LINE),
    lines: linesOf(episode, about),
    fields: first === undefined ? [] : fieldsOf(first),
    subjects: about.slice(0, MAX_SUBJECTS).map(nameOf),
    ...(commit === undefined ? {} : { commit }),
    suppressed: inhibits,
    openedAt: new Date(startOf(episode)).toISOString(),
    updatedAt: new Date(closedAt ?? now).toISOString(),
  };
}

function stateOf({ class: kind, members, closedAt, flapping, reminders }: Episode): MessageState {
  if (closedAt !== undefined) return members.some(({ state, failed }) => kind === "Deploy" && failed && state !== "Done") ? "Failed" : "Resolved";
  if (flapping) return "Flapping";
  if (kind === "Deploy" && members.some(({ state }) => state === "Failed")) return "Failed";
  if (reminders > 0) return "Reminder";
  return kind === "Deploy" ? "Progress" : "Open";
}

function titleOf(episode: Episode, about: readonly Member[]): string {
  const [first] = about;
  const all = episode.members.length;
  const name = all === 1 && first !== undefined ? nameOf(first) : counted(all, "Application");
  const closed = episode.closedAt !== undefined;
  switch (episode.class) {
    case "Deploy":
      return `${deployWord(episode)} ${name}${all === 1 || first?.brief.revision === undefined ? "" : `: ${first.brief.revision}`}`;
    case "Drift":
      return closed ? `Drift in ${name} is over` : `Drift in ${name}${first === undefined || first.brief.findings === 0 ? "" : `: ${counted(first.brief.findings, "difference")}`}`;
    case "Health":
      return closed ? `${name}: healthy again` : `${name}: not healthy`;
    case "Source":
      return closed ? `Source ${name}: fetched again` : `Source ${name}: cannot be fetched`;
    case "Policy":
      return closed ? `${name}: waits no longer` : `${name}: ${first?.reason ?? "waits"}`;
  }
}

function deployWord({ members, closedAt }: Episode): string {
  if (members.some(({ state }) => state === "Failed")) return "Deployment failed:";
  if (closedAt === undefined) return "Deploying";
  if (members.some(({ state }) => state === "Done")) return "Deployed";
  return members.some(({ failed }) => failed) ? "Deployment failed and was left:" : "Deployment was left:";
}

function linesOf(episode: Episode, about: readonly Member[]): string[] {
  const { members, closedAt, inhibits } = episode;
  const [first] = about;
  const end = closedAt === undefined ? [] : [`${endWord(members)} after ${spanText(closedAt - startOf(episode))}`];
  const silent = inhibits === 0 ? [] : [`${counted(inhibits, "message")} about what follows from it ${inhibits === 1 ? "is" : "are"} held back while it lasts`];
  return [...(members.length === 1 && first !== undefined ? singleLines(first) : tableLines(members)), ...end, ...silent];
}

/** Members that were deleted, or are not told here any more, are no success. */
function endWord(members: readonly Member[]): string {
  const states = new Set(members.map(({ state }) => state));
  const [only] = states;
  return states.size === 1 && only !== undefined ? WORDS[only] : "over";
}

function singleLines({ endedAt, brief: { summary, lines, more } }: Member): string[] {
  const head = summary === "" ? [] : [summary];
  return endedAt === undefined ? [...head, ...lines, ...(more > 0 && lines.length > 0 ? [`+${more} more`] : [])] : head;
}

function tableLines(members: readonly Member[]): string[] {
  const sorted = [...members].sort(byNeed);
  const rest = sorted.slice(MAX_SUBJECTS);
  const counts = new Map<string, number>();
  for (const { state } of rest) counts.set(WORDS[state], (counts.get(WORDS[state]) ?? 0) + 1);
  return [...sorted.slice(0, MAX_SUBJECTS).map(rowText), ...(rest.length === 0 ? [] : [`+${rest.length} more: ${[...counts].map(([word, count]) => `${count} ${word}`).join(", ")}`])];
}

function rowText(member: Member): string {
  const { state, brief } = member;
  const why = (state === "Failed" || state === "Open") && brief.summary !== "" ? `: ${brief.summary}` : "";
  return oneLine(`${nameOf(member)}: ${WORDS[state]}${why}`, MAX_LINE);
}

function fieldsOf({ brief: { revision, commit, actors } }: Member): MessageContent["fields"] {
  return [
    ...(revision === undefined ? [] : [{ name: "Revision", value: revision }]),
    ...(commit?.author === undefined ? [] : [{ name: "Author", value: commit.author }]),
    ...(commit?.message === undefined ? [] : [{ name: "Commit", value: commit.message }]),
    ...(actors.length === 0 ? [] : [{ name: "Changed by", value: actors.join(", ") }]),
  ];
}

/** What needs somebody comes first; then by name. */
function byNeed(left: Member, right: Member): number {
  return needOf(left) - needOf(right) || (nameOf(left) < nameOf(right) ? -1 : 1);
}

const needOf = ({ state, endedAt }: Member): number => (state === "Failed" ? 0 : endedAt === undefined ? 1 : 2);
const nameOf = ({ subject }: Member): string => `${subject.namespace}/${subject.name}`;
