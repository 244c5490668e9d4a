/**
 * Writes the generated files; with --check writes nothing and exits 1 naming the files that differ from the tree.
 * With --merge-keys derives anew what kustomize knows of lists and scopes, which takes Go; else what is committed stays.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generatedFiles, generatedFolders } from "../src/cli/install/files.ts";
import { committedFacts, deriveFacts, FACTS_PATH, factsFile } from "./merge-key-facts.ts";

const root = join(import.meta.dirname, "..");
const facts = process.argv.includes("--merge-keys") ? deriveFacts() : committedFacts();
const files = new Map([...generatedFiles(), [FACTS_PATH, factsFile(facts)]]);

const current = async (path: string): Promise<string | undefined> => readFile(join(root, path), "utf8").catch(() => undefined);
const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(join(root, folder)).catch((): string[] => [])).map((name) => `${folder}/${name}`);

const differing: string[] = [];
for (const [path, text] of files) if ((await current(path)) !== text) differing.push(path);
const leftOver = (await Promise.all(generatedFolders.map(filesIn))).flat().filter((path) => !files.has(path));

if (process.argv.includes("--check")) {
  for (const path of differing) console.error(`${path} is not what the sources make`);
  for (const path of leftOver) console.error(`${path} is made by nothing any more`);
  if (differing.length + leftOver.length > 0) {
    console.error("run `npm run generate` and commit what it writes");
    process.exitCode = 1;
  }
} else {
  for (const path of differing) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), files.get(path) ?? "");
    console.log(`wrote ${path}`);
  }
  for (const path of leftOver) {
    await rm(join(root, path));
    console.log(`removed ${path}`);
  }
}
