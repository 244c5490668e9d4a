import { expect, test } from "vitest";
import { driftless } from "../../../support/run-cli.ts";

test("driftless audit-config --only policy contacts nothing", async () => {
  const { code, out, err } = await driftless("audit-config", "--only", "policy", "-n", "ops");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("--audit-policy-file=");
  expect(out).toContain("- system:serviceaccount:ops:driftless");
});

test.each([
  [[], "--url: say how the API server reaches the operator's webhook port, such as http://10.96.14.7:9292"],
  [["--url", "10.0.0.7:9292"], '--url: "10.0.0.7:9292" is no plain http:// or https:// address'],
  [["--url", "ftp://x"], "is no plain http:// or https:// address"],
  [["--url", "http://u:p@x"], "is no plain http:// or https:// address"],
  [["--url", "http://x?y=z"], "is no plain http:// or https:// address"],
])("says what is wrong with %j", async (args, message) => {
  const { code, out, err } = await driftless("audit-config", ...args);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain(message);
});
