/** The words of --help. */

/** One command as help shows it. */
export interface CommandHelp {
  /** Name and arguments as commander reads them. */
  readonly usage: string;
  /** One line in the list of commands. */
  readonly summary: string;
  readonly description: string;
  /** What follows the options: examples, exit codes. */
  readonly after: string;
}

export const program = {
  summary: "Driftless: commits become live Kubernetes objects, and what is changed by hand is named and put back.",
  after: `
Start here:
  driftless up                        see it all happen on a cluster of its own, here
  driftless install | kubectl apply --server-side -f -
                                      put it into your cluster
  driftless status                    what is synced, what is healthy, since when
  driftless drift -A                  what differs from the source, and who changed it`,
};

export const up: CommandHelp = {
  usage: "up",
  summary: "see the whole story on a cluster of its own",
  description: `Starts a real Kubernetes control plane on this machine, a Git server with an example shop and the operator.
Then a commit travels into the cluster, something is broken by hand, and comes back with the name of whoever did it.`,
  after: `
Examples:
  driftless up                                     stay up and try things
  driftless up --once                              tell the story, print timings, exit 0 when every step worked
  driftless up --repo . --path overlays/prod       your own commits instead of the shop`,
};

export const operator: CommandHelp = {
  usage: "operator",
  summary: "run the operator (this is what the Deployment does)",
  description: "Watches GitSources and Applications and does its work until it gets SIGTERM, then drains. Logs JSON to standard error.",
  after: `
Environment: KUBECONFIG, POD_NAMESPACE, DRIFTLESS_CACHE_DIR, DRIFTLESS_LOG_LEVEL. Options win over it.`,
};

export const install: CommandHelp = {
  usage: "install",
  summary: "print the manifests that install Driftless",
  description: `Prints CustomResourceDefinitions, RBAC and a hardened Deployment as YAML. Contacts no cluster.
The operator writes nothing as itself: for each namespace it works in, --tenant grants acting as one account there.`,
  after: `
Examples:
  driftless install | kubectl apply --server-side -f -
  driftless install --image registry.example.com/driftless:1.2.3 --tenant shop:deployer
  driftless install --only crds | kubectl apply --server-side -f -
  driftless install --only tenants --tenant shop:deployer | kubectl apply --server-side -f -`,
};

export const uninstall: CommandHelp = {
  usage: "uninstall",
  summary: "remove Driftless from a cluster and leave what it deployed",
  description: `Stops the operator, lets go of the Applications, and deletes what install lists, the definitions last.
What was deployed stays as it is. Tells first what it is going to do, and asks. A second run goes on where one ended.`,
  after: `
Exit codes: 0 it is gone, 2 told and nothing changed, 1 something failed or is still there.

Examples:
  driftless uninstall                              tell, ask, and do it
  driftless uninstall < /dev/null                  only tell
  driftless uninstall --yes --delete-namespace     without asking, and the operator's namespace with it`,
};

export const render: CommandHelp = {
  usage: "render [directory]",
  summary: "print the objects that a folder or repository renders to",
  description: "Renders as the operator would and prints the objects with nothing of the operator's added. Contacts no cluster. Mistakes are told with file and line.",
  after: `
Examples:
  driftless render overlays/prod
  driftless render --repo https://git.example.com/shop.git --ref v1.4.0 --path overlays/prod -o json
  driftless render . -f apps/shop.yaml --substitute REGION=eu-1  what this Application makes of this checkout
  driftless render charts/shop --helm -f values.yaml --set image.tag=v1.4.0  what helm template prints`,
};

export const plan: CommandHelp = {
  usage: "plan <application>",
  summary: "show what a sync of an Application would change now",
  description: "Compares what the newest commit renders to with what is live, by the same plan that the operator carries out. Changes nothing.",
  after: `
Exit codes: 0 no change, 2 there are changes, 1 it could not be told.

Examples:
  driftless plan shop -n shop
  driftless plan shop -n shop --from .             what this checkout would change, before it is pushed
  driftless plan shop -n shop --from . -o markdown what CI posts on a pull request`,
};

export const status: CommandHelp = {
  usage: "status",
  summary: "what is synced, what is healthy, which revision, since when",
  description: "One line per Application, with what drifted and why it is not ready where it is not.",
  after: `
Exit codes: 0 every Application is ready, 1 at least one is not.`,
};

export const drift: CommandHelp = {
  usage: "drift [application]",
  summary: "what differs from the source now, who changed it, and what is done about it",
  description: `Reads DriftReports: what is live and not what the source wants, and with --reverted what was put back, with who and when.
In a diff - is live and + is what the source wants. Values of Secrets are masked in the report already.`,
  after: `
Exit codes: 0 no drift now, 2 there is drift, 1 it could not be told. With --watch: 0 when it is ended.

Examples:
  driftless drift                                  all Applications of the kubeconfig's namespace
  driftless drift shop -n shop --reverted          what was put back, too
  driftless drift -A --watch                       one line for everything that is found or put back
  driftless drift shop -n shop -o diff
  driftless drift -A -o json | jq '.items[].status.byActor'`,
};

export const auditConfig: CommandHelp = {
  usage: "audit-config",
  summary: "print what an API server needs to tell Driftless the names of users",
  description: `Prints a kubeconfig for the API server's audit webhook and a small audit policy. With them drift is told with user, groups
and program instead of the field manager alone. Reads the installation's key (Secret driftless-installation); changes nothing.
What it prints holds a token: who has it may tell Driftless of requests that nobody made.`,
  after: `
Examples:
  driftless audit-config --url http://10.96.14.7:9292 --only kubeconfig > audit-webhook.kubeconfig
  driftless audit-config --only policy > audit-policy.yaml
  kubectl -n driftless-system get service driftless-webhooks    # its cluster IP; most API servers do not resolve its name`,
};
