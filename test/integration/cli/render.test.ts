import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitFiles, runGit } from "../../../src/sandbox/git-repo.ts";
import { startGitServer } from "../../../src/sandbox/git-server.ts";
import type { GitServer } from "../../../src/sandbox/git-server.ts";
import { driftless } from "../../support/run-cli.ts";

let server: GitServer;
let url: string;
let first: string;
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

beforeAll(async () => {
  server = await startGitServer();
  const repo = await server.createRepo("shop");
  url = repo.url;
  first = await commitFiles(repo.dir, { "app/a.yaml": configMap("one") });
  await runGit(["-C", repo.dir, "tag", "v1", first]);
  await commitFiles(repo.dir, { "app/a.yaml": configMap("two") });
});
afterAll(() => server.stop());

describe("driftless render --repo", () => {
  test.each([
    ["the branch of HEAD", () => [], "two"],
    ["a branch", () => ["--ref", "main"], "two"],
    ["a tag", () => ["--ref", "v1"], "one"],
    ["a tag by its whole name", () => ["--ref", "refs/tags/v1"], "one"],
  ])("renders %s", async (_what, ref, name) => {
    const { code, out, err } = await driftless("render", "--repo", url, "--path", "app", ...ref());
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(`apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`);
  });

  test("renders a commit that a tag points at", async () => {
    expect((await driftless("render", "--repo", url, "--path", "app", "--ref", first)).out).toContain("name: one");
  });

  test("tells that a ref or a path is not there", async () => {
    const ref = await driftless("render", "--repo", url, "--ref", "nowhere");
    const path = await driftless("render", "--repo", url, "--path", "nowhere");
    expect([ref.code, path.code]).toEqual([1, 1]);
    expect(ref.err).toContain("nowhere");
    expect(path.err).toContain('path "nowhere" not found; the root contains app/');
  });
});

describe("driftless render --allow-remote-bases", () => {
  test("fetches what kustomizations refer to, and without it says how to allow that", async () => {
    const repo = await server.createRepo("bases");
    await commitFiles(repo.dir, { "shared/kustomization.yaml": "resources: [s.yaml]\n", "shared/s.yaml": configMap("shared") });
    const over = await server.createRepo("over");
    await commitFiles(over.dir, { "kustomization.yaml": `namePrefix: x-\nresources:\n- ${repo.url}//shared?ref=main\n` });
    const { code, out, err } = await driftless("render", "--repo", over.url, "--allow-remote-bases");
    expect({ code, out, err }).toEqual({ code: 0, out: configMap("x-shared"), err: "" });
    const refused = await driftless("render", "--repo", over.url);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/^error: kustomization\.yaml:3:3: remote base ".*" is not fetched; .*remoteBases: Fetch/)]);
  });
});
