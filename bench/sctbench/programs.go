package main

// A program is one of package programs, and what is published about it.
type program struct {
	name      string // as in the papers
	test      string // its test; that of its twin ends with "Correct"
	threads   int    // the test's own counts
	budget    int    // how many times the usual number of schedules it gets, where that is more than once
	seeds     int    // trials at most, where they take long; 0 for as many as the others
	set       set
	published figures
}

// A set says in which of the published sums a program is.
type set int

const (
	beside set = iota // in none: of SCTBench, or on its own
	core              // one of the 38 that the papers on RFF and SURW take from SCTBench and ConVul
	common            // and one of the 26 of those that we take for the geometric mean
)

// Published are the strategies of the papers, in the order of their columns.
var published = []string{"RW", "PCT-3", "POS", "SURW", "RFF"}

// Figures are the published mean numbers of schedules, by strategy. A star says that some trials found nothing, "none" that
// none found anything.
type figures map[string]string

// A sum is what is published of all programs together, or measured.
type sum struct {
	strategy string
	found    string // of the 38
	mean     string // geometric, of the 26
}

// sums are the published ones. "" is for what we do not know.
var sums = []sum{
	{"RW", "21", ""},
	{"PCT-3", "33", "53"},
	{"PCT-10", "", "27.6"},
	{"POS", "30", "19.4"},
	{"URW", "34", ""},
	{"SURW", "35", "7.2"},
}

// programs are all, in the order of the table.
var programs = []program{
	{name: "account", test: "TestAccount", threads: 4, set: common},
	{name: "bluetooth", test: "TestBluetooth", threads: 2, set: common,
		published: figures{"RW": "215", "PCT-3": "112", "POS": "36", "SURW": "70", "RFF": "45"}},
	{name: "carter01", test: "TestCarter01", threads: 5, set: common},
	{name: "circular_buffer", test: "TestCircularBuffer", threads: 3, set: common},
	{name: "deadlock01", test: "TestDeadlock01", threads: 3, set: common},
	{name: "lazy01", test: "TestLazy01", threads: 4, set: common},
	{name: "queue", test: "TestQueue", threads: 3, set: common},
	{name: "reorder_3", test: "TestReorder3", threads: 4, set: common},
	{name: "reorder_4", test: "TestReorder4", threads: 5, set: common},
	{name: "reorder_5", test: "TestReorder5", threads: 6, set: common},
	{name: "reorder_10", test: "TestReorder10", threads: 11, set: core,
		published: figures{"RW": "none", "PCT-3": "3225*", "POS": "none", "SURW": "17", "RFF": "6"}},
	{name: "reorder_20", test: "TestReorder20", threads: 21, set: core},
	{name: "reorder_50", test: "TestReorder50", threads: 51, set: core},
	{name: "reorder_100", test: "TestReorder100", threads: 101, set: core,
		published: figures{"RW": "none", "PCT-3": "none", "POS": "none", "SURW": "194", "RFF": "6"}},
	{name: "stack", test: "TestStack", threads: 3, set: common},
	{name: "token_ring", test: "TestTokenRing", threads: 5, set: common},
	{name: "twostage", test: "TestTwoStage", threads: 3, set: common},
	{name: "twostage_20", test: "TestTwoStage20", threads: 21, set: common},
	{name: "twostage_50", test: "TestTwoStage50", threads: 51, set: core},
	{name: "twostage_100", test: "TestTwoStage100", threads: 101, set: core,
		published: figures{"RW": "none", "PCT-3": "7466*", "POS": "6674*", "SURW": "454", "RFF": "56"}},
	{name: "wronglock", test: "TestWrongLock", threads: 9, set: common},
	{name: "wronglock_3", test: "TestWrongLock3", threads: 5, set: common},
	{name: "stringbuffer", test: "TestStringBuffer", threads: 2, set: common,
		published: figures{"RW": "2243*", "PCT-3": "281", "POS": "23", "SURW": "8", "RFF": "15"}},
	{name: "wsq", test: "TestWSQ", threads: 2, set: common,
		published: figures{"RW": "none", "PCT-3": "48", "POS": "12", "SURW": "6", "RFF": "10"}},
	{name: "iwsq", test: "TestIWSQ", threads: 2, set: common},
	{name: "iwsqws", test: "TestIWSQWS", threads: 2, set: common},
	{name: "swsq", test: "TestSWSQ", threads: 3, set: common},
	{name: "qsort_mt", test: "TestQsortMT", threads: 3, budget: 3, set: core,
		published: figures{"RW": "3442*", "PCT-3": "4714*", "POS": "3004*", "SURW": "3048*", "RFF": "322"}},
	{name: "CVE-2009-3547", test: "TestCVE20093547", threads: 3, set: common},
	{name: "CVE-2011-2183", test: "TestCVE20112183", threads: 3, set: core},
	{name: "CVE-2013-1792", test: "TestCVE20131792", threads: 3, set: core},
	{name: "CVE-2015-7550", test: "TestCVE20157550", threads: 3, set: core},
	{name: "CVE-2016-1972", test: "TestCVE20161972", threads: 3, set: core},
	{name: "CVE-2016-1973", test: "TestCVE20161973", threads: 3, set: core},
	{name: "CVE-2016-7911", test: "TestCVE20167911", threads: 3, set: common},
	{name: "CVE-2016-9806", test: "TestCVE20169806", threads: 3, set: common},
	{name: "CVE-2017-6346", test: "TestCVE20176346", threads: 3, set: common},
	{name: "CVE-2017-15265", test: "TestCVE201715265", threads: 3, set: common},
	{name: "SafeStack", test: "TestSafeStack", threads: 4, budget: 100, seeds: 2, published: figures{"SURW": "369000"}},
	{name: "arithmetic_prog", test: "TestArithmeticProg", threads: 3},
	{name: "din_phil2", test: "TestDinPhil2", threads: 3},
	{name: "din_phil3", test: "TestDinPhil3", threads: 4},
	{name: "din_phil4", test: "TestDinPhil4", threads: 5},
	{name: "din_phil5", test: "TestDinPhil5", threads: 6},
	{name: "din_phil6", test: "TestDinPhil6", threads: 7},
	{name: "din_phil7", test: "TestDinPhil7", threads: 8},
	{name: "fsbench", test: "TestFSBench", threads: 28},
	{name: "phase01", test: "TestPhase01", threads: 3},
	{name: "sync01", test: "TestSync01", threads: 3},
	{name: "sync02", test: "TestSync02", threads: 3},
}

// schedules returns how many schedules a program gets, where the usual number is given.
func (p program) schedules(usual int) int { return max(1, p.budget) * usual }

// trials returns how many trials a program gets, where the usual number is given.
func (p program) trials(usual int) int {
	if p.seeds > 0 {
		return min(p.seeds, usual)
	}
	return usual
}

// twin returns the test of the program's correct twin.
func (p program) twin() string { return p.test + "Correct" }
