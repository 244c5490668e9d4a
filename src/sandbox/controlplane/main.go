// Command controlplane is a whole Kubernetes control plane in one program.
//
// It acts as the component named by the basename it was called by (a link) or, failing that, by its first argument:
//
//	controlplane kube-apiserver --secure-port 6443 ...
//
// The components are the unchanged upstream ones; only the choice between them is ours.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

var components = map[string]func(args []string){
	"etcd":                    etcdmain.Main,
	"kube-apiserver":          runCobra(apiserver.NewAPIServerCommand),
	"kube-controller-manager": runCobra(controllermanager.NewControllerManagerCommand),
	"kube-scheduler":          runCobra(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubectl":                 runKubectl,
}

func main() {
	args := os.Args
	name := strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	if components[name] == nil && len(args) > 1 {
		args = args[1:]
		name = args[0]
	}
	run := components[name]
	if run == nil {
		fmt.Fprintf(os.Stderr, "unknown component %q; known: %s\n", name, strings.Join(names(), ", "))
		os.Exit(2)
	}
	// Cobra and the flag sets of the components read os.Args themselves.
	os.Args = append([]string{name}, args[1:]...)
	run(os.Args)
}

func runCobra(newCommand func() *cobra.Command) func([]string) {
	return func([]string) { os.Exit(cli.Run(newCommand())) }
}

func runKubectl([]string) {
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		// Prints the error the way kubectl does and exits with its code.
		kubectlutil.CheckErr(err)
	}
}

func names() []string {
	list := make([]string, 0, len(components))
	for name := range components {
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}
