import { createHmac } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Logger } from "../../../../src/ports.ts";
import { startHttpServer } from "../../../../src/server/http.ts";
import type { HttpOptions, HttpServer } from "../../../../src/server/http.ts";

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => silent };
const servers: HttpServer[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close(0)));
});

async function serve(parts: Partial<HttpOptions>): Promise<string> {
  const server = await startHttpServer({ address: { host: "127.0.0.1", port: 0 }, logger: silent, ...parts });
  servers.push(server);
  return `http://127.0.0.1:${server.port}`;
}

async function call(url: string, init: RequestInit = {}): Promise<{ status: number; body: string; headers: Headers }> {
  const response = await fetch(url, init);
  return { status: response.status, body: await response.text(), headers: response.headers };
}

describe("probes", () => {
  test("tell that the process lives", async () => {
    const url = await serve({ probes: { notReady: () => "watches are not synced" } });
    expect(await call(`${url}/healthz`)).toMatchObject({ status: 200, body: "ok\n" });
  });

  test("tell what is missing until nothing is", async () => {
    let missing: string | undefined = "watches are not synced";
    const url = await serve({ probes: { notReady: () => missing } });
    expect(await call(`${url}/readyz`)).toMatchObject({ status: 503, body: "not ready: watches are not synced\n" });
    missing = undefined;
    expect(await call(`${url}/readyz?verbose`)).toMatchObject({ status: 200, body: "ok\n" });
  });

  test("are for reading only", async () => {
    const url = await serve({ probes: { notReady: () => undefined } });
    const answer = await call(`${url}/healthz`, { method: "POST" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await call(`${url}/healthz`, { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  });
});

describe("metrics", () => {
  test("are served with their content type", async () => {
    const url = await serve({ metrics: { text: async () => "up 1\n", contentType: "text/plain; version=0.0.4" } });
    const answer = await call(`${url}/metrics`);
    expect([answer.status, answer.body, answer.headers.get("content-type")]).toEqual([200, "up 1\n", "text/plain; version=0.0.4"]);
  });

  test("that cannot be made are a 500 that tells nothing", async () => {
    const url = await serve({ metrics: { text: () => Promise.reject(new Error("inside")), contentType: "text/plain" } });
    expect(await call(`${url}/metrics`)).toMatchObject({ status: 500, body: "internal error\n" });
  });
});

test.each(["/", "/healthz", "/metrics", "/hooks/x", "/favicon.ico"])("a part that is not served is a 404: %s", async (path) => {
  expect(await call(`${await serve({})}${path}`)).toMatchObject({ status: 404, body: "not found\n" });
});

describe("webhooks", () => {
  const token = "correct horse battery staple";
  const body = JSON.stringify({ ref: "refs/heads/main" });
  const signature = (text: string | Uint8Array): string => `sha256=${createHmac("sha256", token).update(text).digest("hex")}`;

  async function hooks(bodyLimit = 1024) {
    const seen = { triggered: 0, outcomes: [] as string[] };
    const registry = { find: (path: string) => (path === "/hooks/4f2c" ? { token, trigger: () => void seen.triggered++ } : undefined) };
    const url = await serve({ webhooks: { registry, bodyLimit, observe: (outcome) => seen.outcomes.push(outcome) } });
    return { url, seen };
  }

  test("that are genuine trigger the source and are answered 202", async () => {
    const { url, seen } = await hooks();
    expect(await call(`${url}/hooks/4f2c`, { method: "POST", body, headers: { "x-hub-signature-256": signature(body) } })).toMatchObject({ status: 202 });
    expect(seen).toEqual({ triggered: 1, outcomes: ["accepted"] });
  });

  test.each([
    ["without a signature", {}],
    ["with the signature of another body", { "x-hub-signature-256": `sha256=${"0".repeat(64)}` }],
  ])("%s are refused", async (_name, headers) => {
    const { url, seen } = await hooks();
    expect(await call(`${url}/hooks/4f2c`, { method: "POST", body, headers })).toMatchObject({ status: 401 });
    expect(seen).toEqual({ triggered: 0, outcomes: ["refused"] });
  });

  test("to a path of nobody are a 404, even with a good signature", async () => {
    const { url, seen } = await hooks();
    expect(await call(`${url}/hooks/other`, { method: "POST", body, headers: { "x-hub-signature-256": signature(body) } })).toMatchObject({ status: 404, body: "not found\n" });
    expect(seen).toEqual({ triggered: 0, outcomes: ["unknown"] });
  });

  test("only take POST", async () => {
    const { url, seen } = await hooks();
    const answer = await call(`${url}/hooks/4f2c`);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    expect(seen.triggered).toBe(0);
  });

  test("with a body as large as allowed are taken", async () => {
    const { url } = await hooks(4);
    expect(await call(`${url}/hooks/4f2c`, { method: "POST", body: "1234", headers: { "x-hub-signature-256": signature("1234") } })).toMatchObject({ status: 202 });
  });

  test("that announce too large a body are refused before it is sent", async () => {
    const { url, seen } = await hooks(1024);
    const answer = await raw(url, "POST /hooks/4f2c HTTP/1.1\r\nHost: x\r\nContent-Length: 1025\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(seen).toEqual({ triggered: 0, outcomes: [] });
  });

  test("that stream too large a body are cut off at the byte too many", async () => {
    const { url, seen } = await hooks(1024);
    const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
    const answer = await raw(url, `POST /hooks/4f2c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}1\r\nx\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(seen).toEqual({ triggered: 0, outcomes: [] });
  });

  test("whose sender goes away in the middle trigger nothing", async () => {
    const { url, seen } = await hooks();
    await new Promise<void>((resolve) => {
      const started = request(`${url}/hooks/4f2c`, { method: "POST", headers: { "content-length": "100" } });
      started.once("error", () => resolve());
      started.write("half", () => started.destroy(new Error("gone")));
    });
    expect(await call(`${url}/hooks/4f2c`, { method: "POST", body, headers: { "x-hub-signature-256": signature(body) } })).toMatchObject({ status: 202 });
    expect(seen).toEqual({ triggered: 1, outcomes: ["accepted"] });
  });
});

describe("closing a server", () => {
  test("lets a running request end", async () => {
    const answers: ((text: string) => void)[] = [];
    const entered = Promise.withResolvers<void>();
    const text = (): Promise<string> => new Promise((resolve) => {
      answers.push(resolve);
      entered.resolve();
    });
    const server = await startHttpServer({ address: { host: "127.0.0.1", port: 0 }, logger: silent, metrics: { text, contentType: "text/plain" } });
    const answer = call(`http://127.0.0.1:${server.port}/metrics`);
    await entered.promise;
    const closed = server.close(60_000);
    answers[0]?.("late but whole\n");
    expect(await answer).toMatchObject({ status: 200, body: "late but whole\n" });
    await closed;
  });

  test("cuts off who does not say what he wants", async () => {
    const server = await startHttpServer({ address: { host: "127.0.0.1", port: 0 }, logger: silent });
    const socket = await open(server.port);
    const cutOff = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
    socket.write("GET /hea");
    await server.close(0);
    await cutOff;
    expect(socket.destroyed).toBe(true);
  });

  test("frees the address for the next", async () => {
    const first = await startHttpServer({ address: { host: "127.0.0.1", port: 0 }, logger: silent });
    await expect(startHttpServer({ address: { host: "127.0.0.1", port: first.port }, logger: silent })).rejects.toThrow("EADDRINUSE");
    await first.close(0);
    servers.push(await startHttpServer({ address: { host: "127.0.0.1", port: first.port }, logger: silent }));
  });
});

function open(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.on("error", () => undefined); // a reset is what some tests want
    socket.resume();
    sockets.push(socket);
  });
}

/** Sends bytes as they are and reads the answer until the server ends the connection. */
async function raw(url: string, text: string): Promise<string> {
  const socket = await open(Number(new URL(url).port));
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  const closed = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
  socket.write(text);
  await closed;
  return Buffer.concat(chunks).toString();
}
