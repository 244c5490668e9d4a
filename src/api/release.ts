import { conditionsSchema } from "./meta.ts";
import type { Resource } from "./meta.ts";
import { approvesShownPlan, releaseIsImmutable } from "./rules.ts";
import { integer, listOf, object, oneOf, optional, string, time } from "./schema.ts";
import type { Infer } from "./schema.ts";

/** What a Release can do with an object. */
export const releaseActions = ["Create", "Configure", "Adopt", "Delete", "Transfer", "Run"] as const;

/** The most changes that a Release lists. */
export const MAX_LISTED_CHANGES = 200;
/** Points of a sync at which hooks run. */
export const hookPhases = ["PreSync", "Sync", "PostSync", "SyncFail"] as const;
/** How a hook can stand. */
export const hookStates = ["Running", "Succeeded", "Failed"] as const;
/** The most hooks of one Application. */
export const MAX_HOOKS = 100;
/** The most characters of what is told of a hook. */
export const MAX_HOOK_MESSAGE = 400;
/** The most characters of `spec.plan.covers`. */
export const MAX_COVERS = 48_000;

const commitSchema = object("The commit that the content came from.", {
  id: string("Full id.", { maxLength: 128 }),
  author: optional(string("Author.", { maxLength: 512 })),
  message: optional(string("First line of the commit's message.")),
  committedAt: optional(time("Commit time.")),
});

const countsSchema = object("How many objects.", {
  create: integer("To be created.", { minimum: 0 }),
  configure: integer("To be changed.", { minimum: 0 }),
  adopt: integer("To be taken over.", { minimum: 0 }),
  delete: integer("To be deleted.", { minimum: 0 }),
  transfer: integer("To be handed to another Application, or to nobody.", { minimum: 0 }),
  run: optional(integer("Hooks to be run.", { minimum: 1 })),
});

const changeSchema = object("What is to be done with one object.", {
  action: oneOf("What is to be done.", releaseActions),
  object: string("The object, `group/kind/namespace/name`.", { maxLength: 700 }),
});

const plannedHooksSchema = object("What tells whether hooks have run for a content. Present where the content has hooks.", {
  content: string("Keyed digest of all that was rendered.", { pattern: "^[0-9a-f]{64}$" }),
  run: string("Keyed digest of the hooks themselves.", { pattern: "^[0-9a-f]{64}$" }),
  occasion: oneOf("Install: nothing of the Application was there before. Upgrade: something was. Hooks of Helm may be for one of the two only. None: the hooks of this content have run before, and do not run again.", ["Install", "Upgrade", "None"]),
});

const planSchema = object("What was to be done when the Release was made. Corrections of drift are no part of it.", {
  content: string("Keyed digest of everything desired: tells whether a later attempt is for the same content.", { pattern: "^[0-9a-f]{64}$" }),
  summary: string("The counts as a person reads them.", { maxLength: 128 }),
  counts: countsSchema,
  changes: listOf("The changes, in the order of their objects.", changeSchema, MAX_LISTED_CHANGES),
  truncated: optional(integer("How many changes are not listed.", { minimum: 1 })),
  digest: optional(
    string("Keyed digest over what is desired and what is live now: what an approval approves. Absent where none is needed.", { pattern: "^[0-9a-f]{64}$" }),
  ),
  hooks: optional(plannedHooksSchema),
  covers: optional(string("Keyed digests of the single changes, packed, so that an approval holds for what is left of an approved plan.", { maxLength: MAX_COVERS })),
});

const approvalSchema = object("A person's yes to the changes that this Release shows. The only field that people write.", {
  planDigest: string("The value of spec.plan.digest.", { pattern: "^[0-9a-f]{64}$" }),
  reason: optional(string("Why, and by whom.")),
});

/** Spec of a Release: one attempt to bring one Application to one content. */
export const releaseSpecSchema = object(
  "Written by the operator, and never changed but for the approval.",
  {
    application: string("Name of the Application in the same namespace.", { maxLength: 253 }),
    generation: integer("The generation of the Application's spec.", { minimum: 0 }),
    revision: string("The revision of the source, `main@sha1:<commit>`."),
    commit: commitSchema,
    plan: planSchema,
    approval: optional(approvalSchema),
  },
  [releaseIsImmutable, approvesShownPlan],
);

const hookSchema = object("How one hook went.", {
  phase: oneOf("The point of the sync.", hookPhases),
  object: string("The object, `group/kind/namespace/name`.", { maxLength: 700 }),
  state: oneOf("How it stands.", hookStates),
  uid: optional(string("uid of the object that ran.", { maxLength: 128 })),
  startedAt: optional(time("When it was created.")),
  finishedAt: optional(time("When its end was seen.")),
  message: optional(string("Why it is in this state.", { maxLength: MAX_HOOK_MESSAGE })),
});

/** Status of a Release. */
export const releaseStatusSchema = object("What became of the attempt.", {
  observedGeneration: optional(integer("The generation that the conditions speak of.", { minimum: 0 })),
  conditions: optional(conditionsSchema),
  hooks: optional(listOf("The hooks that have begun, in the order in which they run.", hookSchema, MAX_HOOKS)),
  startedAt: optional(time("When the first change was made; absent while the Release waits.")),
  completedAt: optional(time("When it succeeded or was superseded; absent while it waits, goes on or is tried again.")),
});

export type ReleaseSpec = Infer<typeof releaseSpecSchema>;
export type ReleaseStatus = Infer<typeof releaseStatusSchema>;
export type ReleasePlan = Infer<typeof planSchema>;
export type ReleaseCounts = Infer<typeof countsSchema>;
export type ReleaseChange = Infer<typeof changeSchema>;
export type PlannedHooks = Infer<typeof plannedHooksSchema>;
export type HookRecord = Infer<typeof hookSchema>;
export type HookPhase = HookRecord["phase"];
export type HookOccasion = PlannedHooks["occasion"];
export type ReleaseAction = ReleaseChange["action"];
export type Release = Resource<ReleaseSpec, ReleaseStatus>;
