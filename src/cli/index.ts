/** The command table. What a command does is loaded when it is called, so that --help and short commands stay quick. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { TOOL_VERSION } from "../api/group.ts";
import { logLevels, operatorDefaults } from "../config.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { reportError } from "./failure.ts";
import * as help from "./help.ts";
import { DEFAULT_IMAGE, DEFAULT_NAMESPACE } from "./install/names.ts";

/** Runs the command line (without node and script) and answers with the exit code. Errors are told on stderr. */
export async function runCli(args: readonly string[], context: CommandContext): Promise<number> {
  let exitCode = 0;
  const program = buildProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1; // already told by commander
    reportError(error, context);
    return 1;
  }
}

type SetExitCode = (code: number) => void;

function buildProgram(context: CommandContext, setExitCode: SetExitCode): Command {
  const program = new Command("driftless")
    .description(help.program.summary)
    .version(TOOL_VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", help.program.after)
    .showHelpAfterError("(driftless --help tells what there is)")
    .configureHelp({ subcommandTerm, optionDescription })
    .exitOverride()
    .configureOutput({ writeOut: (text) => void context.stdout.write(text), writeErr: (text) => void context.stderr.write(text) });
  const add = <Options>(text: help.CommandHelp, load: () => Promise<RunCommand<Options>>): Command =>
    addCommand(program, text, async (options) => setExitCode(await (await load())(options as Options, context))); // the options below are the fields of Options
  addUp(add);
  addOperator(add);
  addInstall(add);
  addUninstall(add);
  addRender(add);
  addPlan(add);
  addStatus(add);
  addDrift(add);
  addAuditConfig(add);
  return program;
}

type Add = <Options>(text: help.CommandHelp, load: () => Promise<RunCommand<Options>>) => Command;

/** The arguments of a command become fields of its options, under their own names. */
function addCommand(program: Command, text: help.CommandHelp, run: (options: object) => Promise<void>): Command {
  return program
    .command(text.usage)
    .summary(text.summary)
    .description(text.description)
    .addHelpText("after", text.after)
    .action(async (...all: unknown[]) => {
      const command = all.at(-1) as Command; // commander passes itself last
      const named = command.registeredArguments.map((argument, index): [string, unknown] => [argument.name(), command.processedArgs[index]]);
      await run({ ...command.opts(), ...Object.fromEntries(named) });
    });
}

function addUp(add: Add): void {
  add(help.up, async () => (await import("./up.ts")).up)
    .option("--once", "tell the story once, print a summary and exit", false)
    .option("--repo <url|dir>", "your own repository instead of the example shop; of a folder its commits are used")
    .option("--path <path>", "folder inside the repository", ".")
    .option("--ref <branch>", "branch to follow (default: the repository's own)")
    .addOption(kubeconfig("use this cluster instead of starting one"));
}

function addOperator(add: Add): void {
  add(help.operator, async () => (await import("./operator.ts")).operator)
    .addOption(kubeconfig())
    .option("--cache-dir <dir>", "folder for fetched Git objects; may be emptied between starts")
    .option("--http-address <address>", `probes and metrics (default: ${operatorDefaults.httpAddress})`)
    .option("--webhook-address <address>", `webhooks of Git hosts (default: ${operatorDefaults.webhookAddress})`)
    .option("--log-level <level>", `${logLevels.join(", ")} (default: ${operatorDefaults.logLevel})`)
    .option("--default-service-account <name>", `account that writes are made as where an Application names none (default: ${operatorDefaults.defaultServiceAccount})`)
    .option("--allow-destinations <list>", "what Notifiers may contact besides public addresses: ranges, addresses and host names, such as 10.0.0.0/8,alertmanager.monitoring.svc")
    .option("--cross-namespace-dependencies", "Applications may depend on Applications of other namespaces (default: they may not)")
    .option("--concurrency <n>", `Applications worked on at the same time (default: ${operatorDefaults.concurrency})`)
    .option("--namespace <name>", `the operator's own namespace (default: the Pod's, else ${operatorDefaults.namespace})`)
    .option("--installation <id>", "tells installations apart that reach the same cluster (default: kept in the operator's namespace)");
}

function addInstall(add: Add): void {
  add(help.install, async () => (await import("./install/command.ts")).install)
    .option("-n, --namespace <name>", "namespace of the operator", DEFAULT_NAMESPACE)
    .option("--image <image>", "image of the operator", DEFAULT_IMAGE)
    .option("--tenant <namespace:account>", "let the operator act as this account; may be given several times", collect, [])
    .addOption(new Option("--only <part>", "print only the definitions, or only what --tenant grants").choices(["crds", "tenants"]));
}

function addUninstall(add: Add): void {
  add(help.uninstall, async () => (await import("./uninstall.ts")).uninstall)
    .option("-n, --namespace <name>", "namespace of the operator", DEFAULT_NAMESPACE)
    .option("--delete-namespace", "delete that namespace too, with everything that is in it", false)
    .option("-y, --yes", "do not ask", false)
    .option("--timeout <duration>", "how long to wait for Pods, and for definitions, to be gone", "60s")
    .addOption(kubeconfig());
}

function addRender(add: Add): void {
  add(help.render, async () => (await import("./render.ts")).render)
    .option("--repo <url>", "a Git repository instead of a folder")
    .option("--ref <ref>", "branch, tag or full commit id of the repository (default: its HEAD)")
    .option("--path <path>", "folder inside the repository; for a folder: below it (default: it itself)")
    .option("-f, --file <file>", "render as the Application of this manifest would: its path and spec.render; with --helm a file with values", list, [])
    .option("--helm", "the folder is a chart: take helm's flags, print what helm template prints", false)
    .option("--values <file>", "--helm: a file with values, the last one counts most (also -f)", list, [])
    .option("--set <name=value>", "--helm: values", list, [])
    .option("--set-string <name=value>", "--helm: values that are text", list, [])
    .option("--set-json <name=json>", "--helm: values in JSON", list, [])
    .option("--set-file <name=file>", "--helm: values from files", list, [])
    .option("--set-literal <name=value>", "--helm: a value in which nothing has a meaning", list, [])
    .option("-n, --namespace <name>", "--helm: namespace of the release (default: default)")
    .option("--release-name <name>", "--helm: name of the release (default: release-name)")
    .option("--kube-version <version>", "--helm: Kubernetes that the chart is told")
    .option("-a, --api-versions <version>", "--helm: API versions that the chart is told besides", list, [])
    .option("--include-crds", "--helm: print the files of crds/, too", false)
    .option("--no-hooks", "--helm: leave hooks out")
    .option("--skip-tests", "--helm: leave tests out", false)
    .option("--is-upgrade", "--helm: the chart is told that it upgrades", false)
    .option("--skip-schema-validation", "--helm: do not look at values.schema.json", false)
    .addOption(new Option("--helm-version <version>", "--helm: the Helm whose rules are followed").choices(["v4", "v3"]).default("v4"))
    .option("--allow-remote-bases", "fetch folders of other repositories that kustomizations refer to", false)
    .option("--substitute <NAME=VALUE>", "a variable in texts of the objects; may be given several times", collectVariables, [])
    .addOption(new Option("-o, --output <format>", "yaml or json").choices(["yaml", "json"]).default("yaml"));
}

function addPlan(add: Add): void {
  add(help.plan, async () => (await import("./plan.ts")).plan)
    .option("-n, --namespace <name>", "namespace of the Application (default: the kubeconfig's)")
    .option("--from <dir>", "plan the files of this checkout instead of the source")
    .addOption(new Option("-o, --output <format>", "text, or markdown for a comment on a pull request").choices(["text", "markdown"]).default("text"))
    .option("--full", "list every object and field instead of counting long lists", false)
    .addOption(kubeconfig());
}

function addStatus(add: Add): void {
  add(help.status, async () => (await import("./status.ts")).status)
    .option("-n, --namespace <name>", "only this namespace (default: all)")
    .addOption(kubeconfig());
}

function addDrift(add: Add): void {
  add(help.drift, async () => (await import("./drift.ts")).drift)
    .option("-n, --namespace <name>", "namespace of the Application (default: the kubeconfig's)")
    .option("-A, --all-namespaces", "all Applications of all namespaces", false)
    .option("-w, --watch", "go on, and tell what is found, reverted and completed as it happens", false)
    .option("--reverted", "what was corrected, too", false)
    .addOption(new Option("-o, --output <format>", "table, diff or json").choices(["table", "diff", "json"]).default("table"))
    .addOption(kubeconfig());
}

function addAuditConfig(add: Add): void {
  add(help.auditConfig, async () => (await import("./audit-config.ts")).auditConfig)
    .option("--url <url>", "how the API server reaches the operator's webhook port, such as http://10.96.14.7:9292")
    .option("-n, --namespace <name>", "namespace of the operator", DEFAULT_NAMESPACE)
    .addOption(new Option("--only <part>", "print only this file").choices(["kubeconfig", "policy"]))
    .addOption(kubeconfig());
}

/** `plan <application>`: that a command has options need not be said in the list. */
const subcommandTerm = (command: Command): string =>
  [command.name(), ...command.registeredArguments.map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`))].join(" ");

/** The text of an option with its default as one would type it; switches are off without saying so. */
const optionDescription = ({ description, defaultValue }: Option): string =>
  typeof defaultValue === "string" ? `${description} (default: ${defaultValue})` : description;

const kubeconfig = (text = "path of a kubeconfig (default: $KUBECONFIG, ~/.kube/config, the Pod's account)"): Option => new Option("--kubeconfig <file>", text);

const list = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const collectVariables = (value: string, before: readonly string[]): readonly string[] => {
  if (!/^[A-Za-z_]\w*=/.test(value)) throw new InvalidArgumentError("Write NAME=VALUE, such as REGION=eu-1.");
  return [...before, value];
};

const collect = (value: string, before: readonly string[]): readonly string[] => {
  if (!value.includes(":")) throw new InvalidArgumentError("Write namespace:account, such as shop:deployer.");
  return [...before, value];
};
