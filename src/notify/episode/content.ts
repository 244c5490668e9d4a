/** The message of an episode as data: the same state gives the same text, and nothing in it ticks. Pure. */
import { shortRevision } from "../../../sources/source.ts";
import type { MessageContent, MessageState } from "../message.ts";
import { MAX_SUBJECTS } from "./rules.ts";
import type { Episode, Member } from "./state.ts";
import { startOf } from "./episodes.ts";
import { WORDS } from "./members.ts";
import { nameOf, titleOf } from "./titles.ts";
import { MAX_LINE, counted, gravest, oneLine, spanText } from "./text.ts";

/** What an episode says at a moment. */
export function contentOf(episode: Episode, now: number): MessageContent {
  const { members, closedAt, inhibits } = episode;
  const shown = members.filter(({ endedAt }) => endedAt === undefined);
  const about = [...(shown.length > 0 ? shown : members)].sort(byNeed);
  const [first] = about;
  const commit = first?.brief.commit?.sha;
  const outcome = outcomeOf(episode);
  return {
    state: stateOf(episode),
    ...(outcome === undefined ? {} : { outcome }),
    class: episode.class,
    severity: closedAt === undefined ? gravest(about.map(({ severity }) => severity)) : "Info",
    title: oneLine(titleOf(episode, about, outcome === "Left"), MAX_LINE),
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

/** Who was deleted stands in nobody's way; who was left, suspended or is not told any more may be anyhow by now. */
function outcomeOf(episode: Episode): MessageContent["outcome"] {
  const { members, closedAt } = episode;
  if (closedAt === undefined) return undefined;
  if (stateOf(episode) === "Failed") return "Failed";
  const well = members.filter(({ state }) => state === "Done" || state === "Resolved").length;
  return well > 0 && members.every(({ state }) => state === "Done" || state === "Resolved" || state === "Deleted") ? "Succeeded" : "Left";
}

function linesOf(episode: Episode, about: readonly Member[]): string[] {
  const { members, closedAt, inhibits } = episode;
  const [first] = about;
  const end = closedAt === undefined ? [] : endLines(episode);
  const silent = inhibits === 0 ? [] : [`${counted(inhibits, "message")} about what follows from it ${inhibits === 1 ? "is" : "are"} held back while it lasts`];
  return [...(members.length === 1 && first !== undefined ? singleLines(episode, first) : tableLines(members)), ...end, ...silent];
}

/** Nothing, where it is not known when it began: a short deployment is seen at its end only. */
function endLines(episode: Episode): string[] {
  const { members } = episode;
  if (members.every(({ since, endedAt }) => since === endedAt)) return [];
  const last = Math.max(...members.map(({ endedAt = 0 }) => endedAt));
  return [`${endWord(members)} after ${spanText(last - startOf(episode))}`];
}

/** Members that were deleted, or are not told here any more, are no success. */
function endWord(members: readonly Member[]): string {
  const states = new Set(members.map(({ state }) => state));
  const [only] = states;
  return states.size === 1 && only !== undefined ? WORDS[only] : "over";
}

/** What was told of trouble is not so any more when it is over. */
function singleLines({ class: kind }: Episode, { state, endedAt, brief: { summary, lines, more } }: Member): string[] {
  const isPast = state === "Resolved" && endedAt !== undefined && kind !== "Drift";
  const head = summary === "" ? [] : [isPast ? `It was: ${summary}` : summary];
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
    ...(revision === undefined ? [] : [{ name: "Revision", value: shortRevision(revision) }]),
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
