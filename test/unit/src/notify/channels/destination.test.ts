import { describe, expect, test } from "vitest";
import { addressSet, isSpecial } from "../../../../../src/notify/channels/address-ranges.ts";
import { DeliveryError } from "../../../../../src/notify/channels/channel.ts";
import { checkUrl, ForbiddenAddress, guardedLookup, mayContact, parseAllowed } from "../../../../../src/notify/channels/destination.ts";
import type { Allowed, Lookup } from "../../../../../src/notify/channels/destination.ts";

const SPECIAL = [
  "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.0.1", "198.18.0.1", "192.0.2.7", "224.0.0.1", "255.255.255.255",
  "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0", "fd00::1", "fc00::1", "ff02::1", "fec0::1", "2001:db8::1", "2002:7f00:1::", "2001:0:1::1", "100::1",
  "::ffff:127.0.0.1", "::ffff:10.0.0.1", "0:0:0:0:0:ffff:a9fe:a9fe", "::ffff:0:0", "64:ff9b::10.0.0.1", "64:ff9b::1", "64:ff9b::", "64:ff9b:1::1",
  "", "localhost", "300.1.1.1", "127.1",
];
const PUBLIC = ["8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "169.253.1.1", "192.169.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"];

test.each(SPECIAL)("%j is nobody's address on the internet", (address) => {
  expect(isSpecial(address)).toBe(true);
});
test.each(PUBLIC)("%j is a public address", (address) => {
  expect(isSpecial(address)).toBe(false);
});

const problem = (url: string, allowed: Allowed = parseAllowed([])): string => {
  try {
    checkUrl(url, allowed, "spec.webhook.url");
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(DeliveryError);
    expect((error as DeliveryError).failure).toBe("Refused"); // just checked
    return (error as DeliveryError).message; // just checked
  }
};

describe("an address as it is written", () => {
  test.each(["http://127.0.0.1/x", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://①②⑦.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[0:0:0:0:0:ffff:7f00:1]/", "http://0/", "http://169.254.169.254/latest/meta-data/"])("%s is refused in every spelling", (url) => {
    expect(problem(url)).toMatch(/private network, of this machine or of nobody/);
  });

  test.each(["file:///etc/passwd", "ftp://example.com/", "javascript:alert(1)", "no address", "https://user:canary@example.com/", "https://canary@example.com/"])("%s is refused", (url) => {
    expect(problem(url)).toMatch(/^spec\.webhook\.url /);
    expect(problem(url)).not.toContain("canary");
  });

  test("a refusal shows neither path nor query", () => {
    expect(problem("http://10.0.0.1/services/T0/B0/canary?token=canary")).not.toContain("canary");
  });

  test("names pass: what they stand for is looked at when the connection is made", () => {
    expect(problem("https://hooks.slack.com/services/x")).toBe("");
    expect(problem("http://localhost/")).toBe("");
  });
});

describe("the allow list", () => {
  const allowed = parseAllowed(["10.0.0.0/8", "192.168.7.7", "fd00::/8", "Alertmanager.monitoring.svc"]);
  test.each([
    ["other.svc", "10.9.9.9", true],
    ["other.svc", "192.168.7.7", true],
    ["other.svc", "192.168.7.8", false],
    ["other.svc", "fd12::1", true],
    ["other.svc", "::ffff:10.0.0.1", true],
    ["other.svc", "::ffff:192.168.0.1", false],
    ["alertmanager.monitoring.svc", "172.20.0.1", true],
    ["ALERTMANAGER.monitoring.svc.", "172.20.0.1", true],
    ["evil.alertmanager.monitoring.svc", "172.20.0.1", false],
    ["alertmanager.monitoring.svc.evil.example", "172.20.0.1", false],
    ["example.com", "93.184.216.34", true],
  ])("%s at %s: %s", (host, address, expected) => {
    expect(mayContact(host, address, allowed)).toBe(expected);
  });

  test.each(["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "http://example.com", "host:80", "*.example.com", "", "fd00::/129", "-"])("%j is no entry of it", (entry) => {
    expect(() => parseAllowed([entry])).toThrow(RangeError);
  });

  test("a set of addresses names what is not one", () => {
    expect(() => addressSet(["example.com"])).toThrow(/"example\.com" is no address/);
  });
});

const look = (addresses: readonly string[], options: { all?: boolean; family?: number } = { all: true }, allowed = parseAllowed([])): Promise<unknown> => {
  const lookup: Lookup = (_host, callback) => callback(null, addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
  return new Promise((resolve, reject) => {
    guardedLookup(allowed, lookup)("rebinding.example", options, (error, address) => (error === null ? resolve(address) : reject(error)));
  });
};

describe("the guarded look-up", () => {
  test("answers with public addresses, all of them or the first", async () => {
    expect(await look(["8.8.8.8", "2606:4700::1111"])).toEqual([{ address: "8.8.8.8", family: 4 }, { address: "2606:4700::1111", family: 6 }]);
    expect(await look(["8.8.8.8", "2606:4700::1111"], {})).toBe("8.8.8.8");
    expect(await look(["8.8.8.8", "2606:4700::1111"], { family: 6 })).toBe("2606:4700::1111");
  });

  test.each([[["10.0.0.1"]], [["8.8.8.8", "127.0.0.1"]], [["::1"]], [["::ffff:169.254.169.254"]]])("fails when one of %j is not to be contacted", async (addresses) => {
    await expect(look(addresses)).rejects.toBeInstanceOf(ForbiddenAddress);
    await expect(look(addresses, { family: 4 })).rejects.toBeInstanceOf(Error);
  });

  test("passes on what the operator allows", async () => {
    expect(await look(["10.0.0.1"], {}, parseAllowed(["10.0.0.0/8"]))).toBe("10.0.0.1");
    expect(await look(["10.0.0.1"], {}, parseAllowed(["rebinding.example"]))).toBe("10.0.0.1");
  });

  test("a name without an address of the family is not found", async () => {
    await expect(look(["8.8.8.8"], { family: 6 })).rejects.toMatchObject({ code: "ENOTFOUND" });
  });
});
