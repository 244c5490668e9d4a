import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";
import { authorizationOf, parseCredentials, scrub } from "../../../../sources/git/credentials.ts";

const encode = (data: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
const parse = (data: Record<string, string>): ReturnType<typeof parseCredentials> => parseCredentials({ namespace: "shop", name: "git", data: encode(data) });

test("user name and password become basic authentication", () => {
  const credentials = parse({ username: "ann", password: "pä:ss" });
  expect(credentials).toEqual({ owner: "shop/git", keys: ["username", "password"], auth: { kind: "Basic", username: "ann", password: "pä:ss" } });
  expect(authorizationOf({ kind: "Basic", username: "ann", password: "pä:ss" })).toBe(`Basic ${Buffer.from("ann:pä:ss").toString("base64")}`);
});

test("a bearer token is taken without the line end that echo leaves", () => {
  const credentials = parse({ bearerToken: "abc\n" });
  expect(credentials).toEqual({ owner: "shop/git", keys: ["bearerToken"], auth: { kind: "Bearer", token: "abc" } });
});

test("a CA alone is enough, and several certificates may stand in one key", () => {
  const ca = rootCertificates.slice(0, 2).join("\n");
  expect(parse({ "ca.crt": ca })).toEqual({ owner: "shop/git", keys: ["ca.crt"], ca });
});

test("a Secret without any of the keys gives no credentials, whatever else it holds", () => {
  expect(parse({ known_hosts: "x", username: "" })).toEqual({ owner: "shop/git", keys: [] });
  expect(parseCredentials({ namespace: "shop", name: "git" })).toEqual({ owner: "shop/git", keys: [] });
});

test.each<[Record<string, string>, string]>([
  [{ username: "ann" }, "password is missing beside username"],
  [{ password: "secret-value" }, "username is missing beside password"],
  [{ username: "ann", password: "secret-value", bearerToken: "secret-value" }, "keep one kind"],
  [{ username: "an:n", password: "secret-value" }, "username has a colon"],
  [{ bearerToken: "secret-value\r\nHost: evil" }, "bearerToken has line ends or control characters"],
  [{ "ca.crt": "secret-value" }, "ca.crt has no certificate in PEM form"],
  [{ "ca.crt": "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----" }, "ca.crt has a certificate that cannot be read"],
])("what is wrong is told without showing a value", (data, problem) => {
  const message = (): string => {
    try {
      return JSON.stringify(parse(data));
    } catch (error) {
      expect(error).toMatchObject({ code: "CREDENTIALS_INVALID" });
      return (error as Error).message;
    }
  };
  expect(message()).toContain(`Secret shop/git: `);
  expect(message()).toContain(problem);
  expect(message()).not.toContain("secret-value");
});

test("all problems are told at once", () => {
  expect(() => parse({ username: "a:b", "ca.crt": "x" })).toThrow(/password is missing.*colon.*ca\.crt/);
});

test("credentials that a server echoes are taken out of its words", () => {
  const basic = parse({ username: "ann", password: "p&ss" });
  const header = authorizationOf({ kind: "Basic", username: "ann", password: "p&ss" });
  expect(scrub(`denied: p&ss p%26ss ${header}`, basic)).toBe("denied: *** *** Basic ***");
  expect(scrub("denied: abc", parse({ bearerToken: "abc" }))).toBe("denied: ***");
  expect(scrub("denied", undefined)).toBe("denied");
});
