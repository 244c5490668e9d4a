import * as fc from "fast-check";
import { expect, test } from "vitest";
import { networkFailure, statusFailure } from "../../../../sources/git/http-failure.ts";
import { Lru } from "../../../../sources/git/lru.ts";
import { encodeManifest, parseManifest } from "../../../../sources/git/manifest.ts";
import { nearMatches } from "../../../../sources/git/near-match.ts";

test("the cache never weighs more than its capacity and keeps what was used last", () => {
  const cache = new Lru<number>(100);
  for (let number = 0; number < 50; number++) {
    cache.set(`k${number}`, number, 10);
    cache.get("k0");
    expect(cache.weight).toBeLessThanOrEqual(100);
  }
  expect([cache.get("k0"), cache.get("k49"), cache.get("k20")]).toEqual([0, 49, undefined]);
});

test("the cache does not keep what alone would push out much of the rest", () => {
  const cache = new Lru<string>(100);
  cache.set("large", "x", 26);
  expect([cache.get("large"), cache.weight]).toEqual([undefined, 0]);
});

test("a value that is set again takes the place of the former one", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 30 })), { maxLength: 50 }), (steps) => {
      const cache = new Lru<number>(100);
      for (const [key, weight] of steps) {
        cache.set(key, weight, weight);
        expect(cache.get(key)).toBe(weight <= 25 ? weight : undefined);
      }
      const kept = ["a", "b", "c"].reduce((sum, key) => sum + (cache.get(key) ?? 0), 0);
      expect(cache.weight).toBe(kept);
    }),
  );
});

test("near names are found by few changed letters, best first", () => {
  const names = ["main", "master", "maintenance", "production", "prod", "release-1.2"];
  expect(nearMatches("mian", names)).toEqual(["main"]);
  expect(nearMatches("MAIN", names)).toEqual(["main"]);
  expect(nearMatches("prodction", names)).toEqual(["production"]);
  expect(nearMatches("release-1.3", names)).toEqual(["release-1.2"]);
  expect(nearMatches("qqq", names)).toEqual([]);
});

test("a manifest is read back, a damaged or newer one is not", () => {
  const oid = "a".repeat(40);
  const manifest = { packs: [{ name: oid, origin: "Base" as const }], tips: [oid] };
  expect(parseManifest(encodeManifest(manifest))).toEqual(manifest);
  const bad = ["", "{", "null", "[]", '{"format":2,"packs":[],"tips":[]}', '{"format":1,"packs":[{"name":"../x","origin":"Base"}],"tips":[]}', '{"format":1,"packs":[],"tips":[1]}', '{"format":1,"packs":[null],"tips":[]}'];
  for (const text of bad) expect(parseManifest(text)).toBeUndefined();
});

test.each([
  [401, undefined, "GIT_UNAUTHORIZED", "no credentials were sent; name a Secret"],
  [401, "shop/git", "GIT_UNAUTHORIZED", "username and password of Secret shop/git were sent"],
  [403, "shop/git", "GIT_UNAUTHORIZED", "username and password of Secret shop/git were sent"],
  [404, undefined, "GIT_UNREACHABLE", "no repository there (HTTP 404)"],
  [429, undefined, "GIT_UNREACHABLE", "limits the rate"],
  [503, undefined, "GIT_UNREACHABLE", "the server failed (HTTP 503)"],
  [418, undefined, "GIT_PROTOCOL", "unexpected answer (HTTP 418)"],
])("HTTP status %i becomes an error that says what to do", (status, owner, code, message) => {
  const credentials = owner === undefined ? undefined : { owner, keys: ["username", "password", "ca.crt"], auth: { kind: "Basic" as const, username: "ann", password: "hidden" } };
  const error = statusFailure(status, { credentials });
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string });
  expect(error.message).not.toContain("hidden");
});

test("credentials that were held back after a redirect are told", () => {
  expect(statusFailure(401, { withheldFrom: "https://other.example.com" }).message).toContain("not sent because the server redirected to https://other.example.com");
});

test("the cause of a network error is found inside wrappers, an unknown one keeps its code", () => {
  const wrapped = new TypeError("fetch failed", { cause: new AggregateError([Object.assign(new Error("x"), { code: "ECONNREFUSED" })]) });
  expect(networkFailure(wrapped, {}).message).toContain("connection refused");
  expect(networkFailure(Object.assign(new Error("x"), { code: "EWEIRD" }), {}).message).toBe("no answer from the server (EWEIRD)");
  expect(networkFailure("odd", {}).message).toBe("no answer from the server (unknown cause)");
});
