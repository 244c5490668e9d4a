import type { Resource } from "./meta.ts";
import { boolean, integer, listOf, object, oneOf, optional, string, time } from "./schema.ts";
import type { Infer } from "./schema.ts";

/** What kind of difference a finding is. */
export const driftClasses = ["Modified", "Missing", "Extra", "OwnershipLost"] as const;
/** Who stands behind a change. */
export const driftActors = ["Person", "Controller", "Autoscaler", "Webhook", "Ourselves", "Unknown"] as const;
/** How sure that is. */
export const driftConfidences = ["Certain", "Likely", "Guess"] as const;
/** What is done about a difference. */
export const driftActions = ["Revert", "RevertAfter", "Report", "Ignore"] as const;

const actorDoc =
  "Who stands behind it. Person: a tool that a person or a pipeline runs. Controller, Autoscaler, Webhook: what runs in the cluster by itself. Ourselves: an earlier self of Driftless. Unknown: nothing tells.";

const findingSchema = object("One difference between desired and live.", {
  object: string("The object, `group/kind/namespace/name`.", { maxLength: 700 }),
  class: oneOf(
    "Modified: a desired field has another value. Missing: the object or a desired field is gone. Extra: a field that nobody asked for. OwnershipLost: the membership label was taken away.",
    driftClasses,
  ),
  path: optional(string("The field as a JSON pointer whose list items are named by their keys, such as `/spec/template/spec/containers[name=web]/image`; absent for a whole object.", { maxLength: 1024 })),
  desired: optional(string("Desired value as JSON, shortened; Secret values are masked.", { maxLength: 512 })),
  live: optional(string("Live value as JSON before it was reverted, shortened; Secret values are masked.", { maxLength: 512 })),
  actor: optional(oneOf(actorDoc, driftActors)),
  confidence: optional(
    oneOf(
      "How sure the author is. Certain: the API server's audit log names the request. Likely: the field's manager says so. Guess: nobody owns the field; the latest writer by hand is named, or the manager's name tells little.",
      driftConfidences,
    ),
  ),
  manager: optional(string("Field manager that wrote the live value.", { maxLength: 256 })),
  operation: optional(string("How it wrote: Apply or Update, with the subresource if there was one; or the verb of the request, such as delete.", { maxLength: 64 })),
  user: optional(string("User who made the request, from the audit log.", { maxLength: 256 })),
  groups: optional(listOf("Groups of that user, from the audit log.", string("A group.", { maxLength: 256 }), 16)),
  userAgent: optional(string("Program that made the request, from the audit log.", { maxLength: 256 })),
  security: optional(boolean("It decides what somebody may do, or what runs: access rules, images, privileges, Secrets, network policies.")),
  changedAt: optional(time("When that manager last wrote, from managedFields; with an audit event, when the request was made.")),
  detectedAt: time("When Driftless saw it."),
  action: optional(oneOf("What is done about it, by spec.drift. Revert: undone at once. RevertAfter: undone at revertAt. Report: told and left.", driftActions)),
  revertAt: optional(time("When it will be undone: the end of a grace time or of a hold.")),
  revertedAt: optional(time("When it was corrected.")),
});

const actorCountSchema = object("How often one author changed something.", {
  actor: oneOf(actorDoc, driftActors),
  name: optional(string("The user where the audit log named one, else the field manager.", { maxLength: 256 })),
  count: integer("Differences so far.", { minimum: 1 }),
  lastAt: time("The newest of them."),
});

const fieldCountSchema = object("How often one field was changed.", {
  kind: string("Group and kind of the objects, `group/kind`.", { maxLength: 320 }),
  path: optional(string("The field; absent for whole objects that were deleted.", { maxLength: 1024 })),
  count: integer("Differences so far.", { minimum: 1 }),
  lastAt: time("The newest of them."),
});

const holdSchema = object("An object that is left in peace for a while, by the annotation driftless.dev/drift-hold.", {
  object: optional(string("The object, `group/kind/namespace/name`; absent for all of the Application.", { maxLength: 700 })),
  by: optional(string("Field manager, or user, that set the annotation.", { maxLength: 256 })),
  until: time("When it ends."),
});

const fightSchema = object("An object that somebody else keeps changing back.", {
  object: string("The object, `group/kind/namespace/name`.", { maxLength: 700 }),
  managers: listOf("The other writers.", string("A field manager.", { maxLength: 256 }), 8),
  fields: listOf("The fields.", string("A field, as in a finding.", { maxLength: 1024 }), 16),
  state: oneOf("BackingOff: corrections pause until `until`. Stopped: corrections have ended; somebody has to decide.", ["BackingOff", "Stopped"]),
  until: optional(time("When the next correction is tried.")),
  rounds: integer("Pauses so far.", { minimum: 1 }),
});

const coverageSchema = object("How much of the Application's namespaces is in the source.", {
  observedAt: time("When it was counted."),
  managed: integer("Objects in these namespaces that some Application has, or that belong to one that it has.", { minimum: 0 }),
  unmanaged: integer("Objects that nothing manages.", { minimum: 0 }),
  objects: optional(listOf("Unmanaged objects, `group/kind/namespace/name`.", string("An object.", { maxLength: 700 }), 200)),
  truncated: optional(integer("How many of them are not listed.", { minimum: 0 })),
  unread: optional(listOf("Kinds that could not be listed, with the cause.", string("A kind.", { maxLength: 512 }), 32)),
});

/** Spec of a DriftReport: whose drift it tells. */
export const driftReportSpecSchema = object("Written by the operator.", {
  application: string("Name of the Application in the same namespace.", { maxLength: 253 }),
});

/** Status of a DriftReport. */
export const driftReportStatusSchema = object("What is drifted now, and what was corrected last.", {
  observedAt: optional(time("When this was last brought up to date.")),
  total: optional(integer("Number of differences now.", { minimum: 0 })),
  truncated: optional(integer("How many of them are not listed.", { minimum: 0 })),
  findings: optional(listOf("Differences that are live now.", findingSchema, 200)),
  reverted: optional(listOf("Differences that were corrected, newest first.", findingSchema, 50)),
  revertedTotal: optional(integer("Number of differences corrected since the report began.", { minimum: 0 })),
  foundTotal: optional(integer("Number of differences seen since the report began. What byActor, or byField, does not add up to is of others that made room there.", { minimum: 0 })),
  byActor: optional(listOf("Who drifts most, of all differences since the report began.", actorCountSchema, 32)),
  byField: optional(listOf("What drifts most, of all differences since the report began.", fieldCountSchema, 32)),
  holds: optional(listOf("Objects that are left in peace for a while.", holdSchema, 64)),
  fights: optional(listOf("Objects that somebody else keeps changing back.", fightSchema, 64)),
  coverage: optional(coverageSchema),
});

export type DriftFinding = Infer<typeof findingSchema>;
export type DriftActor = (typeof driftActors)[number];
export type DriftConfidence = (typeof driftConfidences)[number];
export type DriftAction = (typeof driftActions)[number];
export type DriftHold = Infer<typeof holdSchema>;
export type DriftFight = Infer<typeof fightSchema>;
export type DriftCoverage = Infer<typeof coverageSchema>;
export type ActorCount = Infer<typeof actorCountSchema>;
export type FieldCount = Infer<typeof fieldCountSchema>;
export type DriftReportSpec = Infer<typeof driftReportSpecSchema>;
export type DriftReportStatus = Infer<typeof driftReportStatusSchema>;
export type DriftReport = Resource<DriftReportSpec, DriftReportStatus>;
