import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { readAuditEvents } from "../../../drift/audit-record.ts";
import type { AuditRecord } from "../../../drift/audit-record.ts";
import type { Json } from "../../../src/object/json.ts";
import { startControlPlane } from "../../../src/sandbox/control-plane.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { kubectl } from "../../support/control-plane.ts";

test("an API server with an audit log and an audit webhook tells both, the webhook within moments", async () => {
  await using stack = new AsyncDisposableStack();
  const told: AuditRecord[] = [];
  const paths = new Set<string>();
  const server = createServer((request, response) => {
    paths.add((request.url ?? "").split("?")[0] ?? "");
    void json(request).then((body) => {
      told.push(...(readAuditEvents(body as Json) ?? [])); // JSON by its parser
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stack.defer(() => server.closeAllConnections());
  stack.defer(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  const plane = await startControlPlane({ tier: "api", auditLog: "audit.log", auditWebhook: { url: `http://127.0.0.1:${port}`, token: "a-token" } });
  stack.defer(() => plane.stop());
  const kubeconfigPath = await plane.writeKubeconfig({ name: "alice", user: "alice@example.com", groups: ["system:masters"] });
  await kubectl(["create", "configmap", "a", "--from-literal=x=y"], { kubectl: plane.assets.kubectl, kubeconfigPath });
  await pollUntil({ what: "the webhook tells of alice", deadlineMs: 10_000, probe: async () => told.some(({ user, name }) => user === "alice@example.com" && name === "a") });
  expect(told.find(({ name }) => name === "a")).toMatchObject({ verb: "create", resource: "configmaps", namespace: "default", manager: "kubectl-create" });
  expect([...paths]).toEqual(["/audit/a-token"]);
  const log = await readFile(plane.auditLog ?? "", "utf8");
  expect([log.includes('"username":"alice@example.com"'), log.includes('"verb":"get"')]).toEqual([true, true]);
});
