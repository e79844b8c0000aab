module github.com/goclew/clew/examples

go 1.25.0
