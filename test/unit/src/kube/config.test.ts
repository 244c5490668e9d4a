import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadClusterAccess } from "../../../../src/kube/config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "driftless-kubeconfig-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, user: object, { server = "https://one.invalid:6443", cluster = {}, context = {} } = {}): string {
  const file = path.join(folder, name);
  const document = {
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "c", user: "u", ...context } }],
    clusters: [{ name: "c", cluster: { server, ...cluster } }],
    users: [{ name: "u", user }],
  };
  writeFileSync(file, JSON.stringify(document));
  return file;
}
const material = (text: string): string => Buffer.from(text).toString("base64");

describe("a kubeconfig", () => {
  test("gives server, namespace, proxy and token", async () => {
    const file = write("config", { token: "t0k3n" }, { cluster: { "proxy-url": "http://proxy.invalid:3128" }, context: { namespace: "shop" } });
    const access = await loadClusterAccess({ kubeconfig: file });
    expect(access).toMatchObject({ server: "https://one.invalid:6443", namespace: "shop", proxyUrl: "http://proxy.invalid:3128" });
    expect((await access.credentials()).headers).toEqual({ authorization: "Bearer t0k3n" });
  });

  test("gives client certificate, authority, server name and the wish not to verify", async () => {
    const cluster = { "certificate-authority-data": material("CA"), "tls-server-name": "api.invalid" };
    const file = write("config", { "client-certificate-data": material("CERT"), "client-key-data": material("KEY") }, { cluster });
    const { tls } = await (await loadClusterAccess({ kubeconfig: file })).credentials();
    expect([tls.ca, tls.cert, tls.key].map(String)).toEqual(["CA", "CERT", "KEY"]);
    expect(tls).toMatchObject({ serverName: "api.invalid", skipVerify: false });
    const careless = write("careless", {}, { cluster: { "insecure-skip-tls-verify": true } });
    expect((await (await loadClusterAccess({ kubeconfig: careless })).credentials()).tls.skipVerify).toBe(true);
  });

  test("finds certificate files beside it and reads them again when they are replaced", async () => {
    writeFileSync(path.join(folder, "cert.pem"), "first");
    writeFileSync(path.join(folder, "key.pem"), "key");
    const access = await loadClusterAccess({ kubeconfig: write("config", { "client-certificate": "cert.pem", "client-key": "key.pem" }) });
    expect(String((await access.credentials()).tls.cert)).toBe("first");
    writeFileSync(path.join(folder, "cert.pem"), "second");
    expect(String((await access.credentials()).tls.cert)).toBe("second");
  });

  test("reads its tokenFile, without the newline at the end, and again when asked for fresh credentials", async () => {
    writeFileSync(path.join(folder, "token"), "first\n");
    const access = await loadClusterAccess({ kubeconfig: write("config", { tokenFile: "token" }) });
    expect((await access.credentials()).headers["authorization"]).toBe("Bearer first");
    writeFileSync(path.join(folder, "token"), "second\n");
    expect((await access.credentials({ fresh: true })).headers["authorization"]).toBe("Bearer second");
  });

  test("runs a credential plug-in and uses the token it prints", async () => {
    const printed = JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token: "plugged" } });
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: ["-e", `process.stdout.write(${JSON.stringify(printed)})`] };
    const access = await loadClusterAccess({ kubeconfig: write("config", { exec }) });
    expect((await access.credentials()).headers["authorization"]).toBe("Bearer plugged");
  });

  test("sends user and password as basic credentials", async () => {
    const access = await loadClusterAccess({ kubeconfig: write("config", { username: "me", password: "pw" }) });
    expect((await access.credentials()).headers["authorization"]).toBe(`Basic ${material("me:pw")}`);
  });

  test("is found by KUBECONFIG, where of equal names the first file's counts, then in the home folder", async () => {
    const first = write("first", { token: "1" });
    const second = write("second", { token: "2" }, { server: "https://two.invalid" });
    const KUBECONFIG = [path.join(folder, "absent"), first, second].join(path.delimiter);
    expect((await loadClusterAccess({ env: { KUBECONFIG } })).server).toBe("https://one.invalid:6443");
    mkdirSync(path.join(folder, ".kube"));
    write(".kube/config", { token: "3" }, { server: "https://home.invalid" });
    expect((await loadClusterAccess({ env: { HOME: folder } })).server).toBe("https://home.invalid");
  });

  test.each<[string, (file: string) => Parameters<typeof loadClusterAccess>[0], RegExp]>([
    ["a missing file", () => ({ kubeconfig: "/nowhere/kubeconfig" }), /kubeconfig \/nowhere\/kubeconfig: ENOENT/],
    ["an unknown context", (file) => ({ kubeconfig: file, context: "there" }), /context "there" names no cluster/],
    ["nothing at all", () => ({ env: { HOME: "/nowhere" } }), /no cluster to talk to: give --kubeconfig/],
  ])("%s is told with what to do", async (_name, options, message) => {
    await expect(loadClusterAccess(options(write("config", {})))).rejects.toThrow(message);
  });

  test("that is no kubeconfig is told with its path", async () => {
    const file = path.join(folder, "list");
    writeFileSync(file, "- a\n");
    await expect(loadClusterAccess({ kubeconfig: file })).rejects.toMatchObject({ code: "CREDENTIALS_INVALID", message: expect.stringContaining(file) as string });
  });
});
