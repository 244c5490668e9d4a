import type { KindRecord } from "../../drift/audit-join.ts";
import type { Json, JsonObject } from "../../src/object/json.ts";

/** An audit event as the API server sends it (level Metadata), with these members changed. */
export function auditEvent(changes: JsonObject = {}): JsonObject {
  return {
    level: "Metadata",
    auditID: "dffa6b7d-ae7a-46fe-ba95-b27d685bbba0",
    stage: "ResponseComplete",
    requestURI: "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=kubectl-edit",
    verb: "patch",
    user: { username: "alice@example.com", groups: ["shop-team", "system:authenticated"], extra: { "authentication.kubernetes.io/credential-id": ["X509SHA256=ebc2"] } },
    sourceIPs: ["127.0.0.1"],
    userAgent: "kubectl/v1.36.3 (linux/amd64) kubernetes/abc",
    objectRef: { resource: "deployments", namespace: "shop", name: "web", apiGroup: "apps", apiVersion: "v1" },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: "2026-05-04T11:00:00.112045Z",
    stageTimestamp: "2026-05-04T11:00:00.134834Z",
    annotations: { "authorization.k8s.io/decision": "allow" },
    ...changes,
  };
}

/** A body of the audit webhook. */
export const eventList = (...items: readonly Json[]): JsonObject => ({ kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items });

/** A request by alice with kubectl that edited Deployment shop/web within the first second after eleven, with these members changed. */
export function requestOf(changes: Partial<KindRecord> = {}): KindRecord {
  const receivedAt = changes.receivedAt ?? Date.parse("2026-05-04T11:00:00.100Z");
  return {
    verb: "patch", group: "apps", kind: "Deployment", resource: "deployments", subresource: "", namespace: "shop", name: "web",
    user: "alice@example.com", impersonator: undefined, groups: ["shop-team"], userAgent: "kubectl/v1.36.3 (linux/amd64) kubernetes/abc", manager: "kubectl-edit",
    receivedAt, answeredAt: receivedAt + 20,
    ...changes,
  };
}
