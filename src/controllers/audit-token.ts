import { createHmac } from "node:crypto";

/** What the API server's audit webhook shows as bearer token: of the installation's key, so that nothing more has to be kept. */
export function auditToken(installationKey: Uint8Array): string {
  return createHmac("sha256", installationKey).update("audit webhook").digest("base64url");
}
