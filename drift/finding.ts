import { shorten, timestamp } from "../src/api/conditions.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { canonicalJson } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import { groupOf } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { formatKey, keyOf } from "../src/object/object-id.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import { PART_OF_LABEL } from "../src/api/group.ts";
import { attribute } from "./attribution.ts";
import type { Attribution } from "./attribution.ts";
import type { Difference } from "./difference.ts";
import type { KindName } from "./exemptions.ts";
import { field, formatPath } from "./field-path.ts";
import { managersOf } from "./managed-fields.ts";
import { formsOfValues, holdsValue, isSecretPath, MASK, maskText } from "./mask.ts";
import { isSecurityField, isSecurityKind } from "./security.ts";

/** Limits of the schema in src/api/drift-report.ts. */
const VALUE_LIMIT = 512;
const PATH_LIMIT = 1024;
const MANAGER_LIMIT = 256;

/**
 * Findings about the fields of one object, each with who wrote the live value; Secret values are masked. `secrets`: values
 * of other Secrets that were put into it. Where one is part of what is desired, the live value may be its predecessor.
 */
export function findingsOf(live: KubeObject, differences: readonly Difference[], now: Date, secrets: readonly string[] = []): readonly DriftFinding[] {
  const forms = formsOfValues(secrets);
  const managers = managersOf(live.metadata.managedFields);
  const kind: KindName = { group: groupOf(live.apiVersion), kind: live.kind };
  return differences.map((difference): DriftFinding => {
    const secret = isSecretPath(live, difference.path) || [difference.desired, difference.live].some((value) => value !== undefined && holdsValue(canonicalJson(value), forms));
    return {
      object: keyOf(live),
      class: difference.class,
      path: shorten(maskText(difference.pointer, forms), PATH_LIMIT),
      ...textMember("desired", difference.desired, secret),
      ...textMember("live", difference.live, secret),
      ...authorMembers(attribute(managers, difference.path)),
      ...securityMember(isSecurityField(kind, difference.path, difference.live ?? difference.desired)),
      detectedAt: timestamp(now),
    };
  });
}

/** The finding for an object that is gone. A deletion leaves nothing behind that would name its author. */
export function missingFinding(id: ObjectId, now: Date): DriftFinding {
  return { object: formatKey(id), class: "Missing", ...authorMembers(undefined), ...securityMember(isSecurityKind(id)), detectedAt: timestamp(now) };
}

/** The finding for an object that lost its membership label while it lives on; `live` is read after the loss. */
export function ownershipLostFinding(live: KubeObject, now: Date): DriftFinding {
  const path = ["metadata", "labels", PART_OF_LABEL].map(field);
  const value = live.metadata.labels?.[PART_OF_LABEL];
  return {
    object: keyOf(live),
    class: "OwnershipLost",
    path: formatPath(path),
    ...textMember("live", value, false),
    ...authorMembers(attribute(managersOf(live.metadata.managedFields), path)),
    detectedAt: timestamp(now),
  };
}

function textMember(name: "desired" | "live", value: Json | undefined, secret: boolean): { desired?: string; live?: string } {
  return value === undefined ? {} : { [name]: secret ? MASK : shorten(canonicalJson(value), VALUE_LIMIT) };
}

function authorMembers(author: Attribution | undefined): Pick<DriftFinding, "actor" | "confidence" | "manager" | "operation" | "changedAt"> {
  if (author === undefined) return { actor: "Unknown", confidence: "Guess" };
  const { actor, confidence, manager, operation, changedAt } = author;
  return { actor, confidence, manager: shorten(manager, MANAGER_LIMIT), operation, ...(changedAt === undefined ? {} : { changedAt }) };
}

const securityMember = (isRelevant: boolean): { security?: true } => (isRelevant ? { security: true } : {});

/**
 * True where the finding's manager owns the live value. Else nobody is named, or, as a guess, the latest person's tool that
 * wrote the object: a field that is gone has no owner.
 */
export function namesOwner({ manager, actor, confidence }: DriftFinding): boolean {
  return manager !== undefined && !(confidence === "Guess" && actor === "Person");
}
