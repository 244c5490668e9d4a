/**
 * What RBAC cannot say. The operator keeps last good content in Secrets of the tenants' namespaces, for which each
 * tenant's Role lets it create, patch and delete Secrets there. Whoever may create any Secret may also have the cluster
 * write a token for any account of the namespace into one, and a Role can name no types. So a policy of the API server
 * refuses every other Secret to the operator's account. What it writes as a tenant's account is judged as that account's.
 */
import { LAST_GOOD_TYPE } from "../../../reconciler/last-good-secret.ts";
import { INSTALLATION_KEY_TYPE } from "../../controllers/installation.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import { manifest, OPERATOR_NAME } from "./names.ts";

const API = "admissionregistration.k8s.io/v1";
/** Last good content, and the installation's key in the operator's own namespace. */
const OWN_TYPES = [LAST_GOOD_TYPE, INSTALLATION_KEY_TYPE];

/** The policy and its binding; named after the operator's namespace, so that two installations do not take it from each other. */
export function secretFence(namespace: string): readonly KubeObject[] {
  const name = `driftless-secrets.${namespace}`;
  return [
    manifest(API, "ValidatingAdmissionPolicy", name, undefined, {
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["*"], resources: ["secrets"], operations: ["CREATE", "UPDATE", "DELETE"] }] },
        matchConditions: [{ name: "operator", expression: `request.userInfo.username == 'system:serviceaccount:${namespace}:${OPERATOR_NAME}'` }],
        validations: [{ expression: `${ours("object")} && ${ours("oldObject")}`, message: `the operator writes Secrets of type ${OWN_TYPES.join(" or ")} only`, reason: "Forbidden" }],
      },
    }),
    manifest(API, "ValidatingAdmissionPolicyBinding", name, undefined, { spec: { policyName: name, validationActions: ["Deny"] } }),
  ];
}

/** CEL: before it was created and after it was deleted an object is null. */
const ours = (object: "object" | "oldObject"): string => `(${object} == null || (has(${object}.type) && ${object}.type in ${JSON.stringify(OWN_TYPES)}))`;
