module github.com/goclew/clew/examples
