import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageNotification, stepNotification } from "../../../../../src/notify/channels/notification.ts";
import { slackMessage, slackStep } from "../../../../../src/notify/channels/slack-blocks.ts";
import type { SlackMessage } from "../../../../../src/notify/channels/slack-blocks.ts";
import type { MessageContent, MessageState } from "../../../../../src/notify/message.ts";
import { plainText } from "../../../../../src/notify/text/render.ts";
import { activeMarkup, slackProblems, textsOf } from "../../../../support/notify/slack-limits.ts";
import { HOSTILE, typicalMessages } from "../../../../support/notify/typical.ts";
import { schemaViolations } from "../../../../support/notify/webhook-peer.ts";

const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 200 }), fc.string({ unit: "grapheme", maxLength: 2000 }), fc.array(fc.constantFrom(...HOSTILE, "*", "_", "`", "<", ">", "|", "@", ":", "!", "\n"), { maxLength: 20 }).map((parts) => parts.join("")));
const states: readonly MessageState[] = ["Open", "Progress", "Reminder", "Flapping", "Digest", "Resolved", "Failed"];
const content: fc.Arbitrary<MessageContent> = fc.record({
  state: fc.constantFrom(...states),
  class: fc.constantFrom("Deploy" as const, "Drift" as const, "Health" as const, "Source" as const, "Policy" as const),
  severity: fc.constantFrom("Info" as const, "Warning" as const, "Critical" as const),
  title: text,
  lines: fc.array(text, { maxLength: 80 }),
  fields: fc.array(fc.record({ name: text, value: text }), { maxLength: 20 }),
  subjects: fc.array(text, { maxLength: 70 }),
  commit: fc.option(fc.oneof(text, fc.constant("9c1f7d2e4b6a8035c9d1e2f3a4b5c6d7e8f90123")), { nil: undefined }),
  suppressed: fc.oneof(fc.nat(), fc.constant(-1), fc.constant(Number.NaN)),
  openedAt: fc.constantFrom("2026-11-22T22:31:07Z", "not a time", "<!channel>", ""),
  updatedAt: fc.constantFrom("2026-11-22T22:31:17Z", "not a time"),
});

const OUR_TIME = /^<!date\^\d{1,12}\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>$/;

function expectHarmless({ text, blocks }: SlackMessage): void {
  expect(slackProblems({ text, blocks })).toEqual([]);
  expect(JSON.stringify({ text, blocks }).isWellFormed()).toBe(true);
  expect(activeMarkup(text)).toEqual([]);
  for (const block of blocks) {
    for (const said of textsOf([block], "mrkdwn")) {
      expect(activeMarkup(said).filter((markup) => !(block.type === "context" && OUR_TIME.test(markup)))).toEqual([]);
      expect(said).not.toMatch(/@(here|channel|everyone|group)\b/i);
      expect(said.replace(/^\*[^\n]*\*(?=\n)/, "")).not.toMatch(/`|(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])|:[a-z0-9_+'-]+:(?!\d)/iu);
      expect(said.replaceAll(/[\n\u2060]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Bidi_Control}]/u);
    }
    for (const said of textsOf([block], "plain_text")) expect(said).not.toMatch(/[<>]|@(here|channel|everyone)\b/i);
  }
  expect(JSON.stringify(blocks).match(/"type":"mrkdwn"/g)?.length ?? 0).toBe(JSON.stringify(blocks).match(/"verbatim":true/g)?.length ?? 0);
}

describe("whatever goes in", () => {
  test("Slack takes the message, and nothing in it is active but our own times", () => {
    fc.assert(fc.property(content, fc.boolean(), (content, repeated) => expectHarmless(slackMessage(content, repeated))), { numRuns: 300 });
  });

  test("Slack takes the step, and nothing in it is active", () => {
    fc.assert(fc.property(text, fc.boolean(), (text, repeated) => expectHarmless(slackStep({ number: 1, text, at: "2026-11-22T22:31:07Z" }, repeated))), { numRuns: 300 });
  });

  test("the document of a webhook is what its schema says, times that are none excepted", () => {
    const real = content.map((content) => ({ ...content, openedAt: "2026-11-22T22:31:07Z", updatedAt: "2026-11-22T22:31:17Z" }));
    fc.assert(
      fc.property(real, text, fc.boolean(), (content, text, repeated) => {
        const key = { episode: "e", step: 0 };
        expect(schemaViolations(JSON.stringify(messageNotification({ key, content, repeated }, "i")))).toEqual([]);
        expect(schemaViolations(JSON.stringify(stepNotification({ ...key, step: 1 }, { number: 1, text, at: "2026-11-22T22:31:07Z" }, repeated, undefined)))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test("the plain text has nothing that steers a terminal", () => {
    fc.assert(
      fc.property(content, (content) => {
        expect(plainText(content).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Bidi_Control}]/u);
      }),
      { numRuns: 200 },
    );
  });

  test("what looks like a secret is covered in every form", () => {
    const secret = "Bearer canary0123456789 https://canary:canary@example.com xoxb-1234567890-canary ghp_canarycanarycanarycanary";
    const said: MessageContent = { ...Object.values(typicalMessages)[0]!, title: secret, lines: [secret, "xoxb-\u200B1234567890-canary"], fields: [{ name: "token", value: secret }], subjects: [secret, secret] }; // there is one
    const forms = [slackMessage(said, false), slackStep({ number: 1, text: secret, at: "" }, false), messageNotification({ key: { episode: "e", step: 0 }, content: said, repeated: false }, undefined), plainText(said)];
    for (const form of forms) expect(JSON.stringify(form)).not.toContain("canary");
  });
});

const id = (content: MessageContent | undefined, repeated: boolean, step = 0): string => messageNotification({ key: { episode: "e", step }, content: content!, repeated }, "i").id; // there are enough

test("what is sent again has the id of the first time; what says something else has another", () => {
  const [first, second] = Object.values(typicalMessages);
  expect(id(first, true)).toBe(id(first, false));
  expect(new Set([id(first, false), id(second, false), id(first, false, 1)]).size).toBe(3);
});
