import { describe, expect, test } from "vitest";
import type { Application } from "../../../../src/api/application.ts";
import { APPLYSET_GROUP_KINDS_ANNOTATION, APPLYSET_NAMESPACES_ANNOTATION } from "../../../../src/api/group.ts";
import { recordedPlaces, unite } from "../../../../src/controllers/member-places.ts";

function application(kinds: string, namespaces: string, membership: NonNullable<Application["status"]>["membership"] = {}): Application {
  const annotations = { [APPLYSET_GROUP_KINDS_ANNOTATION]: kinds, [APPLYSET_NAMESPACES_ANNOTATION]: namespaces };
  return { apiVersion: "driftless.dev/v1", kind: "Application", metadata: { name: "app", namespace: "shop", annotations }, spec: { sourceRef: { kind: "GitSource", name: "app" } }, status: { membership } };
}

const numbered = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe("the record of where members can be", () => {
  test("is what status and annotations say together", () => {
    const places = recordedPlaces(application("ConfigMap,Deployment.apps", "other", { groupKinds: ["Widget.example.com", "ConfigMap"], namespaces: ["shop"] }));
    expect(places).toEqual({ groupKinds: new Set(["Widget.example.com", "ConfigMap", "Deployment.apps"]), namespaces: new Set(["shop", "other"]) });
  });

  test.each(["", " ", "Deployment.apps ", ".apps", "Deployment.", "Deployment..apps", "Deployment.Apps", "a/b", "x y", "../secrets", "K".repeat(64), `K.${"a".repeat(254)}`, "é"])("leaves out what is no kind: %j", (name) => {
    expect(recordedPlaces(application(`Secret,${name}`, "")).groupKinds).toEqual(new Set(["Secret"]));
  });

  test.each(["", "Shop", "-a", "a-", "a.b", "a/b", "a".repeat(64)])("leaves out what is no namespace: %j", (name) => {
    expect(recordedPlaces(application("", `shop,${name}`)).namespaces).toEqual(new Set(["shop"]));
  });

  test("takes no more than the schema has room for, of the status first", () => {
    const { groupKinds, namespaces } = recordedPlaces(application(numbered("Bogus", 5000).join(","), numbered("n", 5000).join(","), { groupKinds: ["Real"], namespaces: ["shop"] }));
    expect([groupKinds.size, namespaces.size]).toEqual([512, 512]);
    expect([groupKinds.has("Real"), namespaces.has("shop")]).toEqual([true, true]);
  });

  test("gives way to what the desired objects need", () => {
    const recorded = { groupKinds: new Set(numbered("Bogus", 512)), namespaces: new Set(["old"]) };
    const { groupKinds, namespaces } = unite({ groupKinds: new Set(["Real", "Bogus0"]), namespaces: new Set(["shop"]) }, recorded);
    expect([groupKinds.size, groupKinds.has("Real"), groupKinds.has("Bogus0"), groupKinds.has("Bogus511")]).toEqual([512, true, true, false]);
    expect(namespaces).toEqual(new Set(["shop", "old"]));
  });
});
