// The client tries a server with AWS's SDK for Go: client CASE ARGUMENT...
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

var cases = map[string]func(ctx context.Context, cfg aws.Config, words []string){
	"keys":         tryKeys,
	"streams":      tryStreams,
	"links":        tryLinks,
	"virtual-host": tryVirtualHost,
	"faults":       tryFaults,
	"cloudwatch":   tryCloudWatch,
	"sagemaker":    trySageMaker,
}

func main() {
	ctx := context.Background()
	// Address, region and keys come from the environment.
	cfg := must(config.LoadDefaultConfig(ctx))
	cases[os.Args[1]](ctx, cfg, os.Args[2:])
}

func must[T any](value T, err error) T {
	if err != nil {
		fail("%v", err)
	}
	return value
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}

// Ends the program unless both are the same.
func same[T comparable](what string, found T, wanted T) {
	if found != wanted {
		fail("%s: %#v, not %#v", what, found, wanted)
	}
}

// Prints a result for the test that started this program.
func tell(value any) {
	fmt.Println(string(must(json.Marshal(value))))
}

func linesOf(path string) []string {
	file := must(os.Open(path))
	defer file.Close()
	var lines []string
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	return lines
}
