import { describe, expect, test } from "vitest";
import { parseAddress, parseOperatorConfig } from "../../../src/config.ts";

const nowhere = { env: {}, podNamespace: undefined };

describe("parseOperatorConfig", () => {
  test("needs nothing", () => {
    expect(parseOperatorConfig({}, { ...nowhere, env: { HOME: "/home/ada" } })).toEqual({
      kind: "Valid",
      config: {
        kubeconfig: undefined,
        cacheDir: "/home/ada/.cache/driftless/operator",
        httpAddress: { host: "", port: 8080 },
        webhookAddress: { host: "", port: 9292 },
        logLevel: "info",
        defaultServiceAccount: "default",
        concurrency: 16,
        namespace: "driftless-system",
        installation: undefined,
        crossNamespaceDependencies: false,
        allowDestinations: [],
      },
    });
  });

  test("tells every mistake at once", () => {
    const options = { httpAddress: "8080", webhookAddress: ":70000", logLevel: "loud", concurrency: "0", defaultServiceAccount: "Me", installation: "x" };
    const parsed = parseOperatorConfig(options, { ...nowhere, env: { POD_NAMESPACE: "not a namespace" } });
    expect(parsed).toEqual({
      kind: "Invalid",
      problems: [
        '--http-address "8080" is not an address such as :8080 or 127.0.0.1:8080',
        '--webhook-address ":70000" is not an address such as :9292 or 127.0.0.1:9292',
        '--log-level "loud" is not one of debug, info, warn, error',
        '--default-service-account "Me" is not the name of a ServiceAccount',
        '--concurrency "0" is not a whole number from 1 to 64',
        '--namespace "not a namespace" is not the name of a namespace',
        '--installation "x" is not 4 to 64 lower-case letters, digits or -',
      ],
    });
  });

  test.each([
    ["the option", { namespace: "a" }, { POD_NAMESPACE: "b" }, "c", "a"],
    ["the environment", {}, { POD_NAMESPACE: "b" }, "c", "b"],
    ["the Pod's account", {}, { POD_NAMESPACE: "" }, "c", "c"],
    ["the default", {}, {}, undefined, "driftless-system"],
  ])("takes the namespace from %s", (_from, options, env, podNamespace, namespace) => {
    expect(parseOperatorConfig(options, { env, podNamespace })).toMatchObject({ config: { namespace } });
  });
});

test.each([
  [":8080", { host: "", port: 8080 }],
  ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
  ["[::1]:9292", { host: "::1", port: 9292 }],
  ["localhost:1", { host: "localhost", port: 1 }],
  ["8080", undefined],
  ["::1:8080", undefined],
  [":65536", undefined],
  ["host:", undefined],
])("parseAddress reads %s", (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});
