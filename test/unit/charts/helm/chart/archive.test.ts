import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { loadChart } from "../../../../../charts/helm/chart/load-chart.ts";
import { ParseCache } from "../../../../../charts/parse-cache.ts";
import { TracedTree } from "../../../../../charts/traced-tree.ts";
import { TreeFiles } from "../../../../../charts/tree-files.ts";
import { memoryTree } from "../../../../support/memory-tree.ts";
import { chartYaml, load, pack, packFiles, prepare, problemOf, tar, type Member } from "./chart-fixture.ts";

const withArchive = (archive: Uint8Array | string): Record<string, string | Uint8Array> => ({ "Chart.yaml": chartYaml("app"), "charts/s-1.2.0.tgz": archive });
const SUB = { "s/Chart.yaml": chartYaml("s"), "s/values.yaml": "x: 1\n", "s/templates/a.yaml": "a: 1" };

test("a packed chart is a dependency; .helmignore means nothing in it", () => {
  const { chart, values } = prepare(withArchive(packFiles({ ...SUB, "s/.helmignore": "LICENSE", "s/LICENSE": "x", "s/templates/.b.yaml": "x" })));
  expect(values).toEqual({ s: { global: {}, x: 1 } });
  const [sub] = chart.dependencies;
  expect(sub?.chart.files.map(({ name }) => name)).toEqual([".helmignore", "LICENSE"]);
  expect(sub?.chart.templates.map(({ name, path, text }) => [name, path, text])).toEqual([
    ["templates/a.yaml", "charts/s-1.2.0.tgz!s/templates/a.yaml", "a: 1"],
    ["templates/.b.yaml", "charts/s-1.2.0.tgz!s/templates/.b.yaml", "x"],
  ]);
});

test("archives within archives are unpacked, and an archive may be the chart itself", () => {
  const inner = packFiles({ "t/Chart.yaml": chartYaml("t") });
  const outer = packFiles({ ...SUB, "s/charts/t.tgz": inner });
  const chart = loadChart(new TreeFiles(memoryTree({ "s.tgz": outer }), new ParseCache(1 << 24)), "s.tgz", []);
  expect([chart.metadata.name, chart.dependencies.map(({ metadata, path }) => `${metadata.name} ${path}`)]).toEqual(["s", ["t s.tgz!s/charts/t.tgz"]]);
});

const longName = `s/${"folder/".repeat(30)}x.txt`;

test.each<[string, readonly Member[]]>([
  ["GNU tar", [{ name: "././@LongLink", type: "L", content: `${longName}\0` }, { name: longName.slice(0, 99), content: "x" }]],
  ["an extended header", [{ name: "x", type: "x", content: `${longName.length + 10} path=${longName}\n` }, { name: "s/short", content: "x" }]],
])("long names of %s are read", (_kind, members) => {
  const sub = Object.entries(SUB).map(([name, content]) => ({ name, content }));
  const chart = load(withArchive(pack([{ name: "g", type: "g", content: "x" }, ...members, ...sub, { name: "s/folder/", type: "5" }])));
  expect(chart.dependencies[0]?.files.map(({ name }) => name)).toEqual([longName.slice(2)]);
});

test.each<[string, Member, string]>([
  ["a path that leads upwards", { name: "s/../../x" }, 'member "s/../../x" leads out of the chart'],
  ["a path that leads upwards and down again", { name: "s/a/../../b" }, "leads out of the chart"],
  ["an absolute path", { name: "s//etc/passwd" }, "has an absolute path"],
  ["backslashes that lead upwards", { name: "s\\..\\x" }, "leads out of the chart"],
  ["a Windows drive", { name: "s/c:/x" }, "has the path of a Windows drive"],
  ["a file beside the folder", { name: "x" }, "lies outside of the chart's folder"],
  ["Chart.yaml at the top", { name: "Chart.yaml" }, "lies at the top of the archive"],
  ["a symbolic link", { name: "s/l", type: "2" }, 'charts/s-1.2.0.tgz: member "s/l" is a symbolic link, a chart has files only'],
  ["a hard link", { name: "s/l", type: "1" }, "is a hard link"],
  ["a device", { name: "s/l", type: "3" }, "is a device"],
  ["a pipe", { name: "s/l", type: "6" }, "is a pipe"],
  ["something that no one knows", { name: "s/l", type: "Z" }, 'is of the unknown type "Z"'],
])("an archive with %s is refused", (_what, member, message) => {
  expect(problemOf(() => load(withArchive(pack([...Object.entries(SUB).map(([name, content]) => ({ name, content })), member]))))).toContain(message);
});

const broken = Buffer.from(tar([{ name: "s/Chart.yaml", content: "x" }]));
broken[0] = 0x41;

test.each<[string, Uint8Array | string, string]>([
  ["is no archive", "plain text", "charts/s-1.2.0.tgz: is not compressed with gzip"],
  ["is empty", "", "is not compressed with gzip"],
  ["breaks off", packFiles(SUB).subarray(0, 100), "charts/s-1.2.0.tgz: cannot be uncompressed"],
  ["holds no tape archive", gzipSync("x".repeat(2000)), "the header at byte 0 has a wrong checksum"],
  ["has a changed header", gzipSync(broken), "the header at byte 0 has a wrong checksum"],
  ["ends within a member", gzipSync(tar([{ name: "s/x", content: "y".repeat(3000) }]).subarray(0, 1500)), 'ends within member "s/x"'],
  ["has no files", pack([{ name: "s/", type: "5" }]), "has no files"],
  ["has no Chart.yaml", packFiles({ "s/x": "y" }), "Chart.yaml is missing"],
  ["has an extended header that is none", pack([{ name: "x", type: "x", content: "99 path=a\n" }]), "an extended header is malformed"],
])("an archive that %s is refused", (_what, archive, message) => {
  expect(problemOf(() => load(withArchive(archive)))).toContain(message);
});

const MEBIBYTE = 1024 * 1024;
const ZEROS = gzipSync(Buffer.alloc(MEBIBYTE));

/** An archive with a file of zeros; parts of a gzip file may be compressed one by one. */
function bomb(mebibytes: number): Uint8Array {
  const head = tar([{ name: "s/zeros", size: mebibytes * MEBIBYTE }]).subarray(0, 512);
  return Buffer.concat([gzipSync(head), ...Array.from({ length: mebibytes }, () => ZEROS), gzipSync(tar([{ name: "s/Chart.yaml", content: chartYaml("s") }]))]);
}

test("an archive that unpacks to more than there is room for is refused", () => {
  expect(problemOf(() => load(withArchive(bomb(65))))).toBe("charts/s-1.2.0.tgz: unpacks to more than 64 MiB, which is all that is left for the archives of a chart");
});

test("archives share what room there is", () => {
  const half = bomb(40);
  expect(load({ "Chart.yaml": chartYaml("app"), "charts/a.tgz": half }).dependencies[0]?.files[0]?.bytes.length).toBe(40 * MEBIBYTE);
  expect(problemOf(() => load({ "Chart.yaml": chartYaml("app"), "charts/a.tgz": half, "charts/b.tgz": half }))).toBe("charts/b.tgz: unpacks to more than 23 MiB, which is all that is left for the archives of a chart");
});

test("an archive of too many members and archives without an end are refused", () => {
  const many = Array.from({ length: 10_001 }, (_, index) => ({ name: `s/${index}` }));
  expect(problemOf(() => load(withArchive(pack(many))))).toBe("charts/s-1.2.0.tgz: has more than 10000 members");
  let nested = packFiles(SUB);
  for (let depth = 0; depth < 20; depth += 1) nested = packFiles({ ...SUB, "s/charts/s.tgz": nested });
  expect(problemOf(() => load(withArchive(nested)))).toContain("charts are nested more than 16 deep");
});

test("a chart whose content is at hand is not parsed again, and counts as read all the same", () => {
  const files = { "Chart.yaml": chartYaml("app"), "values.yaml": "a: 1", "LICENSE": "x", "charts/s.tgz": packFiles(SUB) };
  const cache = new ParseCache(1 << 24);
  const loadTraced = (): readonly [unknown, readonly string[]] => {
    const tree = new TracedTree(memoryTree(files));
    const chart = loadChart(new TreeFiles(tree, cache), "", []);
    return [[chart.values, chart.metadata, chart.dependencies[0]], [...tree.trace.entries].filter(([, what]) => what.startsWith("file ")).map(([path]) => path).sort()];
  };
  const [first, read] = loadTraced();
  const [second, readAgain] = loadTraced();
  expect((second as unknown[]).every((part, index) => part === (first as unknown[])[index])).toBe(true);
  expect([read, readAgain]).toEqual([["Chart.yaml", "charts/s.tgz", "values.yaml"], ["Chart.yaml", "charts/s.tgz", "values.yaml"]]);
});
