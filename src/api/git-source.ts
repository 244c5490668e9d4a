import { conditionsSchema, secretRefSchema } from "./meta.ts";
import type { Resource } from "./meta.ts";
import { intervalFloor, oneRef } from "./rules.ts";
import { boolean, duration, integer, object, optional, string, time } from "./schema.ts";
import type { Infer } from "./schema.ts";

const refSchema = object(
  "Which commit to follow. Without it: the branch that the remote's HEAD names.",
  {
    branch: optional(string("A branch, followed as it moves.", { minLength: 1, maxLength: 255 })),
    tag: optional(string("A tag; an annotated tag is followed to its commit.", { minLength: 1, maxLength: 255 })),
    commit: optional(string("A commit by its full SHA-1; with `branch`, the branch is where it is looked for.", { pattern: "^[0-9a-f]{40}$" })),
  },
  [oneRef],
);

/** Spec of a GitSource. */
export const gitSourceSpecSchema = object("A Git repository and the ref to follow.", {
  url: string("Address of the repository: https:// or http://, without credentials in it.", {
    pattern: "^https?://[^@\\s]+$",
    maxLength: 2048,
  }),
  ref: optional(refSchema),
  interval: optional(duration("How often the ref is looked up; jittered by 10 %. At least 5s. A webhook makes a long interval harmless.", "1m")),
  timeout: optional(duration("Longest time for one look-up or fetch.", "60s")),
  secretRef: optional(secretRefSchema),
  webhook: optional(object("Makes a push arrive at once: status.webhookPath becomes the address to call.", { secretRef: secretRefSchema })),
  suspend: optional(boolean("Stops look-ups and fetches; what was fetched stays in use.", false)),
}, [intervalFloor]);

const artifactSchema = object("The content that was last fetched and verified.", {
  revision: string("Ref and commit, `main@sha1:<commit>`."),
  digest: string("Identity of the content: `sha1:<tree>`."),
  author: optional(string("Author of the commit.", { maxLength: 512 })),
  message: optional(string("First line of the commit's message.", { maxLength: 512 })),
  committedAt: optional(time("Commit time.")),
  fetchedAt: time("When this revision was fetched."),
});

/** Status of a GitSource. */
export const gitSourceStatusSchema = object("What was last seen.", {
  observedGeneration: optional(integer("The generation that the conditions speak of.", { minimum: 0 })),
  conditions: optional(conditionsSchema),
  artifact: optional(artifactSchema),
  webhookPath: optional(string("Unguessable path on the operator's webhook port, for pushes.", { maxLength: 256 })),
  lastHandledReconcileAt: optional(string("The last value of the annotation driftless.dev/reconcile-requested-at that was acted on.")),
});

export type GitSourceSpec = Infer<typeof gitSourceSpecSchema>;
export type GitSourceStatus = Infer<typeof gitSourceStatusSchema>;
export type GitRef = Infer<typeof refSchema>;
export type GitSource = Resource<GitSourceSpec, GitSourceStatus>;
