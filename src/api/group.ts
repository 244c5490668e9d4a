/** The names that everything of ours carries in a cluster. */
export const GROUP = "driftless.dev";
export const VERSION = "v1alpha1";
export const API_VERSION = `${GROUP}/${VERSION}`;
/** Category of every kind of ours: `kubectl get driftless -A`. */
export const CATEGORY = "driftless";

/** Field manager of every apply of desired state. */
export const FIELD_MANAGER = "driftless";
/** Field manager of our own status and bookkeeping writes. */
export const STATUS_MANAGER = "driftless-status";
/** Field manager that keeps the live value of a field which we no longer apply, and which must not be reset by that. */
export const HANDOVER_MANAGER = "driftless-handover";

/** Label of every member, an ApplySet id (KEP-3659), so that kubectl refuses to touch our set. */
export const PART_OF_LABEL = "applyset.kubernetes.io/part-of";
/** Annotation that proves membership: `<installation>/<ns>/<app>#<group>/<kind>/<ns>/<name>` of the object itself. */
export const ORIGIN_ANNOTATION = `${GROUP}/origin`;
/** On an object of another Application: who wants to have it, `<installation>/<namespace>/<name>`. */
export const CLAIM_ANNOTATION = `${GROUP}/claimed-by`;
/** On a live object: its uid, to say yes to deleting and creating it again with all that goes with it. */
export const CONFIRM_ANNOTATION = `${GROUP}/confirm-recreate`;
/** Field manager of claims. */
export const CLAIM_MANAGER = "driftless-claim";
/** Field manager of marks that were written for another Application, when an object was handed over to it. */
export const TRANSFER_MANAGER = "driftless-transfer";
/** On a hook that runs: the attempt and the phase that it runs for, `<uid of the Release>/<phase>`. */
export const HOOK_RUN_ANNOTATION = `${GROUP}/hook-run`;
/** Field manager of hooks, which are created and never applied. */
export const HOOK_MANAGER = "driftless-hook";
/** Holds an Application until its members are deleted or let go of. */
export const FINALIZER = `${GROUP}/members`;
/** Asks for a reconcile now; the value is echoed in status.lastHandledReconcileAt. */
export const RECONCILE_ANNOTATION = `${GROUP}/reconcile-requested-at`;

/** On a live object, or on an Application for all of its objects: drift is told and not undone, for a duration or until a time. */
export const DRIFT_HOLD_ANNOTATION = `${GROUP}/drift-hold`;

/** Annotations and labels of an ApplySet parent. */
export const APPLYSET_ID_LABEL = "applyset.kubernetes.io/id";
export const APPLYSET_TOOLING_ANNOTATION = "applyset.kubernetes.io/tooling";
export const APPLYSET_GROUP_KINDS_ANNOTATION = "applyset.kubernetes.io/contains-group-kinds";
export const APPLYSET_NAMESPACES_ANNOTATION = "applyset.kubernetes.io/additional-namespaces";
export const APPLYSET_PARENT_LABEL = "applyset.kubernetes.io/is-parent-type";

/** Version of this build, as the ApplySet tooling annotation and the User-Agent show it. */
export const TOOL_VERSION = "0.1.0";
