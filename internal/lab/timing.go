package lab

// timing returns the tests whose verdict clew explains by time: each of their findings comes only if a thread is held up, and names what the
// test relies upon. The keys are "package test", with "-" for a package all of whose failing tests are such; the values what clew says.
func (r *Report) timing() map[string]string {
	told := map[string]string{}
	others := map[string]bool{} // packages with tests that fail for another reason
	for _, t := range r.Tests {
		text := t.relies()
		switch {
		case text != "":
			told[t.Package+" "+t.Test] = text
			told[t.Package+" -"] = "of tests that rely on time"
		case t.Status == "fail":
			others[t.Package] = true
		}
	}
	for pkg := range others {
		delete(told, pkg+" -")
	}
	return told
}

// relies returns what clew says of a test that fails by time alone, empty for any other.
func (t *Test) relies() string {
	text := ""
	for _, f := range t.Findings {
		if f.DelayMS == 0 || len(f.ReliesOn) == 0 {
			return ""
		}
		text = f.Timing
	}
	return text
}
