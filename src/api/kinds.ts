/** The kinds that exist, each with all that its CRD and its reference page need beyond the schemas. */
import type { Application } from "./application.ts";
import { applicationSpecSchema, applicationStatusSchema } from "./application.ts";
import type { DriftReport } from "./drift-report.ts";
import { driftReportSpecSchema, driftReportStatusSchema } from "./drift-report.ts";
import type { GitSource } from "./git-source.ts";
import { gitSourceSpecSchema, gitSourceStatusSchema } from "./git-source.ts";
import { APPLYSET_PARENT_LABEL } from "./group.ts";
import type { Notifier } from "./notifier.ts";
import { notifierSpecSchema, notifierStatusSchema } from "./notifier.ts";
import type { Release } from "./release.ts";
import { releaseSpecSchema, releaseStatusSchema } from "./release.ts";
import type { Schema } from "./schema.ts";

/** A column of `kubectl get`. Priority 1 is shown with `-o wide` only. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "date";
  readonly jsonPath: string;
  readonly description: string;
  readonly priority?: 1;
}

/** The types behind the kind names. */
export interface Kinds {
  readonly GitSource: GitSource;
  readonly Application: Application;
  readonly Release: Release;
  readonly DriftReport: DriftReport;
  readonly Notifier: Notifier;
}

/** A kind of ours. */
export type KindName = keyof Kinds;

/** One kind: names, words, schemas and columns. */
export interface KindDefinition {
  readonly kind: KindName;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  readonly doc: string;
  readonly spec: Schema<unknown>;
  readonly status: Schema<unknown>;
  readonly columns: readonly PrinterColumn[];
  /** Labels of the CRD itself. */
  readonly labels: Readonly<Record<string, string>>;
}

const condition = (type: string, description: string): PrinterColumn => ({
  name: type,
  type: "string",
  jsonPath: `.status.conditions[?(@.type=="${type}")].status`,
  description,
});
const since: PrinterColumn = {
  name: "Since",
  type: "date",
  jsonPath: '.status.conditions[?(@.type=="Ready")].lastTransitionTime',
  description: "How long Ready has been what it is.",
};
const age: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." };
const message: PrinterColumn = {
  name: "Message",
  type: "string",
  jsonPath: '.status.conditions[?(@.type=="Ready")].message',
  description: "Why Ready is what it is.",
  priority: 1,
};

const gitSource: KindDefinition = {
  kind: "GitSource",
  plural: "gitsources",
  singular: "gitsource",
  shortName: "dgit",
  doc: "A Git repository whose ref is followed. What it fetched is what Applications render.",
  spec: gitSourceSpecSchema,
  status: gitSourceStatusSchema,
  columns: [
    { name: "URL", type: "string", jsonPath: ".spec.url", description: "Address of the repository." },
    condition("Ready", "Whether the newest revision is fetched and verified."),
    { name: "Revision", type: "string", jsonPath: ".status.artifact.revision", description: "What was last fetched." },
    since,
    age,
    message,
  ],
  labels: {},
};

const application: KindDefinition = {
  kind: "Application",
  plural: "applications",
  singular: "application",
  shortName: "dapp",
  doc: "A path of a source, rendered, applied and kept as the source has it.",
  spec: applicationSpecSchema,
  status: applicationStatusSchema,
  columns: [
    condition("Ready", "Synced and healthy."),
    condition("Synced", "Whether the cluster has what the source wants."),
    condition("Healthy", "Whether the objects work."),
    condition("Drifted", "Whether live objects differ from the source now."),
    { name: "Revision", type: "string", jsonPath: ".status.lastAppliedRevision", description: "The revision whose objects are live." },
    since,
    age,
    message,
  ],
  labels: { [APPLYSET_PARENT_LABEL]: "true" },
};

const succeeded = (field: "status" | "reason" | "message" | "lastTransitionTime"): string => `.status.conditions[?(@.type=="Succeeded")].${field}`;

const release: KindDefinition = {
  kind: "Release",
  plural: "releases",
  singular: "release",
  shortName: "drel",
  doc: "One attempt to bring one Application to one content: which commit, what it changes, who approved it and how it ended. Written by the operator but for the approval.",
  spec: releaseSpecSchema,
  status: releaseStatusSchema,
  columns: [
    { name: "Application", type: "string", jsonPath: ".spec.application", description: "What was to be changed." },
    { name: "Revision", type: "string", jsonPath: ".spec.revision", description: "Where the content came from." },
    { name: "Changes", type: "string", jsonPath: ".spec.plan.summary", description: "What was to be done." },
    condition("Succeeded", "How it ended; Unknown while it waits or goes on."),
    { name: "Reason", type: "string", jsonPath: succeeded("reason"), description: "Why, or what it waits for." },
    { name: "Since", type: "date", jsonPath: succeeded("lastTransitionTime"), description: "How long Succeeded has been what it is." },
    age,
    { name: "Message", type: "string", jsonPath: succeeded("message"), description: "Why, in full, and the way out.", priority: 1 },
  ],
  labels: {},
};

const driftReport: KindDefinition = {
  kind: "DriftReport",
  plural: "driftreports",
  singular: "driftreport",
  shortName: "ddr",
  doc: "What is drifted in one Application and what was corrected, field by field, with who and when. Written by the operator.",
  spec: driftReportSpecSchema,
  status: driftReportStatusSchema,
  columns: [
    { name: "Application", type: "string", jsonPath: ".spec.application", description: "Whose drift this is." },
    { name: "Drifts", type: "integer", jsonPath: ".status.total", description: "Differences that are live now." },
    { name: "Reverted", type: "integer", jsonPath: ".status.revertedTotal", description: "Differences corrected so far." },
    { name: "Most by", type: "string", jsonPath: ".status.byActor[0].name", description: "Who was behind most of them so far." },
    { name: "Observed", type: "date", jsonPath: ".status.observedAt", description: "Time since this was brought up to date." },
    age,
  ],
  labels: {},
};

const notifier: KindDefinition = {
  kind: "Notifier",
  plural: "notifiers",
  singular: "notifier",
  shortName: "dnot",
  doc: "A destination such as a Slack channel, what is told there, and how much of it.",
  spec: notifierSpecSchema,
  status: notifierStatusSchema,
  columns: [
    condition("Ready", "Whether the destination takes what is sent."),
    { name: "Open", type: "integer", jsonPath: ".status.openEpisodes", description: "Episodes that are open." },
    { name: "Waiting", type: "integer", jsonPath: ".status.waiting", description: "Messages that wait to be sent." },
    { name: "Delivered", type: "integer", jsonPath: ".status.delivered", description: "Messages, updates and replies so far." },
    { name: "Suppressed", type: "integer", jsonPath: ".status.suppressed", description: "Messages that were left out, with a reason." },
    since,
    age,
    message,
  ],
  labels: {},
};

/** Every kind of ours, in the order in which a reader meets them. */
export const kindDefinitions: readonly KindDefinition[] = [gitSource, application, release, driftReport, notifier];

/** The definition of a kind. */
export function kindDefinition(kind: KindName): KindDefinition {
  switch (kind) {
    case "GitSource":
      return gitSource;
    case "Application":
      return application;
    case "Release":
      return release;
    case "DriftReport":
      return driftReport;
    case "Notifier":
      return notifier;
  }
}
