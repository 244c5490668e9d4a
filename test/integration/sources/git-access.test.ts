import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createServer as createHttpServer } from "node:http";
import type { RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { createCertificateAuthority } from "../../../src/sandbox/certificates.ts";
import { commitFiles } from "../../../src/sandbox/git-repo.ts";
import { parseCredentials } from "../../../sources/git/credentials.ts";
import type { GitCredentials } from "../../../sources/git/credentials.ts";
import type { GitRemoteSpec } from "../../../sources/git/git-source.ts";
import { startAlteringProxy } from "../../support/altering-proxy.ts";
import { contentOf, gitRepositories, gitServer, noSignal } from "../../support/git-fixture.ts";

const specOf = (url: string, credentials?: GitCredentials, timeoutMs = 30_000): GitRemoteSpec => ({ url, timeoutMs, credentials });

function credentialsOf(values: Readonly<Record<string, string>>, name = "git"): GitCredentials {
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
  return parseCredentials({ namespace: "shop", name, data });
}

async function httpServer(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP
}

const failure = async (spec: GitRemoteSpec, options = {}): Promise<Error> => {
  const { repositories } = await gitRepositories(options);
  return repositories.lookUp(spec, noSignal()).then(
    () => expect.fail("the look-up succeeded"),
    (error: unknown) => error as Error, // only errors are thrown
  );
};

test("basic authentication opens a repository", async () => {
  const { server } = await gitServer({ auth: { username: "ann", password: "pä:ss" } });
  const repo = await server.createRepo("shop");
  await commitFiles(repo.dir, { a: "1" });
  const { repositories } = await gitRepositories();
  const spec = specOf(repo.url, credentialsOf({ username: "ann", password: "pä:ss" }));
  expect(contentOf(await repositories.fetch(spec, await repositories.lookUp(spec, noSignal()), noSignal()))).toEqual({ a: "1" });
});

test("a bearer token opens a repository", async () => {
  const { server } = await gitServer({ auth: { bearer: "token-1" } });
  const repo = await server.createRepo("shop");
  const commit = await commitFiles(repo.dir, { a: "1" });
  const { repositories } = await gitRepositories();
  expect(await repositories.lookUp(specOf(repo.url, credentialsOf({ bearerToken: "token-1" })), noSignal())).toEqual({ name: "main", commit });
});

test("wrong and missing credentials are told apart, by the keys of the Secret and never by value", async () => {
  const { server } = await gitServer({ auth: { username: "ann", password: "right" } });
  const { url } = await server.createRepo("shop");
  expect(await failure(specOf(url))).toMatchObject({ code: "GIT_UNAUTHORIZED", message: `${url}: access denied (HTTP 401): no credentials were sent; name a Secret with username and password, or bearerToken, in secretRef` });
  const wrong = await failure(specOf(url, credentialsOf({ username: "ann", password: "hidden" })));
  expect(wrong).toMatchObject({ code: "GIT_UNAUTHORIZED", message: expect.stringContaining("username and password of Secret shop/git were sent") as string });
  expect(`${wrong.stack}${JSON.stringify(wrong)}`).not.toContain("hidden");
});

test("credentials that change take effect at once, also when they are revoked", async () => {
  const { server } = await gitServer({ auth: { bearer: "token-2" } });
  const { url, dir } = await server.createRepo("shop");
  await commitFiles(dir, { a: "1" });
  const { repositories } = await gitRepositories();
  await expect(repositories.lookUp(specOf(url, credentialsOf({ bearerToken: "token-1" })), noSignal())).rejects.toMatchObject({ code: "GIT_UNAUTHORIZED" });
  expect(await repositories.lookUp(specOf(url, credentialsOf({ bearerToken: "token-2" })), noSignal())).toMatchObject({ name: "main" });
  await expect(repositories.lookUp(specOf(url, credentialsOf({ bearerToken: "token-1" })), noSignal())).rejects.toMatchObject({ code: "GIT_UNAUTHORIZED" });
});

test("what was fetched with one Secret is not opened with another or without", async () => {
  const { server } = await gitServer({ auth: { bearer: "token" } });
  const { url, dir } = await server.createRepo("shop");
  await commitFiles(dir, { a: "1" });
  const { repositories } = await gitRepositories();
  const own = specOf(url, credentialsOf({ bearerToken: "token" }));
  const resolved = await repositories.lookUp(own, noSignal());
  await repositories.fetch(own, resolved, noSignal());
  expect(await repositories.open(own, resolved)).toBeDefined();
  expect(await repositories.open(specOf(url), resolved)).toBeUndefined();
  expect(await repositories.open(specOf(url, credentialsOf({ bearerToken: "token" }, "other")), resolved)).toBeUndefined();
});

test("a server with a private CA is reached with ca.crt, and without it the error says what to do", async () => {
  const authority = await createCertificateAuthority("private");
  const { server } = await gitServer({ tls: await authority.issueServer(["127.0.0.1"]) });
  const { url, dir } = await server.createRepo("shop");
  const commit = await commitFiles(dir, { a: "1" });
  const { repositories } = await gitRepositories();
  expect(await repositories.lookUp(specOf(url, credentialsOf({ "ca.crt": authority.certPem })), noSignal())).toEqual({ name: "main", commit });
  expect(await failure(specOf(url))).toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringMatching(/signed by an unknown CA .*; put the CA into the key ca\.crt/) as string });
  const other = await createCertificateAuthority("other");
  expect(await failure(specOf(url, credentialsOf({ "ca.crt": other.certPem })))).toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringContaining("does not hold the CA that signed it") as string });
});

test("a certificate for another host is told", async () => {
  const authority = await createCertificateAuthority("private");
  const { server } = await gitServer({ tls: await authority.issueServer(["git.example.com"]) });
  const { url } = await server.createRepo("shop");
  expect(await failure(specOf(url, credentialsOf({ "ca.crt": authority.certPem })))).toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringContaining("certificate is for another host name") as string });
});

test("http and https mixed up are told", async () => {
  const authority = await createCertificateAuthority("private");
  const [plain, secure] = [await gitServer(), await gitServer({ tls: await authority.issueServer(["127.0.0.1"]) })];
  expect(await failure(specOf(`${plain.server.url.replace("http:", "https:")}/shop.git`))).toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringMatching(/does not speak TLS|may speak plain http/) as string });
  expect((await failure(specOf(`${secure.server.url.replace("https:", "http:")}/shop.git`))).message).toMatch(/connection was|speak HTTP/);
});

test("nothing listening, no such host and no such repository are told apart", async () => {
  const free = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => free.once("listening", done));
  const { port } = free.address() as AddressInfo; // listening on TCP
  await new Promise((done) => free.close(done));
  expect(await failure(specOf(`http://127.0.0.1:${port}/shop.git`))).toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringContaining("connection refused") as string });
  expect(await failure(specOf("http://no-such-host.invalid/shop.git"))).toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringMatching(/does not exist|DNS/) as string });
  const { server } = await gitServer();
  expect(await failure(specOf(`${server.url}/nothing.git`))).toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringContaining("no repository there (HTTP 404); check the url") as string });
});

test("a server that stays silent ends in a time-out, before and in the middle of an answer", async () => {
  const { server } = await gitServer();
  const { dir } = await server.createRepo("shop");
  await commitFiles(dir, { a: "1" });
  const silent = await httpServer(() => {});
  expect(await failure(specOf(`${silent}/shop.git`, undefined, 50))).toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringContaining("no complete answer within 50ms") as string });
  const stalling = await startAlteringProxy(server.url, ({ body }) => ({ body: body.subarray(0, 20), ending: "silence" }));
  expect(await failure(specOf(`${stalling.url}/shop.git`), { idleTimeoutMs: 100 })).toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringContaining("the server stopped sending in the middle") as string });
});

test("a caller that gives up gets its own reason", async () => {
  const silent = await httpServer(() => {});
  const { repositories } = await gitRepositories();
  const controller = new AbortController();
  const lookUp = repositories.lookUp(specOf(`${silent}/shop.git`), controller.signal);
  controller.abort(new Error("shutting down"));
  await expect(lookUp).rejects.toThrow("shutting down");
});

test("a redirect on the same host is followed with credentials, one to another origin without", async () => {
  const { server, requests } = await gitServer({ auth: { bearer: "token" } });
  const { dir } = await server.createRepo("shop");
  const commit = await commitFiles(dir, { a: "1" });
  const moved = await startAlteringProxy(server.url, ({ target, headers, body }) =>
    target.startsWith("/old.git") ? { status: 301, headers: { location: target.replace("/old.git", "/shop.git") }, body: Buffer.alloc(0) } : { headers, body },
  );
  const credentials = credentialsOf({ bearerToken: "token" });
  const { repositories } = await gitRepositories();
  expect(await repositories.lookUp(specOf(`${moved.url}/old.git`, credentials), noSignal())).toEqual({ name: "main", commit });
  const elsewhere = await httpServer((request, response) => response.writeHead(302, { location: `${server.url}${request.url}` }).end());
  requests.length = 0;
  expect(await failure(specOf(`${elsewhere}/shop.git`, credentials))).toMatchObject({ code: "GIT_UNAUTHORIZED", message: expect.stringContaining(`credentials were not sent because the server redirected to ${server.url}`) as string });
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

test.each([
  ["in a circle", (url: string) => url, "more than 3 redirects"],
  ["to a login page", () => "/login?next=shop", "is no Git repository; a login page may be in the way"],
  ["to another protocol", () => "ftp://127.0.0.1/shop.git/info/refs", "is not followed"],
  ["nowhere", () => "", "which is no Git repository"],
])("a redirect %s is an error that says so", async (_where, location, message) => {
  const url = await httpServer((request, response) => response.writeHead(302, { location: location(request.url ?? "") }).end());
  expect((await failure(specOf(`${url}/shop.git`))).message).toMatch(new RegExp(`${message}|more than 3 redirects`));
});

test("a repository that a redirect led to is found again when it moves", async () => {
  const { server } = await gitServer();
  const date = new Date("2026-01-01T00:00:00Z");
  for (const name of ["first/shop", "second/shop"]) await commitFiles((await server.createRepo(name)).dir, { a: "1" }, { date });
  let current = "first";
  const moving = await startAlteringProxy(server.url, ({ target, headers, body }) => {
    if (target.startsWith("/shop.git/")) return { status: 307, headers: { location: `/${current}${target}` }, body: Buffer.alloc(0) };
    return target.startsWith(`/${current}/`) ? { headers, body } : { status: 404 };
  });
  const { repositories } = await gitRepositories();
  const resolved = await repositories.lookUp(specOf(`${moving.url}/shop.git`), noSignal());
  current = "second";
  expect(await repositories.lookUp(specOf(`${moving.url}/shop.git`), noSignal())).toEqual(resolved);
  expect(contentOf(await repositories.fetch(specOf(`${moving.url}/shop.git`), resolved, noSignal()))).toEqual({ a: "1" });
});

test.each([
  ["a web page", { "content-type": "text/html; charset=utf-8" }, "<html>", "a web page instead of Git's smart HTTP protocol"],
  ["plain files", { "content-type": "text/plain" }, "abc\trefs/heads/main\n", "plain files (the dumb HTTP protocol)"],
  ["an older protocol", { "content-type": "application/x-git-upload-pack-advertisement" }, "001e# service=git-upload-pack\n0000000eversion 1\n0000", "an older protocol instead of Git protocol version 2"],
  ["noise", { "content-type": "application/x-git-upload-pack-advertisement" }, "hello world", "not the length of a packet"],
])("a server that answers with %s is told", async (_what, headers, body, message) => {
  const url = await httpServer((_request, response) => response.writeHead(200, headers).end(body));
  expect(await failure(specOf(`${url}/shop.git`))).toMatchObject({ code: "GIT_PROTOCOL", message: expect.stringContaining(message) as string });
});

test("a server that is turned off while its advertisement is remembered is told, and found again later", async () => {
  const { server } = await gitServer();
  const { dir } = await server.createRepo("shop");
  await commitFiles(dir, { a: "1" });
  let broken = false;
  const proxy = await startAlteringProxy(server.url, ({ headers, body }) => (broken ? { status: 503 } : { headers, body }));
  const { repositories } = await gitRepositories();
  const spec = specOf(`${proxy.url}/shop.git`);
  const resolved = await repositories.lookUp(spec, noSignal());
  broken = true;
  await expect(repositories.lookUp(spec, noSignal())).rejects.toMatchObject({ code: "GIT_UNREACHABLE", message: expect.stringContaining("HTTP 503") as string });
  broken = false;
  expect(await repositories.lookUp(spec, noSignal())).toEqual(resolved);
});

test("a kept connection that the server closed meanwhile is replaced without an error", async () => {
  const { server } = await gitServer();
  const { dir } = await server.createRepo("shop");
  await commitFiles(dir, { a: "1" });
  let cut = false;
  const proxy = await startAlteringProxy(server.url, ({ headers, body }) => (cut ? { headers, body: body.subarray(0, 10), ending: "cut" } : { headers, body }));
  const { repositories } = await gitRepositories();
  const spec = specOf(`${proxy.url}/shop.git`);
  const resolved = await repositories.lookUp(spec, noSignal());
  cut = true;
  await expect(repositories.lookUp(spec, noSignal())).rejects.toMatchObject({ code: "GIT_UNREACHABLE" });
  cut = false;
  expect(await repositories.lookUp(spec, noSignal())).toEqual(resolved);
});

test("credentials that a server echoes do not reach the error", async () => {
  const url = await httpServer((request, response) => {
    const body = `ERR you sent ${request.headers.authorization}`;
    response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" }).end(`${(body.length + 4).toString(16).padStart(4, "0")}${body}0000`);
  });
  const error = await failure(specOf(`${url}/shop.git`, credentialsOf({ username: "ann", password: "hidden" })));
  expect(error.message).toContain("the server refused: you sent Basic ***");
  expect(`${error.stack}`).not.toContain(Buffer.from("ann:hidden").toString("base64"));
});

test("addresses with credentials in them are refused without showing them", async () => {
  expect(await failure(specOf("https://ann:hidden@git.example.com/shop.git"))).toMatchObject({ code: "SPEC_INVALID", message: expect.not.stringContaining("hidden") as string });
});
