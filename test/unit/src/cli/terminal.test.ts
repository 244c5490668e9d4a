import { describe, expect, test } from "vitest";
import { paletteFor, printable, table } from "../../../../src/cli/terminal.ts";

const stream = (isTTY: boolean) => ({ isTTY, write: () => true });

describe("paletteFor", () => {
  test.each([
    ["in a terminal", true, {}, "\u001B[31mx\u001B[39m"],
    ["in a pipe", false, {}, "x"],
    ["against NO_COLOR", true, { NO_COLOR: "1" }, "x"],
    ["with an empty NO_COLOR, which counts as unset", true, { NO_COLOR: "" }, "\u001B[31mx\u001B[39m"],
    ["in a dumb terminal", true, { TERM: "dumb" }, "x"],
  ])("%s", (_where, isTTY, env, shown) => {
    expect(paletteFor(stream(isTTY), env).red("x")).toBe(shown);
  });
});

describe("table", () => {
  test("puts cells under each other and nothing at the end of a line", () => {
    expect(table([["NAME", "READY", "REVISION"], ["shop", "True", ""], ["a-long-name", "", "main@4f2c9d1"]])).toBe(
      "NAME         READY  REVISION\nshop         True\na-long-name         main@4f2c9d1\n",
    );
  });

  test("does not count colours as width", () => {
    const { green } = paletteFor(stream(true), {});
    expect(table([[green("ok"), "x"], ["wait", "y"]])).toBe(`${green("ok")}    x\nwait  y\n`);
  });

  test("of nothing is nothing", () => {
    expect(table([])).toBe("");
  });
});

test("printable takes away what would steer the terminal", () => {
  expect(printable("fix\u001B]0;owned\u0007 it\u001B[2J\nnow\u202Eevil")).toBe("fix]0;owned it[2J nowevil");
});
