// Command bundle makes the files of the viewer's page that browsers load, web/dist, of their sources in web/src:
//
//	go run ./internal/viewer/bundle
//
// The files are committed, so that `go install` is all it takes to build clew; this command's test fails when they are not up to date.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

const web = "internal/viewer/web"

func main() {
	files, err := bundle(web)
	for name, text := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(web, "dist", name), text, 0o666))
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "bundle: %v\n", err)
		os.Exit(1)
	}
}

// bundle returns the files of dist by their names. They depend on nothing but the sources.
func bundle(web string) (map[string][]byte, error) {
	folder, err := filepath.Abs(web)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: folder,
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "src/main.ts", OutputPath: "app"},
			{InputPath: "src/app.css", OutputPath: "app"},
		},
		Outdir:            "dist",
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            api.ES2022,
		Charset:           api.CharsetASCII,
		LegalComments:     api.LegalCommentsNone,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
	})
	for _, e := range result.Errors {
		at := ""
		if e.Location != nil {
			at = fmt.Sprintf("%s:%d: ", e.Location.File, e.Location.Line)
		}
		err = errors.Join(err, errors.New(at+e.Text))
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, err
}
