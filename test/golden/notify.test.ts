import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { messageNotification } from "../../src/notify/channels/notification.ts";
import { slackMessage } from "../../src/notify/channels/slack-blocks.ts";
import type { MessageContent } from "../../src/notify/message.ts";
import { plainText } from "../../src/notify/text/render.ts";
import { slackProblems } from "../support/notify/slack-limits.ts";
import { typicalMessages } from "../support/notify/typical.ts";
import { schemaViolations } from "../support/notify/webhook-peer.ts";

/*
 * What goes out for typical messages, as Slack and a webhook get it, and the gallery of them in docs/guides/notifications.md.
 * UPDATE_GOLDEN=1 writes them anew; the diff is reviewed like code.
 */
const FOLDER = fileURLToPath(new URL("notify/", import.meta.url));
const GUIDE = fileURLToPath(new URL("../../docs/guides/notifications.md", import.meta.url));
const [BEGIN, END] = ["<!-- gallery: written by UPDATE_GOLDEN=1 npx vitest run --project golden test/golden/notify.test.ts -->", "<!-- end of the gallery -->"];

const update = process.env["UPDATE_GOLDEN"] === "1";
const messages = Object.entries(typicalMessages);
const fileName = (index: number, name: string): string => `${FOLDER}${String(index + 1).padStart(2, "0")}-${name.toLowerCase().replaceAll(/[^a-z]+/g, "-").replaceAll(/^-|-$/g, "")}.json`;

const payloads = (content: MessageContent): { slack: object; webhook: object } => ({
  slack: slackMessage(content, false),
  webhook: messageNotification({ key: { episode: "e-1", step: 0 }, content, repeated: false }, "c0ffee"),
});

describe("payloads", () => {
  test.each(messages.map(([name, content], index) => [name, content, fileName(index, name)] as const))("%s", (_name, content, path) => {
    const actual = payloads(content);
    const text = `${JSON.stringify(actual, undefined, 2)}\n`;
    if (update) writeFileSync(path, text);
    expect(existsSync(path) ? readFileSync(path, "utf8") : "").toBe(text);
    expect(slackProblems({ ...actual.slack })).toEqual([]);
    expect(schemaViolations(JSON.stringify(actual.webhook))).toEqual([]);
  });
});

test("the guide shows these messages as they read", () => {
  const gallery = messages.map(([name, content]) => `**${name.charAt(0).toUpperCase()}${name.slice(1)}**\n\n\`\`\`text\n${plainText(content)}\n\`\`\``).join("\n\n");
  const guide = readFileSync(GUIDE, "utf8");
  const [before, after] = [guide.slice(0, guide.indexOf(BEGIN)), guide.slice(guide.indexOf(END))];
  const expected = `${before}${BEGIN}\n\n${gallery}\n\n${after}`;
  if (update) writeFileSync(GUIDE, expected);
  expect(readFileSync(GUIDE, "utf8")).toBe(expected);
});
