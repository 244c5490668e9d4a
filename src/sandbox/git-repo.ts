import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { isolatedGitEnvironment } from "./git-backend.ts";

/** Content of one file; `null` deletes it. The mode is 100644 unless given. */
export type FileChange = string | Uint8Array | FileWithMode | null;

/** A file that is executable, or a symbolic link whose content is its target. */
export interface FileWithMode {
  readonly content: string | Uint8Array;
  readonly mode: "100644" | "100755" | "120000";
}

/** What a commit says besides its files. */
export interface CommitOptions {
  /** Default `update`. */
  readonly message?: string;
  /** `Name <mail>`. Default `Sandbox <sandbox@driftless.dev>`. */
  readonly author?: string;
  /** Created when it does not exist. Default `main`. */
  readonly branch?: string;
  /** Default: now. */
  readonly date?: Date;
  /** The tree becomes exactly these files instead of being changed by them. Default false. */
  readonly replace?: boolean;
}

/**
 * Commits files to a bare repository by one `git fast-import`, without a checkout, and returns the commit id. Deleting a
 * path that is a folder deletes everything in it.
 */
export async function commitFiles(repoDir: string, files: Readonly<Record<string, FileChange>>, options: CommitOptions = {}): Promise<string> {
  const ref = `refs/heads/${options.branch ?? "main"}`;
  const parent = (await runGit(["--git-dir", repoDir, "for-each-ref", "--format=%(objectname)", ref])).trim();
  const stream = importStream({ ref, parent, files, options });
  const importArgs = ["--git-dir", repoDir, "-c", "core.fsync=none", "fast-import", "--quiet", "--date-format=raw"];
  return (await runGit(importArgs, stream)).trim();
}

/** Runs git apart from the user's configuration and returns what it prints; its error text becomes the error. */
export async function runGit(args: readonly string[], input?: Uint8Array): Promise<string> {
  const child = spawn("git", args, { env: isolatedGitEnvironment(), stdio: ["pipe", "pipe", "pipe"] });
  const exit = new Promise<number>((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`git ${args[0]}: ${error.message}; install git`, { cause: error })));
    child.on("close", (code) => resolve(code ?? 1));
  });
  // A git that refuses its input closes the pipe; its exit code and text tell why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ended with ${code}: ${stderr.trim()}`);
  return stdout;
}

interface ImportStream {
  readonly ref: string;
  /** Commit id, empty for the first commit of a branch. */
  readonly parent: string;
  readonly files: Readonly<Record<string, FileChange>>;
  readonly options: CommitOptions;
}

/** The input format of git-fast-import(1); `get-mark` at the end makes it print the id of the commit. */
function importStream({ ref, parent, files, options }: ImportStream): Uint8Array {
  const who = `${options.author ?? "Sandbox <sandbox@driftless.dev>"} ${Math.floor((options.date ?? new Date()).getTime() / 1000)} +0000`;
  const parts: Uint8Array[] = [];
  const line = (content: string): number => parts.push(Buffer.from(`${content}\n`));
  const data = (content: string | Uint8Array): void => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    line(`data ${bytes.length}`);
    parts.push(bytes, Buffer.from("\n"));
  };
  line(`commit ${ref}`);
  line("mark :1");
  line(`author ${who}`);
  line(`committer ${who}`);
  data(options.message ?? "update");
  if (parent !== "") line(`from ${parent}`);
  if (options.replace === true) line("deleteall");
  for (const [path, change] of Object.entries(files)) {
    if (change === null) {
      line(`D ${quotePath(path)}`);
      continue;
    }
    const { content, mode } = typeof change === "string" || change instanceof Uint8Array ? { content: change, mode: "100644" } : change;
    line(`M ${mode} inline ${quotePath(path)}`);
    data(content);
  }
  line("get-mark :1");
  return Buffer.concat(parts);
}

/** The quoting of C, which fast-import reads; needed for quotes and line breaks, harmless for the rest. */
function quotePath(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
