/**
 * A message in Slack's Block Kit (docs.slack.dev/reference/block-kit/blocks). Limits: 50 blocks; header 150 characters, plain text; section
 * 3,000; 10 fields of 2,000; and a sum that is published nowhere: 9,597 characters were taken, 11,341 refused (bolt-js 2867). We stay below 8,000.
 * No attachment with its coloured bar: Slack calls them legacy and folds what is in them; the sign and the words at the front say the same.
 */
import type { ContextBlock, HeaderBlock, MrkdwnElement, SectionBlock } from "@slack/web-api";
import type { MessageContent, MessageStep } from "../message.ts";
import { cleanContent, cleanStep } from "../text/clean-content.ts";
import { fitEscaped, fitLines } from "../text/cut.ts";
import { footer, signOf, subjectsText } from "../text/footer.ts";
import { mrkdwn, slackPlain, slackTime } from "../text/mrkdwn.ts";
import { REPEATED } from "../text/render.ts";

const MAX = { header: 150, section: 2900, fields: 10, fieldName: 100, fieldValue: 300, context: 900, text: 500 } as const;

/** What a message is made of, and what stands for it in a push notification and for screen readers. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: (HeaderBlock | SectionBlock | ContextBlock)[];
}

/** A parent message. Pure. */
export function slackMessage(raw: MessageContent, repeated: boolean): SlackMessage {
  const content = cleanContent(raw);
  const sign = signOf(content);
  const lines = [...content.lines, ...content.fields.slice(MAX.fields).map(({ name, value }) => `${name}: ${value}`)];
  const fields = content.fields.slice(0, MAX.fields).filter(({ name, value }) => name !== "" || value !== "");
  return {
    text: fallback([`${sign} ${content.title}`, ...lines]),
    blocks: [
      { type: "header", text: { type: "plain_text", text: fitEscaped(`${sign} ${content.title}`, MAX.header, slackPlain), emoji: false } },
      ...(lines.length === 0 ? [] : [section(fitLines(lines, MAX.section, mrkdwn))]),
      ...(fields.length === 0 ? [] : [{ type: "section" as const, fields: fields.map(field) }]),
      context(content, repeated),
    ],
  };
}

/** A line of its thread. Pure. */
export function slackStep(raw: MessageStep, repeated: boolean): SlackMessage {
  const { text } = cleanStep(raw);
  const blocks: SlackMessage["blocks"] = [section(fitEscaped(text === "" ? "…" : text, MAX.section, mrkdwn))];
  return { text: fallback([text]), blocks: repeated ? [...blocks, { type: "context", elements: [verbatim(REPEATED)] }] : blocks };
}

const fallback = (lines: readonly string[]): string => fitEscaped(lines.slice(0, 3).join(" · "), MAX.text, mrkdwn) || "…";

const verbatim = (text: string): MrkdwnElement => ({ type: "mrkdwn", text, verbatim: true });

const section = (text: string): SectionBlock => ({ type: "section", text: verbatim(text) });

const field = ({ name, value }: { readonly name: string; readonly value: string }): MrkdwnElement =>
  verbatim([...(name === "" ? [] : [`*${fitEscaped(name, MAX.fieldName, mrkdwn)}*`]), fitEscaped(value, MAX.fieldValue, mrkdwn)].join("\n"));

function context(content: MessageContent, repeated: boolean): ContextBlock {
  const subjects = subjectsText(content);
  const elements = [
    footer(content, slackTime).join(" · "),
    ...(subjects === undefined ? [] : [fitEscaped(subjects, MAX.context, mrkdwn)]),
    ...(repeated ? [REPEATED] : []),
  ];
  return { type: "context", elements: elements.map(verbatim) };
}
