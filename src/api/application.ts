import { conditionsSchema } from "./meta.ts";
import type { Resource } from "./meta.ts";
import { boolean, duration, integer, object, oneOf, optional, setOf, string } from "./schema.ts";
import type { Infer } from "./schema.ts";

const sourceRefSchema = object("The source of the content, in the same namespace.", {
  kind: oneOf("Kind of the source.", ["GitSource"]),
  name: string("Name of the source.", { minLength: 1, maxLength: 253 }),
});

const syncSchema = object("How the cluster is brought to the desired state.", {
  resyncInterval: optional(duration("Safety net: everything is looked at again this often. Changes come by event.", "1h")),
  adopt: optional(
    oneOf(
      "What happens to an object that exists but is not ours. IfUnowned takes it over when nothing else claims it, except for namespaces, volumes, definitions, cluster-wide access and webhooks; Always takes it over whoever claims it; Never leaves it alone.",
      ["Never", "IfUnowned", "Always"],
      "IfUnowned",
    ),
  ),
  prune: optional(boolean("Delete members that the source no longer has, after a complete apply.", true)),
  retry: optional(
    object("Delay before a failed sync is tried again; doubles from initial to max.", {
      initial: optional(duration("First delay.", "1s")),
      max: optional(duration("Longest delay.", "5m")),
    }),
  ),
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
  serviceAccountName: optional(
    string("Account in this namespace that every write is made as. Default: the operator's --default-service-account.", { minLength: 1, maxLength: 253 }),
  ),
  sync: optional(syncSchema),
  suspend: optional(boolean("Stops applying, pruning and drift correction; what is live stays as it is.", false)),
});

const membershipSchema = object("Where members of this Application can be. Written before the first of them is created.", {
  groupKinds: optional(setOf("Kinds as `Kind.group`, the core group without a dot.", string("A group-kind.", { maxLength: 316 }), 512)),
  namespaces: optional(setOf("Namespaces.", string("A namespace.", { maxLength: 63 }), 512)),
});

/** Status of an Application. */
export const applicationStatusSchema = object("What was last seen and done.", {
  observedGeneration: optional(integer("The generation that the conditions speak of.", { minimum: 0 })),
  conditions: optional(conditionsSchema),
  lastAttemptedRevision: optional(string("The revision of the newest attempt.")),
  lastAppliedRevision: optional(string("The revision whose objects were all applied.")),
  lastHandledReconcileAt: optional(string("The last value of the annotation driftless.dev/reconcile-requested-at that was acted on.")),
  objects: optional(integer("Number of desired objects.", { minimum: 0 })),
  membership: optional(membershipSchema),
});

export type ApplicationSpec = Infer<typeof applicationSpecSchema>;
export type ApplicationStatus = Infer<typeof applicationStatusSchema>;
export type Application = Resource<ApplicationSpec, ApplicationStatus>;
