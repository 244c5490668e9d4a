import { expect, test } from "vitest";
import { parseTree } from "../../../../sources/git/tree-object.ts";

const ID = "0123456789abcdef0123456789abcdef01234567";
const entry = (mode: string, name: string | Buffer): Buffer => Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(ID, "hex")]);
const tree = (...names: string[]): Buffer => Buffer.concat(names.map((name) => entry("100644", name)));

test("modes become kinds", () => {
  const modes = { "100644": "file", "100755": "file", "100664": "file", "40000": "directory", "040000": "directory", "120000": "symlink", "160000": "submodule" };
  for (const [mode, kind] of Object.entries(modes)) expect(parseTree(entry(mode, "a"))).toEqual([{ name: "a", kind, id: ID }]);
});

test("names that are unusual but harmless are taken", () => {
  const names = [".gitignore", ".gitmodules", "...", ".g", "git", "a:b", "CON", "-rf", "line\nend", "ü", "__proto__", ".github", "gitx~1"];
  expect(parseTree(tree(...names)).map(({ name }) => name)).toEqual(names);
});

test("a name that is not UTF-8 is read byte by byte", () => {
  expect(parseTree(entry("100644", Buffer.from([0x66, 0xfc, 0x72])))).toMatchObject([{ name: "für" }]);
});

test.each([".", "..", ".git", ".GIT", ".Git.", ".git ", ".git . ", "git~1", "GIT~2", ".git::$INDEX_ALLOCATION", ".git:x", ".g\u200cit", "\ufeff.git", ".\u200d.", "a/b", ""])(
  "the name %j is refused",
  (name) => expect(() => parseTree(tree("good", name))).toThrow(/such a tree is not used/),
);

test("a backslash is a character like any other: nothing is checked out", () => {
  expect(parseTree(tree("good", "system-\\x2dcryptsetup.slice"))).toMatchObject([{ name: "good" }, { name: "system-\\x2dcryptsetup.slice" }]);
});

test("a name that is there twice is refused, as a file and a directory too", () => {
  expect(() => parseTree(Buffer.concat([entry("100644", "a"), entry("40000", "a")]))).toThrow(/"a" is there twice/);
});

test.each(["100600", "777", "constructor", ""])("the mode %j is refused", (mode) => {
  expect(() => parseTree(entry(mode, "a"))).toThrow(/unknown mode/);
});

test("a tree that ends early is refused", () => {
  const whole = tree("name");
  for (let end = 1; end < whole.length; end++) expect(() => parseTree(whole.subarray(0, end))).toThrow(/malformed/);
});
