import { redactText } from "../../redaction.ts";
import type { MessageContent, MessageStep } from "../message.ts";
import { cleanText } from "./clean.ts";
import { cutText } from "./cut.ts";

/** Bounds of a message, in UTF-16 units and items: beyond them nobody reads, and every destination takes what is within. */
const MAX = { title: 240, lines: 60, line: 1000, fields: 12, name: 60, value: 500, subjects: 50, subject: 520, step: 2000 } as const;

/** Of all lines together before they are cleaned: the search for secrets takes time that grows with the square of a text. */
const MAX_RAW_LINES = 24_000;

/** One visible line in which nothing looks like a secret: the second net, names and messages are masked where they come from. */
const line = (text: string, max: number): string => cutText(redactText(cutText(cleanText(text), max * 2)), max);

/** A message whose texts are clean and bounded, and still raw: what every channel makes its own form of. */
export function cleanContent(content: MessageContent): MessageContent {
  const { fields, subjects, commit } = content;
  return {
    ...content,
    title: line(content.title, MAX.title),
    lines: cleanLines(content.lines),
    fields: fields.slice(0, MAX.fields).map(({ name, value }) => ({ name: line(name, MAX.name), value: line(value, MAX.value) })),
    subjects: subjects.slice(0, MAX.subjects).map((subject) => line(subject, MAX.subject)),
    commit: commit !== undefined && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit) ? commit : undefined,
    suppressed: Number.isSafeInteger(content.suppressed) && content.suppressed > 0 ? content.suppressed : 0,
  };
}

/** A step likewise. */
export function cleanStep(step: MessageStep): MessageStep {
  return { ...step, text: line(step.text, MAX.step) };
}

/** A line with line breaks in it counts as several. */
function cleanLines(lines: readonly string[]): string[] {
  const raw = lines.slice(0, MAX.lines + 1).join("\n");
  const all = raw.slice(0, MAX_RAW_LINES).split(/\r\n|[\n\r\u2028\u2029]/, MAX.lines + 1);
  const clean = all.map((text) => line(text, MAX.line)).filter((text) => text !== "");
  if (clean.length <= MAX.lines && lines.length <= MAX.lines && raw.length <= MAX_RAW_LINES) return clean;
  return [...clean.slice(0, MAX.lines - 1), "… and more"];
}
