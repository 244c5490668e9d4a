import { formatDuration } from "../../api/duration.ts";
import type { MessageContent, MessageState } from "../message.ts";

const STATES: Readonly<Record<MessageState, string>> = {
  Open: "Open",
  Progress: "In progress",
  Reminder: "Still open",
  Flapping: "Comes and goes",
  Digest: "Summary",
  Resolved: "Resolved",
  Failed: "Failed",
};

/** A sign for the eye before the first word is read; the words say the same, for those who cannot see it. */
export function signOf({ state, severity }: Pick<MessageContent, "state" | "severity">): string {
  switch (state) {
    case "Resolved":
      return "✅";
    case "Failed":
      return "❌";
    case "Progress":
      return "⏳";
    case "Flapping":
      return "🔁";
    case "Digest":
      return "📋";
    case "Open":
    case "Reminder":
      return severity === "Critical" ? "🔴" : severity === "Warning" ? "🟠" : "🔵";
  }
}

/** How a moment is written: `2026-11-22 22:30 UTC`, or what a destination has for it. */
export type TimeWriter = (time: Date, text: string) => string;

/** What stands below a message, in parts: where it stands, how much it matters, since when, and what is not told. Holds no foreign text. */
export function footer(content: MessageContent, write: TimeWriter = (_time, text) => text): string[] {
  const { state, severity, suppressed } = content;
  return [
    STATES[state],
    ...(state === "Resolved" ? [] : [severity.toLowerCase()]),
    ...timeParts(content, write),
    ...(suppressed === 0 ? [] : [`${suppressed} more not told one by one`]),
  ];
}

function timeParts({ state, openedAt, updatedAt }: MessageContent, write: TimeWriter): string[] {
  const [opened, updated] = [new Date(openedAt), new Date(updatedAt)];
  if (Number.isNaN(opened.getTime()) || Number.isNaN(updated.getTime())) return [];
  const at = (time: Date): string => write(time, utcMinute(time));
  const span = roughly(updated.getTime() - opened.getTime());
  if (state === "Digest") return [`${at(opened)} to ${at(updated)}`];
  if (state === "Resolved") return [at(updated), ...(span === undefined ? [] : [`took ${span}`])];
  return [`since ${at(opened)}`, ...(span === undefined || state === "Open" ? [] : [`${span} so far`])];
}

/** Two units at most; under a second: nothing worth saying. */
function roughly(ms: number): string | undefined {
  if (ms < 1000) return undefined;
  const step = ms < 600_000 ? 1000 : ms < 36_000_000 ? 60_000 : 3_600_000;
  return formatDuration(Math.floor(ms / step) * step);
}

/** `2026-11-22 22:30 UTC`. */
export const utcMinute = (time: Date): string => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** Above this many, the first ones are enough. */
const MAX_NAMED = 8;

/** `shop/web, shop/api and 28 more`; undefined for a single subject, which the title names. */
export function subjectsText(subjects: readonly string[]): string | undefined {
  if (subjects.length < 2) return undefined;
  const named = subjects.slice(0, MAX_NAMED).join(", ");
  return subjects.length <= MAX_NAMED ? named : `${named} …`;
}
