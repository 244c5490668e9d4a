import { expect, test } from "vitest";
import { chartOptions } from "../../../../src/cli/render/chart-options.ts";

const DEFAULTS = { helm: true, hooks: true, output: "yaml", helmVersion: "v4" };

test.each([
  [["--helm", "charts/shop"], { directory: "charts/shop" }],
  [["charts/shop", "--helm", "-f", "a.yaml", "--file=b.yaml", "--values", "c.yaml"], { directory: "charts/shop", file: ["a.yaml", "b.yaml"], values: ["c.yaml"] }],
  [["--helm", "--set", "a=1,b=2", "--set=c==d", "--set-string", "e=f"], { set: ["a=1,b=2", "c==d"], setString: ["e=f"] }],
  [["--helm", "-n", "shop", "--release-name", "rel", "--path", "charts/shop"], { namespace: "shop", releaseName: "rel", path: "charts/shop" }],
  [["--helm", "--no-hooks", "--include-crds", "--skip-tests"], { hooks: false, includeCrds: true, skipTests: true }],
])("render %j prints a chart with the options that it names", (args, expected) => {
  expect(chartOptions(["render", ...args])).toEqual({ ...DEFAULTS, ...expected });
});

test.each([
  [["render", "charts/shop"]], [["plan", "--helm"]], [["--helm", "render"]], [["render", "a", "b", "--helm"]], [["render", "--helm", "--repo", "https://git.example.com/a"]], [["render", "--helm", "--help"]],
  [["render", "--path", "--helm"]], [["render", "--set", "--helm", "a"]], [["render", "--helm", "--set", "-a=b"]], [["render", "--helm", "--set"]], [["render", "--helm", "--", "a"]], [["render", "--helm", "-nshop"]],
  [["render", "--helm=true"]], [["render", "--helm", "-o", "json"]], [["render", "--helm", "--helm-version", "v3"]], [["render", "--helm", ""]], [["render", "--helm", "--constructor", "a"]],
])("%j is left to what knows all commands", (args) => {
  expect(chartOptions(args)).toBeUndefined();
});
