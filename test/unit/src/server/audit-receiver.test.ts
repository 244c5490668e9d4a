import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { readAuditEvents } from "../../../../drift/audit-record.ts";
import type { Json } from "../../../../src/object/json.ts";
import { startHttpServer } from "../../../../src/server/http.ts";
import type { HttpServer } from "../../../../src/server/http.ts";
import type { AuditOptions } from "../../../../src/server/audit-receiver.ts";
import { auditKubeconfig, auditPolicy } from "../../../../src/server/audit-setup.ts";
import { auditEvent, eventList } from "../../../support/audit-events.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";

const TOKEN = "djXQRIIZ62nXglW0nlswaIwuvJenQDN5wWiKw7386Y";
const logger = new MemoryLogger();
const servers: HttpServer[] = [];
const taken: Json[] = [];

afterEach(async () => {
  taken.splice(0);
  await Promise.all(servers.splice(0).map((server) => server.close(0)));
});

const receive = (body: Json): boolean => {
  taken.push(body);
  return readAuditEvents(body) !== undefined;
};

async function serve(options: Partial<AuditOptions> = {}): Promise<string> {
  const server = await startHttpServer({ address: { host: "127.0.0.1", port: 0 }, logger, audit: { token: TOKEN, receive, ...options } });
  servers.push(server);
  return `http://127.0.0.1:${server.port}`;
}

const post = async (url: string, body: string | Uint8Array<ArrayBuffer> = JSON.stringify(eventList(auditEvent())), headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }): Promise<number> =>
  (await fetch(url, { method: "POST", body, headers })).status;

test("events are taken in, with the token as bearer or in the path", async () => {
  const url = await serve();
  expect([await post(`${url}/audit?timeout=30s`), await post(`${url}/audit/${TOKEN}?timeout=30s`, undefined, {})]).toEqual([200, 200]);
  expect(taken).toHaveLength(2);
});

test.each<[string, string, Record<string, string>]>([
  ["no token", "/audit", {}],
  ["another token", "/audit", { authorization: "Bearer x" }],
  ["another kind of proof", "/audit", { authorization: `Basic ${TOKEN}` }],
  ["an empty one", "/audit", { authorization: "Bearer " }],
  ["another path", "/audit/x", {}],
  ["an empty path", "/audit/", {}],
  ["the token and more", `/audit/${TOKEN}/more`, {}],
  ["a right bearer on a wrong path", "/audit/x", { authorization: `Bearer ${TOKEN}` }],
])("with %s it is 401, and nothing is read", async (_, path, headers) => {
  expect(await post(`${await serve()}${path}`, undefined, headers)).toBe(401);
  expect(taken).toEqual([]);
});

test("who only asks, and what is no list, is told so", async () => {
  const url = await serve();
  expect((await fetch(`${url}/audit`)).status).toBe(405);
  const bodies = ["", "{", "null", "[]", "{}", '{"kind":"EventList"}', "\u0000", "[".repeat(50_000), new Uint8Array([0xff, 0xfe])];
  expect(await Promise.all(bodies.map((body) => post(`${url}/audit`, body)))).toEqual(bodies.map(() => 400));
  expect(await post(`${url}/auditor`)).toBe(404);
});

test("a body beyond the limit is 413 before it is read", async () => {
  const url = await serve({ bodyLimit: 1000 });
  expect(await post(`${url}/audit`, "x".repeat(1001))).toBe(413);
  expect(taken).toEqual([]);
});

test("a body that is nested deep does not stop the process", async () => {
  const url = await serve();
  const deep = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  expect(await post(`${url}/audit`, deep)).toBe(200);
});

test("a client that goes away in the middle of a body leaves nothing behind", async () => {
  const url = new URL(await serve());
  const socket = connect(Number(url.port), url.hostname);
  socket.write(`POST /audit HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-length: 100\r\n\r\n{"kind"`, () => socket.destroy());
  await new Promise((resolve) => socket.once("close", resolve));
  expect(await post(`${url.origin}/audit`)).toBe(200);
  expect(taken).toHaveLength(1);
  expect(JSON.stringify(logger.lines)).not.toContain(TOKEN);
});

test("the kubeconfig has the token where the API server will send it: over TLS as a token, else in the path", () => {
  expect(auditKubeconfig({ url: "https://hooks.example.com/", token: TOKEN })).toContain("server: https://hooks.example.com/audit\n");
  expect(auditKubeconfig({ url: "http://10.0.0.7:9292", token: TOKEN })).toContain(`server: http://10.0.0.7:9292/audit/${TOKEN}\n`);
  expect(auditKubeconfig({ url: "https://hooks.example.com", token: TOKEN })).toContain(`token: ${TOKEN}\n`);
});

test("the policy leaves out what the operator writes, and reads", () => {
  const policy = auditPolicy("system:serviceaccount:driftless-system:driftless");
  expect(policy).toContain("- system:serviceaccount:driftless-system:driftless");
  expect(policy).not.toMatch(/\b(get|list|watch)\b/);
});
