/** The document that a generic webhook gets: one source for its type, its JSON schema and its reference page. */
import { createHash } from "node:crypto";
import { episodeClasses, severities } from "../../api/notifier.ts";
import { boolean, integer, listOf, object, oneOf, optional, string, time } from "../../api/schema.ts";
import type { Infer } from "../../api/schema.ts";
import type { MessageStep } from "../message.ts";
import { cleanContent, cleanStep } from "../text/clean-content.ts";
import { markdown } from "../text/markdown.ts";
import { markdownTextOf, plainTextOf } from "../text/render.ts";
import type { DeliveryKey, Outgoing } from "./channel.ts";

/** Version of the form: members are added within it, never taken away or given another meaning. */
export const NOTIFICATION_VERSION = "driftless.dev/notification/v1";

const fieldSchema = object("A name and a value.", { name: string("The name."), value: string("The value.") });

const messageSchema = object("The episode as it stands: replaces what was told of it before.", {
  state: oneOf("Where it stands. Resolved is its end; Failed is a deployment that failed.", ["Open", "Progress", "Reminder", "Flapping", "Digest", "Resolved", "Failed"]),
  class: oneOf("What it is about.", episodeClasses),
  severity: oneOf("How much it matters.", severities),
  title: string("The first line."),
  lines: listOf("What stands below it.", string("A line."), 60),
  fields: listOf("Name and value pairs.", fieldSchema, 12),
  subjects: listOf("What it is about, as `namespace/name`; of a large group the first ones.", string("A subject."), 50),
  commit: optional(string("Full SHA of the commit that is spoken of.", { pattern: "^[0-9a-f]{40}([0-9a-f]{24})?$" })),
  suppressed: integer("How much was not told one by one.", { minimum: 0 }),
  openedAt: time("When the episode began."),
  updatedAt: time("When it became what this message says."),
});

const stepSchema = object("Something that happened in the course of the episode.", {
  number: integer("Its number; numbers only grow.", { minimum: 1 }),
  text: string("What happened, in one line.", { maxLength: 2000 }),
  at: time("When."),
});

/** The whole document. */
export const notificationSchema = object("What Driftless tells a webhook: the present state of an episode, or a step of it.", {
  version: oneOf("Version of this form.", [NOTIFICATION_VERSION]),
  id: string("Id of this delivery, as in the header X-Driftless-Delivery. What is sent again has the same one.", { pattern: "^[0-9a-f]{32}$" }),
  type: oneOf("Which of `message` and `step` is there.", ["Message", "Step"]),
  episode: string("Key of the episode: the same from its beginning to its end, and never used again."),
  installation: optional(string("Id of the operator that tells it.")),
  repeated: boolean("It may have been delivered before."),
  message: optional(messageSchema),
  step: optional(stepSchema),
  text: string("The same as plain text.", { maxLength: 131_072 }),
  markdown: string("The same as Markdown (CommonMark), with nothing active in it.", { maxLength: 262_144 }),
});

export type Notification = Infer<typeof notificationSchema>;

/** The document of a parent message. Pure. */
export function messageNotification({ key, content, repeated }: Outgoing, installation: string | undefined): Notification {
  const clean = cleanContent(content);
  const { state, class: about, severity, title, lines, fields, subjects, commit, suppressed, openedAt, updatedAt } = clean;
  const message = { state, class: about, severity, title, lines, fields, subjects, ...(commit === undefined ? {} : { commit }), suppressed, openedAt, updatedAt };
  return { ...head("Message", key, message, repeated, installation), message, text: plainTextOf(clean, repeated), markdown: markdownTextOf(clean, repeated) };
}

/** The document of a step. Pure. */
export function stepNotification(key: DeliveryKey, raw: MessageStep, repeated: boolean, installation: string | undefined): Notification {
  const { number, text, at } = cleanStep(raw);
  const step = { number, text, at };
  return { ...head("Step", key, step, repeated, installation), step, text, markdown: markdown(text) };
}

/** The id is made of what is said, not of when it is sent: a receiver that remembers ids does nothing twice. */
function head(type: Notification["type"], { episode, step }: DeliveryKey, said: object, repeated: boolean, installation: string | undefined) {
  const id = createHash("sha256").update(JSON.stringify([installation ?? "", episode, step, said])).digest("hex").slice(0, 32);
  return { version: NOTIFICATION_VERSION, id, type, episode, ...(installation === undefined ? {} : { installation }), repeated } as const;
}
