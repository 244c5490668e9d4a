// Command supervise runs one command and makes sure that it does not outlive the process that asked for it.
//
//	supervise [--remove DIR]... [-- COMMAND [ARG...]]
//
// The parent holds the other end of our standard input and never writes to it. However the parent ends, the kernel
// closes that end; we read end-of-file, kill the command's process group and remove every DIR. A signal to us does the
// same. Without a command it only waits for the end of the parent and then removes. It is a program of its own, apart
// from the control plane, because one runs beside every component and it needs a thirtieth of the memory.
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

func main() {
	removeDirs, command := parse(os.Args[1:])
	stop := make(chan struct{}, 2)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop <- struct{}{}
	}()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		<-signals
		stop <- struct{}{}
	}()

	code := 0
	if len(command) > 0 {
		code = runUntil(command, stop)
	} else {
		<-stop
	}
	for _, dir := range removeDirs {
		removeAll(dir)
	}
	os.Exit(code)
}

func parse(args []string) (removeDirs, command []string) {
	for len(args) > 0 {
		switch {
		case args[0] == "--remove" && len(args) > 1:
			removeDirs, args = append(removeDirs, args[1]), args[2:]
		case args[0] == "--" && len(args) > 1:
			return removeDirs, args[1:]
		default:
			fmt.Fprintf(os.Stderr, "supervise: unexpected argument %q\n", args[0])
			os.Exit(2)
		}
	}
	if len(removeDirs) == 0 {
		fmt.Fprintln(os.Stderr, "supervise: neither --remove nor a command after -- given")
		os.Exit(2)
	}
	return removeDirs, nil
}

// runUntil runs the command until it ends or until something arrives on stop, and returns the exit code.
func runUntil(command []string, stop <-chan struct{}) int {
	// The parent-death signal belongs to the thread that forked; it has to live as long as the process.
	runtime.LockOSThread()
	child := exec.Command(command[0], command[1:]...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	child.SysProcAttr = childAttributes()
	if err := child.Start(); err != nil {
		fmt.Fprintf(os.Stderr, "supervise: %v\n", err)
		return 127
	}
	ended := make(chan struct{})
	go func() {
		_ = child.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		fmt.Fprintf(os.Stderr, "supervise: %s ended: %s\n", command[0], child.ProcessState)
	case <-stop:
		// Everything a sandbox holds is thrown away, so there is nothing to shut down gracefully.
		_ = syscall.Kill(-child.Process.Pid, syscall.SIGKILL)
		<-ended
	}
	if code := child.ProcessState.ExitCode(); code >= 0 {
		return code
	}
	return 1
}

// removeAll tries again for two seconds: components that die at the same moment may still create a file.
func removeAll(dir string) {
	for range 40 {
		if os.RemoveAll(dir) == nil {
			time.Sleep(20 * time.Millisecond)
			if _, err := os.Lstat(dir); os.IsNotExist(err) {
				return
			}
		}
		time.Sleep(30 * time.Millisecond)
	}
}
