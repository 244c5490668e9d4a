import type { MessageContent } from "../message.ts";
import { cleanContent } from "./clean-content.ts";
import { footer, signOf, subjectsText } from "./footer.ts";
import { markdown } from "./markdown.ts";

/** Said where a message may be there twice. */
export const REPEATED = "Sent again after an interruption; you may have seen it before.";

/** A message as lines of plain text, for people and for logs; the gallery in docs/guides/notifications.md. Pure. */
export function plainText(raw: MessageContent, repeated = false): string {
  return plainTextOf(cleanContent(raw), repeated);
}

/** The same of a message that is clean already. */
export function plainTextOf(content: MessageContent, repeated: boolean): string {
  const subjects = subjectsText(content);
  return [
    `${signOf(content)} ${content.title}`,
    ...content.lines,
    ...content.fields.map(({ name, value }) => `${name}: ${value}`),
    ...(subjects === undefined ? [] : [`In: ${subjects}`]),
    footer(content).join(" · "),
    ...(repeated ? [REPEATED] : []),
  ].join("\n");
}

/** A message that is clean already as Markdown, for receivers that pass it on. Pure. */
export function markdownTextOf(content: MessageContent, repeated: boolean): string {
  const subjects = subjectsText(content);
  const fields = content.fields.map(({ name, value }) => `- ${markdown(name)}: ${markdown(value)}`);
  return [
    `**${signOf(content)} ${markdown(content.title)}**`,
    content.lines.map(markdown).join("  \n"),
    [...fields, ...(subjects === undefined ? [] : [`- In: ${markdown(subjects)}`])].join("\n"),
    footer(content).join(" · "),
    repeated ? REPEATED : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
