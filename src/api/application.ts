import { driftActions, driftActors } from "./drift-report.ts";
import { conditionsSchema } from "./meta.ts";
import type { Resource } from "./meta.ts";
import { renderSchema } from "./render-spec.ts";
import { graceNeedsTime } from "./rules.ts";
import { boolean, countOrPercent, duration, integer, listByKey, listOf, object, oneOf, optional, setOf, string, time } from "./schema.ts";
import type { Infer } from "./schema.ts";

const sourceRefSchema = object("The source of the content, in the same namespace.", {
  kind: oneOf("Kind of the source.", ["GitSource"]),
  name: string("Name of the source.", { minLength: 1, maxLength: 253 }),
});

const windowSchema = object("A span of time that comes again and again.", {
  name: string("Name of the window.", { minLength: 1, maxLength: 63 }),
  kind: oneOf("Allow: changes from the source are applied only while an Allow window is open. Deny: they wait while it is open, whatever is allowed.", ["Allow", "Deny"]),
  schedule: string("When it opens, as five cron fields: minute, hour, day of month, month, day of week. Where both days are given, both have to fit.", { minLength: 1, maxLength: 128 }),
  duration: duration("How long it stays open."),
  timeZone: optional(string("IANA name of the time zone that the schedule is read in.", { minLength: 1, maxLength: 64, default: "UTC" })),
});

const limitsSchema = object("Brakes.", {
  maxPrune: optional(
    countOrPercent(
      "When a plan deletes more than this (a number of objects, or a share of the members; never less than 5), or a namespace, a definition, a volume or an Application, nothing is deleted before the plan has been approved on its Release.",
      "20%",
    ),
  ),
});

const syncSchema = object("How the cluster is brought to the desired state.", {
  resyncInterval: optional(duration("Safety net: everything is looked at again this often. Changes come by event.", "1h")),
  adopt: optional(
    oneOf(
      "What happens to an object that exists but is not ours. IfUnowned takes it over when nothing else claims it, except for namespaces, volumes, definitions, cluster-wide access and webhooks; Always takes it over whoever claims it, but not from another Application, which hands it over when it no longer wants it; Never leaves it alone.",
      ["Never", "IfUnowned", "Always"],
      "IfUnowned",
    ),
  ),
  prune: optional(boolean("Delete members that the source no longer has, after a complete apply.", true)),
  approval: optional(
    oneOf("Manual: changes from the source wait until their digest has been approved on their Release. Drift is corrected all the same.", ["Automatic", "Manual"], "Automatic"),
  ),
  windows: optional(listByKey("When changes from the source may be applied. None: always. Drift is corrected at any time.", ["name"], windowSchema, 32)),
  deletionPolicy: optional(
    oneOf(
      "What happens to the members when the Application is deleted. MirrorPrune: what a prune would do; namespaces, definitions and volumes hold the deletion up until Delete or Orphan is chosen. Delete: all are deleted that no annotation asks to keep. Orphan: all are left as they are.",
      ["MirrorPrune", "Delete", "Orphan"],
      "MirrorPrune",
    ),
  ),
  limits: optional(limitsSchema),
  retry: optional(
    object("Delay before an object or a sync that failed is tried again; doubles from initial to max.", {
      initial: optional(duration("First delay.", "1s")),
      max: optional(duration("Longest delay.", "5m")),
    }),
  ),
});

const targetSchema = object("The objects that it is about; what is left out matches all.", {
  group: optional(string("API group; empty for the core group.", { maxLength: 253 })),
  kind: optional(string("Kind.", { minLength: 1, maxLength: 63 })),
  namespace: optional(string("Namespace; * stands for any text.", { minLength: 1, maxLength: 63 })),
  name: optional(string("Name; * stands for any text.", { minLength: 1, maxLength: 253 })),
});

const ignoreSchema = object("Fields that are left to others.", {
  name: optional(string("Name of the rule, for people.", { minLength: 1, maxLength: 63 })),
  target: optional(targetSchema),
  paths: listOf(
    "The fields with all that is below them: JSON pointers such as `/spec/replicas`, or paths as a DriftReport shows them, such as `/spec/template/spec/containers[name=web]/image`.",
    string("A path.", { pattern: "^/", maxLength: 1024 }),
    64,
  ),
});

const driftRuleSchema = object(
  "What happens with some differences, instead of what spec.drift.mode says. The first rule that fits a difference decides.",
  {
    name: optional(string("Name of the rule, for people.", { minLength: 1, maxLength: 63 })),
    target: optional(targetSchema),
    paths: optional(listOf("The fields with all that is below them, written as in spec.drift.ignore. Default: every field, and the object itself.", string("A path.", { pattern: "^/", maxLength: 1024 }), 64)),
    actors: optional(setOf("Who made the difference. Default: anybody.", oneOf("An actor, as a DriftReport names it.", driftActors), 6)),
    action: oneOf("Revert: undone at once. RevertAfter: undone when the grace time is over. Report: told and left. Ignore: left and not told.", driftActions),
    after: optional(duration("Grace time of RevertAfter, from the moment that the difference was seen.")),
  },
  [graceNeedsTime],
);

const driftSchema = object("What happens when somebody else changes members.", {
  mode: optional(oneOf("Revert: it is told and undone. Report: it is told. Ignore: it is neither.", ["Revert", "Report", "Ignore"], "Revert")),
  rules: optional(listOf("Exceptions from the mode, by object, field and author.", driftRuleSchema, 64)),
  coverage: optional(boolean("Tell in the DriftReport which objects of the Application's namespaces no source has. Looked at with each resync, as the Application's account.", false)),
  ignore: optional(listOf("Fields that are never compared and never written; what is live stays when a rule is added.", ignoreSchema, 64)),
});

const healthCheckSchema = object("How to tell the health of a kind that the built-in rules do not know: CEL expressions over the whole object.", {
  apiVersion: string("API version of the kind; only the group counts.", { minLength: 1, maxLength: 317 }),
  kind: string("The kind.", { minLength: 1, maxLength: 63 }),
  current: string("True when it is healthy.", { minLength: 1, maxLength: 2048 }),
  inProgress: optional(string("True while it is on its way. Looked at first.", { minLength: 1, maxLength: 2048 })),
  failed: optional(string("True when it has failed.", { minLength: 1, maxLength: 2048 })),
});

const healthSchema = object("When objects count as healthy.", {
  timeout: optional(duration("An object that is on its way and makes no progress for this long has failed.", "5m")),
  checks: optional(listByKey("Rules for kinds that the built-in ones do not know.", ["apiVersion", "kind"], healthCheckSchema, 32)),
});

const dependencySchema = object("An Application that has to be Ready first.", {
  name: string("Its name.", { minLength: 1, maxLength: 253 }),
  namespace: optional(string("Its namespace. Default: the Application's own; another one only where the operator allows it.", { minLength: 1, maxLength: 63 })),
});

/** Spec of an Application. */
export const applicationSpecSchema = object("A path of a source and how it becomes live objects.", {
  sourceRef: sourceRefSchema,
  path: optional(
    string("Folder inside the source. kustomization.yaml there is built, else every manifest below it is read.", {
      pattern: "^[^/\\s].*$|^$",
      maxLength: 1024,
      default: ".",
    }),
  ),
  defaultNamespace: optional(string("Namespace of objects that name none. Default: the Application's own.", { minLength: 1, maxLength: 63 })),
  render: optional(renderSchema),
  serviceAccountName: optional(
    string("Account in this namespace that every write is made as. Default: the operator's --default-service-account.", { minLength: 1, maxLength: 253 }),
  ),
  sync: optional(syncSchema),
  drift: optional(driftSchema),
  health: optional(healthSchema),
  dependsOn: optional(
    listOf("Applications that have to be Ready, of the same source at the same revision, before changes are applied here. Drift is corrected meanwhile.", dependencySchema, 64),
  ),
  historyLimit: optional(integer("Releases that are kept. Older ones go in a quiet moment, at the latest when there are ten too many.", { minimum: 1, maximum: 100, default: 10 })),
  suspend: optional(boolean("Stops applying, pruning and drift correction; what is live stays as it is, also when the Application is deleted.", false)),
  suspendReason: optional(string("Why it is suspended, and by whom: shown in its status.", { maxLength: 512 })),
});

const membershipSchema = object("Where members of this Application can be. Written before the first of them is created.", {
  groupKinds: optional(setOf("Kinds as `Kind.group`, the core group without a dot.", string("A group-kind.", { maxLength: 316 }), 512)),
  namespaces: optional(setOf("Namespaces.", string("A namespace.", { maxLength: 63 }), 512)),
});

const syncedHooksSchema = object("What tells whether hooks have to run again.", {
  content: string("Keyed digest of all that was rendered when everything was last done.", { pattern: "^[0-9a-f]{64}$" }),
  run: string("Keyed digest of the hooks in it.", { pattern: "^[0-9a-f]{64}$" }),
  release: optional(string("The newest Release then.", { maxLength: 253 })),
});

/** Status of an Application. */
export const applicationStatusSchema = object("What was last seen and done.", {
  observedGeneration: optional(integer("The generation that the conditions speak of.", { minimum: 0 })),
  conditions: optional(conditionsSchema),
  lastAttemptedRevision: optional(string("The revision of the newest attempt.")),
  lastAppliedRevision: optional(string("The revision whose objects were all applied.")),
  lastHandledReconcileAt: optional(string("The last value of the annotation driftless.dev/reconcile-requested-at that was acted on.")),
  objects: optional(integer("Number of desired objects.", { minimum: 0 })),
  release: optional(string("Name of the newest Release.", { maxLength: 253 })),
  hooks: optional(syncedHooksSchema),
  nextWindowAt: optional(time("When the next window opens for changes that wait.")),
  membership: optional(membershipSchema),
});

export type DriftRule = Infer<typeof driftRuleSchema>;
export type ApplicationSpec = Infer<typeof applicationSpecSchema>;
export type ApplicationStatus = Infer<typeof applicationStatusSchema>;
export type Application = Resource<ApplicationSpec, ApplicationStatus>;
