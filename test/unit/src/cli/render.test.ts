import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { driftless } from "../../../support/run-cli.ts";

let dir: string;
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  size: 9007199254740993\n`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "render-"));
  const files = {
    "tree/.git/HEAD": "ref: refs/heads/main\n",
    "tree/base/kustomization.yaml": "resources: [shop.yaml]\n",
    "tree/base/shop.yaml": configMap("shop").replace("9007199254740993", "'1'"),
    "tree/overlays/prod/kustomization.yaml": "resources: [../../base]\nnamePrefix: prod-\n",
    "plain/a.yaml": configMap("a"),
    "broken/a.yaml": "apiVersion: v1\nkind: [\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("driftless render", () => {
  test("builds an overlay whose base lies elsewhere in the same work tree", async () => {
    const { code, out, err } = await driftless("render", join(dir, "tree/overlays/prod"));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe("---\napiVersion: v1\ndata:\n  size: '1'\nkind: ConfigMap\nmetadata:\n  name: prod-shop\n".replaceAll("'", '"'));
  });

  test("takes a folder below another by --path", async () => {
    expect((await driftless("render", join(dir, "tree"), "--path", "overlays/prod")).out).toContain("name: prod-shop");
  });

  test("writes JSON whose integers are exact", async () => {
    const { out } = await driftless("render", join(dir, "plain"), "-o", "json");
    expect(out).toBe('{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"size":9007199254740993}}]}\n');
  });

  test("tells a mistake in one line with its file and line", async () => {
    const { code, out, err } = await driftless("render", join(dir, "broken"));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^error: broken\/a\.yaml:\d+:\d+: .*\n$|^error: a\.yaml:\d+:\d+: .*\n$/);
  });

  test("tells that there is no such folder", async () => {
    const inside = await driftless("render", join(dir, "tree/overlays/test"));
    const outside = await driftless("render", join(dir, "nowhere"));
    expect([inside.code, outside.code]).toEqual([1, 1]);
    expect(inside.err).toContain('path "overlays/test" not found; overlays contains prod/');
    expect(outside.err).toContain("there is no such directory");
  });

  test.each([
    [["a", "--repo", "https://git.example/x"], "give a folder or --repo, not both"],
    [["a", "--ref", "main"], "--ref is for --repo; a folder is rendered as it lies there"],
  ])("explains %j", async (args, message) => {
    const { code, err } = await driftless("render", ...args);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });
});
