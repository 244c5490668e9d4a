import type { FunctionTable, GoFunction } from "../go/value.ts";
import { define, fn } from "./define.ts";

const onPath = (change: (path: string) => string | boolean): Omit<GoFunction, "name"> => fn(["string"], (path) => change(path));

/** Go's path package, and its path/filepath as it is on Linux: both take slashes. */
export const pathFunctions: FunctionTable = define({
  base: onPath(baseOf),
  dir: onPath(directoryOf),
  clean: onPath(cleanPath),
  ext: onPath(extensionOf),
  isAbs: onPath(isAbsolute),
  osBase: onPath(baseOf),
  osDir: onPath(directoryOf),
  osClean: onPath(cleanPath),
  osExt: onPath(extensionOf),
  osIsAbs: onPath(isAbsolute),
});

/** The shortest path that means the same: no `.`, no `//`, `..` taken back where it can be; `.` for none. */
function cleanPath(path: string): string {
  const isRooted = isAbsolute(path);
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isRooted) kept.push(part);
  }
  const joined = kept.join("/");
  return isRooted ? `/${joined}` : joined === "" ? "." : joined;
}

/** The last part: `.` of nothing, `/` of slashes alone. */
function baseOf(path: string): string {
  if (path === "") return ".";
  let end = path.length;
  while (end > 0 && path.charAt(end - 1) === "/") end -= 1;
  return end === 0 ? "/" : path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

function directoryOf(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf("/") + 1));
}

/** From the last dot of the last part on. */
function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const at = name.lastIndexOf(".");
  return at < 0 ? "" : name.slice(at);
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/");
}
