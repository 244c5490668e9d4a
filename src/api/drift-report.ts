import type { Resource } from "./meta.ts";
import { integer, listOf, object, oneOf, optional, string, time } from "./schema.ts";
import type { Infer } from "./schema.ts";

/** What kind of difference a finding is. */
export const driftClasses = ["Modified", "Missing", "Extra", "OwnershipLost"] as const;

const findingSchema = object("One difference between desired and live.", {
  object: string("The object, `group/kind/namespace/name`.", { maxLength: 700 }),
  class: oneOf(
    "Modified: a desired field has another value. Missing: the object or a desired field is gone. Extra: a field that nobody asked for. OwnershipLost: the membership label was taken away.",
    driftClasses,
  ),
  path: optional(string("The field as a JSON pointer whose list items are named by their keys, such as `/spec/template/spec/containers[name=web]/image`; absent for a whole object.", { maxLength: 1024 })),
  desired: optional(string("Desired value as JSON, shortened; Secret values are masked.", { maxLength: 512 })),
  live: optional(string("Live value as JSON before it was reverted, shortened; Secret values are masked.", { maxLength: 512 })),
  manager: optional(string("Field manager that wrote the live value.", { maxLength: 256 })),
  operation: optional(string("How it wrote: Apply or Update, with the subresource if there was one.", { maxLength: 64 })),
  changedAt: optional(time("When that manager last wrote, from managedFields.")),
  detectedAt: time("When Driftless saw it."),
  revertedAt: optional(time("When it was corrected.")),
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
});

export type DriftFinding = Infer<typeof findingSchema>;
export type DriftReportSpec = Infer<typeof driftReportSpecSchema>;
export type DriftReportStatus = Infer<typeof driftReportStatusSchema>;
export type DriftReport = Resource<DriftReportSpec, DriftReportStatus>;
