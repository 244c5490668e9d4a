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
export function signOf({ state, severity, outcome }: Pick<MessageContent, "state" | "severity" | "outcome">): string {
  switch (state) {
    case "Resolved":
      return outcome === "Left" ? "⚪" : "✅";
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

/** What stands below a message, in parts: where it stands, how much it matters, since when. Nothing in it ticks, and nothing is foreign text. */
export function footer(content: MessageContent, write: TimeWriter = (_time, text) => text): string[] {
  const { state, severity, outcome } = content;
  return [state === "Resolved" && outcome === "Left" ? "Closed" : STATES[state], ...(state === "Resolved" || state === "Digest" ? [] : [severity.toLowerCase()]), ...timeParts(content, write)];
}

function timeParts({ state, openedAt, updatedAt }: MessageContent, write: TimeWriter): string[] {
  const [opened, updated] = [new Date(openedAt), new Date(updatedAt)];
  if (Number.isNaN(opened.getTime()) || Number.isNaN(updated.getTime())) return [];
  const at = (time: Date): string => write(time, utcMinute(time));
  if (state === "Resolved") return [at(updated)];
  return [state === "Digest" ? `${at(opened)} to ${at(updated)}` : `since ${at(opened)}`];
}

/** `2026-11-22 22:30 UTC`. */
export const utcMinute = (time: Date): string => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** Above this many, the first ones are enough. */
const MAX_NAMED = 8;

/** `shop/web, shop/api …`: those that no line names; undefined where nothing is left to name. A single subject stands in the title. */
export function subjectsText({ subjects, lines }: Pick<MessageContent, "subjects" | "lines">): string | undefined {
  const rest = subjects.length < 2 ? [] : subjects.filter((subject) => !lines.some((line) => line.includes(subject)));
  if (rest.length === 0) return undefined;
  const named = rest.slice(0, MAX_NAMED).join(", ");
  return rest.length <= MAX_NAMED ? named : `${named} …`;
}
