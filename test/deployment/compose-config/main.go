// Reads Compose files with the library of Docker Compose, as "docker compose config" does, and prints the services that would
// run as JSON. The first argument is the directory of the project. Variables come from the environment.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[2:], cli.WithWorkingDirectory(os.Args[1]), cli.WithOsEnv)
	if err != nil {
		log.Fatal(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(project.Services); err != nil {
		log.Fatal(err)
	}
}
