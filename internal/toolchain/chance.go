package toolchain

// chanceEdits take over what is drawn by lot, and what differs from process to process.
var chanceEdits = []edit{
	{"a process starts with a fixed seed", "runtime/rand.go",
		atStart("randinit", "startupRand = clewStartupRand[:]")},
	{"random numbers are drawn from the run's lot", "runtime/rand.go",
		all(
			imported("internal/runtime/sys"),
			atStart("rand", "if x, ok := clewRand(sys.GetCallerPC()); ok { return x }"),
		)},
	{"the maps of a run have the same seed", "internal/runtime/maps/map.go",
		all(
			exprs("NewMap", "rand()", "clewSeed()"),
			exprs("NewEmptyMap", "rand()", "clewSeed()"),
			exprs("(*Map).Delete", "rand()", "clewSeed()"),
			exprs("(*Map).Clear", "rand()", "clewSeed()"),
		)},
	{"where a walk through a map begins has a lot of its own", "internal/runtime/maps/table.go",
		exprs("(*Iter).Init", "rand()", "clewOrder(typ.Hash)")},
	{"the system's random bytes are drawn from the run's lot", "crypto/internal/sysrand/rand.go",
		atStart("Read", "if ClewRead(b) { return }")},
	{"so are those of the certified generator", "crypto/internal/fips140/drbg/rand.go",
		before("Read", "if !fips140.Enabled {…", "if sysrand.ClewRead(b) { return }")},
	{"names of temporary files have a lot of their own", "os/tempfile.go",
		exprs("nextRandom", "runtime_rand()", "clewTempNumber()")},
	{"threads have the same numbers in every process", "runtime/proc.go",
		after("newproc1", "pp.goidcache++", "if id := clewGoid(callergp, fn.fn); id != 0 {\npp.goidcache--\nnewg.goid = id\n}")},
	{"threads see the processors that their schedule was found with", "runtime/debug.go",
		all(
			atStart("GOMAXPROCS", "if clewControlled() { return clewSetProcs(n) }"),
			atStart("SetDefaultGOMAXPROCS", "if clewControlled() {\nclew.machine = clewAskedMachine\nreturn\n}"),
			atStart("NumCPU", "if clewControlled() { return clew.machine.cpus }"),
		)},
}

// stampEdits make the order in which a map is walked depend on lots and on the order of its entries, not on their addresses.
var stampEdits = []edit{
	{"entries of maps with addresses in their keys are stamped", "internal/runtime/maps/table.go",
		all(
			field("table", "clewStamps []uint64\nclewCarried uint64"),
			after("(*table).reset", "t.capacity = capacity", "t.clewReset(typ.Key)"),
			stamped("(*table).PutSlot"),
			stamped("(*table).uncheckedPutSlot"),
			ifThere("(*table).uncheckedPutSlotForAssign", stamped),
			before("(*table).split", "newTable.uncheckedPutSlot(typ, hash, key, elem)", "newTable.clewCarry(t, i, j)"),
			before("(*table).grow", "newTable.uncheckedPutSlot(typ, hash, key, elem)", "newTable.clewCarry(t, i, j)"),
			after("(*table).clone", "t.groups = newGroups", "t.clewStamps = append([]uint64(nil), t.clewStamps...)"),
		)},
	{"assignments stamp their entries", "internal/runtime/maps/runtime_swiss.go or internal/runtime/maps/runtime.go",
		stamped("runtime_mapassign")},
	{"assignments to maps of pointers do so, too",
		"internal/runtime/maps/runtime_fast64_swiss.go or internal/runtime/maps/runtime_fast64.go",
		all(
			stamped("runtime_mapassign_fast64ptr"),
			ifThere("(*table).uncheckedPutSlotForAssignFastPtr", stamped),
		)},
	{"threads walk maps with stamps in their order", "internal/runtime/maps/table.go",
		all(
			after("(*Iter).Init", "it.clearSeq = m.clearSeq", "it.clewInit()"),
			before("(*Iter).Next", "if it.dirIdx < 0 {…", "if it.dirIdx == clewWalking {\nit.clewNext()\nreturn\n}"),
		)},
	{"threads walk concurrent maps in the order of their entries", "internal/sync/hashtriemap.go",
		all(
			exprs("(*HashTrieMap[K, V]).initSlow", "runtime_rand()", "clewSeed()"),
			imported("internal/runtime/maps"),
			field("entry", "clewStamp uint64"),
			exprs("newEntryNode", "node[K, V]{isEntry: true}", "node[K, V]{isEntry: true},\nclewStamp: maps.ClewStamp()"),
			before("(*HashTrieMap[K, V]).All", "ht.iter(ht.root.Load(), yield)", "if ht.clewIter(yield) { return }"),
			before("(*HashTrieMap[K, V]).Range", "ht.iter(ht.root.Load(), yield)", "if ht.clewIter(yield) { return }"),
		)},
}

// stamped has a function stamp the entry that it puts into slot i of group g.
func stamped(fn string) func(*source) error {
	return after(fn, "g.ctrls().set(i, ctrl(h2…", "t.clewPut(typ.GroupSize, g, i)")
}

// collectEdits keep the garbage collector out of the sight of threads that did not ask for it.
var collectEdits = []edit{
	{"the collector comes of itself between runs", "runtime/mgc.go",
		all(
			exprs("(gcTrigger).test", "gcController.heapLive.Load() >= trigger", "clewHeapFull(gcController.heapLive.Load(), trigger)"),
			exprs("(gcTrigger).test", "t.now-lastgc > forcegcperiod", "(t.now-lastgc > forcegcperiod && !clew.on)"),
			after("gcStart", "work.cycles.Add(1)", "clewCycle()"),
		)},
	{"threads notice the collections that they ask for", "runtime/mgc.go",
		all(
			after("GC", "gcWaitOnMark(n)", "clewAsks()"),
			after("GC", "releasem(mp)", "clewCollected()"),
		)},
	{"within a run the collector keeps what would be missed", "runtime/mgcmark.go",
		before("markrootSpans", "switch sp.kind {…", "clewKeep(s, sp, gcw)")},
	{"it is known when a finalizer, a cleanup and a weak pointer were set", "runtime/mheap.go",
		all(
			field("specialfinalizer", "clewAt uint64"),
			after("addfinalizer", "s.ot = ot", "s.clewAt = clewMissed()"),
			after("addCleanup", "s.id = id", "clewMissed()"),
			after("getOrAddWeakHandle", "handle.Store(uintptr(p))", "clewMissed()"),
		)},
	{"finalizers and cleanups of a run are run by a thread", "runtime/mheap.go",
		all(
			before("freeSpecial", "queuefinalizer(p, sf.fn, sf.nret, sf.fint, sf.ot)", "if !clewFinalizer(sf, p) {"),
			after("freeSpecial", "queuefinalizer(p, sf.fn, sf.nret, sf.fint, sf.ot)", "}"),
			before("freeSpecial", "gcCleanups.enqueue(…", "if clewCleanup(sc) { break }"),
		)},
	{"who waits for all finalizers waits for those of the run", "runtime/mfinal.go",
		atStart("blockUntilEmptyFinalizerQueue", "if all, ok := clewFinished(timeout); ok { return all }")},
	{"so does who waits for all cleanups", "runtime/mcleanup.go",
		atStart("(*cleanupQueue).blockUntilEmpty", "if all, ok := clewFinished(timeout); ok { return all }")},
	{"finalizers of earlier runs wait for the end of the run", "runtime/mfinal.go",
		atStart("wakefing", "if clew.on { return nil }")},
	{"so do their cleanups", "runtime/mcleanup.go",
		atStart("(*cleanupQueue).needsWake", "if clew.on { return false }")},
}

// poolEdits give the threads of a run a Pool of their own.
var poolEdits = []edit{
	{"what threads put into a Pool is kept apart", "sync/pool.go",
		all(
			field("Pool", "clew clewPool"),
			atStart("(*Pool).Put", "if x != nil && p.clewPut(x) { return }"),
			atStart("(*Pool).Get", "if x, ok := p.clewGet(); ok { return x }"),
		)},
}
