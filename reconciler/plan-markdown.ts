import type { Plan } from "./change.ts";
import { planSections } from "./plan-sections.ts";
import type { PlanLine, PlanSection, PlanTextOptions } from "./plan-sections.ts";
import { summaryOf } from "./plan-text.ts";

/** GitHub takes comments of up to 65,536 characters; the rest is for what others write around it. */
const MAX_LENGTH = 60_000;

/**
 * A plan as GitHub-flavoured Markdown for a comment on a pull request: title, counts, then one block per section, open where
 * somebody should look. Ends with a line break. Never longer than a comment may be: lines that do not fit are counted.
 */
export function planMarkdown(plan: Plan, title: string, options: PlanTextOptions = {}): string {
  let text = `### ${escaped(title)}\n\n**${summaryOf(plan)}**\n`;
  for (const section of planSections(plan, options)) {
    const block = blockOf(section, MAX_LENGTH - text.length - RESERVE);
    if (block === undefined) return `${text}\nThe plan goes on; it is too long for one comment.\n`;
    text += block;
  }
  return text;
}

/** Room for what frames a block, and for the last sentence. */
const RESERVE = 400;

/** A section as a details block, cut to `room` characters; undefined where not even a line fits. */
function blockOf({ title, lines, urgent }: PlanSection, room: number): string | undefined {
  const texts = lines.map(lineOf);
  let length = title.length;
  let fit = 0;
  for (const text of texts) {
    length += text.length + 1;
    if (length > room) break;
    fit += 1;
  }
  if (fit === 0) return undefined;
  const shown = fit === texts.length ? texts : [...texts.slice(0, fit), `    and ${texts.length - fit} more lines`];
  const fence = fenceFor(shown);
  return `\n<details${urgent ? " open" : ""}><summary>${escaped(title)}</summary>\n\n${fence}diff\n${shown.join("\n")}\n${fence}\n\n</details>\n`;
}

/** Marks stand in the first column, where a diff is coloured by them. */
const lineOf = ({ depth, mark, text }: PlanLine): string => (depth === 1 ? `${mark} ${text}` : `    ${text}`);

/** Longer than any row of backticks inside, so that nothing inside can end it. */
function fenceFor(lines: readonly string[]): string {
  const longest = lines.flatMap((line) => line.match(/`+/g) ?? []).reduce((length, run) => Math.max(length, run.length), 2);
  return "`".repeat(longest + 1);
}

/** Text that is text, whatever it holds: no markup, no mention, no link. */
const escaped = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, " ").replace(/[&<>[\]\\`*_~#@|]/g, (character) => `&#${character.charCodeAt(0)};`);
