package report

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Services are the CI services whose way to mark a line of the source is known, by their names for -annotate.
var Services = []string{"github", "azure", "teamcity"}

// ServiceOf returns the service that the environment belongs to, "" if it is none of these.
func ServiceOf(getenv func(string) string) string {
	switch {
	case getenv("GITHUB_ACTIONS") == "true":
		return "github"
	case strings.EqualFold(getenv("TF_BUILD"), "true"):
		return "azure"
	case getenv("TEAMCITY_VERSION") != "":
		return "teamcity"
	}
	return ""
}

// Annotations returns a line for each finding, in the form that a service reads from a log. Paths of findings are relative
// to the folder dir, and GitHub wants them to be to that of the repository, which is root.
func Annotations(r *Report, service, dir, root string) []string {
	var lines []string
	for i := range r.Tests {
		t := &r.Tests[i]
		for j := range t.Findings {
			lines = append(lines, annotation(t, &t.Findings[j], service, dir, root))
		}
	}
	return lines
}

func annotation(t *Test, f *Finding, service, dir, root string) string {
	text := f.Message
	if said := t.said(); f.Kind == "failure" && said != "" {
		text += ": " + said
	}
	if f.Class != "" {
		text += "\n" + f.Class + ": " + f.Says
	}
	if f.Schedule != "" {
		text += "\nagain: clew replay " + f.Schedule
	}
	file := f.File
	if file != "" && !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	title := "clew: " + t.Test
	switch service {
	case "azure":
		place := ""
		if file != "" {
			place = fmt.Sprintf("sourcepath=%s;linenumber=%d;", azureProperty.Replace(file), f.Line)
		}
		return fmt.Sprintf("##vso[task.logissue type=error;%s]%s", place, azureText.Replace(title+": "+text))
	case "teamcity":
		if file != "" {
			text = fmt.Sprintf("%s:%d: %s", fromRoot(file, root), f.Line, text)
		}
		return fmt.Sprintf("##teamcity[buildProblem description='%s']", teamcity(title+": "+text))
	}
	place := ""
	if file != "" {
		place = fmt.Sprintf("file=%s,line=%d,", githubProperty.Replace(filepath.ToSlash(fromRoot(file, root))), f.Line)
	}
	return fmt.Sprintf("::error %stitle=%s::%s", place, githubProperty.Replace(title), githubText.Replace(text))
}

// said is the first line that the test itself logged.
func (t *Test) said() string {
	for line := range strings.Lines(t.Output) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "clew: "):
			return ""
		case line != "" && !strings.HasPrefix(line, "--- ") && !strings.HasPrefix(line, "=== "):
			return line
		}
	}
	return ""
}

// fromRoot returns a path as seen from the repository's folder, if it is below.
func fromRoot(file, root string) string {
	if short, err := filepath.Rel(root, file); root != "" && err == nil && filepath.IsLocal(short) {
		return short
	}
	return file
}

// How the services want to have quoted what has a meaning for them.
var (
	githubText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	azureText      = strings.NewReplacer("%", "%AZP25", "\r", "%0D", "\n", "%0A")
	azureProperty  = strings.NewReplacer("%", "%AZP25", "\r", "%0D", "\n", "%0A", "]", "%5D", ";", "%3B")
)

// teamcity quotes a value; letters outside ASCII are told by their numbers.
func teamcity(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune("|'[]", r):
			b.WriteString("|" + string(r))
		case r == '\n':
			b.WriteString("|n")
		case r == '\r':
			b.WriteString("|r")
		case r > 0xffff:
			b.WriteString("?")
		case r > 126 || r < ' ':
			fmt.Fprintf(&b, "|0x%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
