import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { parseWebhookToken, verifyWebhook, webhookPath } from "../../../sources/webhook.ts";

const TOKEN = "a long random text";
const body = Buffer.from('{"ref":"refs/heads/main"}');
const hmac = (algorithm: string, key = TOKEN): string => createHmac(algorithm, key).update(body).digest("hex");
const verdict = (headers: Record<string, string | string[]>, token = TOKEN): unknown => verifyWebhook({ headers, body }, token);

test.each([
  ["GitHub", { "x-github-event": "push", "x-hub-signature": `sha1=${hmac("sha1")}`, "x-hub-signature-256": `sha256=${hmac("sha256")}` }],
  ["a ping of GitHub", { "x-github-event": "ping", "x-hub-signature-256": `sha256=${hmac("sha256")}` }],
  ["Gitea", { "x-gitea-event": "push", "x-gitea-signature": hmac("sha256") }],
  ["Forgejo", { "x-forgejo-event": "push", "x-forgejo-signature": hmac("sha256") }],
  ["Bitbucket", { "x-event-key": "repo:push", "x-hub-signature": `sha256=${hmac("sha256").toUpperCase()}` }],
  ["GitLab", { "x-gitlab-event": "Push Hook", "x-gitlab-token": TOKEN }],
])("a call of %s with the right token is accepted", (_sender, headers) => {
  expect(verdict(headers)).toEqual({ kind: "Accepted" });
});

test.each([
  ["a signature with another key", { "x-hub-signature-256": `sha256=${hmac("sha256", "other")}` }, "the signature does not match"],
  ["a signature cut short", { "x-gitea-signature": hmac("sha256").slice(0, 63) }, "the signature does not match"],
  ["an empty signature", { "x-gitea-signature": "" }, "the signature does not match"],
  ["only a SHA-1 signature", { "x-hub-signature": `sha1=${hmac("sha1")}` }, "only a SHA-1 signature; SHA-256 is needed"],
  ["another token", { "x-gitlab-token": `${TOKEN}!` }, "the token does not match"],
  ["no proof at all", { "x-github-event": "push" }, "neither a signature nor a token in the headers"],
  ["a header twice", { "x-gitlab-token": [TOKEN, TOKEN] }, "neither a signature nor a token in the headers"],
])("a call with %s is rejected with the reason", (_what, headers, reason) => {
  expect(verdict(headers)).toEqual({ kind: "Rejected", reason });
});

test("a body that was changed on the way is rejected", () => {
  const headers = { "x-hub-signature-256": `sha256=${hmac("sha256")}` };
  expect(verifyWebhook({ headers, body: Buffer.from('{"ref":"refs/heads/evil"}') }, TOKEN)).toMatchObject({ kind: "Rejected" });
});

test("without a token nothing is accepted, however it is signed", () => {
  expect(verdict({ "x-gitea-signature": hmac("sha256", "") }, "")).toMatchObject({ kind: "Rejected" });
  expect(verdict({ "x-gitlab-token": "" }, "")).toMatchObject({ kind: "Rejected" });
});

test("the path depends on the token and on each part of the source", () => {
  const source = { namespace: "shop", name: "shop", uid: "1" };
  const path = webhookPath(TOKEN, source);
  expect(path).toMatch(/^\/hooks\/[0-9a-f]{64}$/);
  expect(webhookPath(TOKEN, source)).toBe(path);
  const others = [webhookPath("other", source), webhookPath(TOKEN, { ...source, uid: "2" }), webhookPath(TOKEN, { ...source, name: "cart" }), webhookPath(TOKEN, { ...source, namespace: "cart" })];
  expect(new Set([path, ...others]).size).toBe(5);
});

test("the token is read from its Secret without the line end that echo leaves", () => {
  const secret = { namespace: "shop", name: "hook", data: { token: Buffer.from(`${TOKEN}\n`).toString("base64") } };
  expect(parseWebhookToken(secret)).toBe(TOKEN);
  expect(() => parseWebhookToken({ namespace: "shop", name: "hook", data: { token: "" } })).toThrow(/Secret shop\/hook: token is missing/);
  expect(() => parseWebhookToken({ namespace: "shop", name: "hook" })).toThrow(/token is missing/);
});
