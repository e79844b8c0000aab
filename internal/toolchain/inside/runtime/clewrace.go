//go:build clewinside

package runtime

import "unsafe"

// What the compiler calls where the race detector watches memory, and what
// internal/race and the race package's users call. Nothing watches yet.

func raceread(addr unsafe.Pointer)                     {}
func racewrite(addr unsafe.Pointer)                    {}
func racereadrange(addr unsafe.Pointer, size uintptr)  {}
func racewriterange(addr unsafe.Pointer, size uintptr) {}

//go:nosplit
func racefuncenter(callpc uintptr) {}

//go:nosplit
func racefuncenterfp(fp uintptr) {}

//go:nosplit
func racefuncexit() {}

func RaceRead(addr unsafe.Pointer)                {}
func RaceWrite(addr unsafe.Pointer)               {}
func RaceReadRange(addr unsafe.Pointer, len int)  {}
func RaceWriteRange(addr unsafe.Pointer, len int) {}
func RaceErrors() int                             { return 0 }
func RaceAcquire(addr unsafe.Pointer)             {}
func RaceRelease(addr unsafe.Pointer)             {}
func RaceReleaseMerge(addr unsafe.Pointer)        {}
func RaceDisable()                                {}
func RaceEnable()                                 {}

//go:linkname race_Read internal/race.Read
func race_Read(addr unsafe.Pointer) {}

//go:linkname race_Write internal/race.Write
func race_Write(addr unsafe.Pointer) {}

//go:linkname race_ReadRange internal/race.ReadRange
func race_ReadRange(addr unsafe.Pointer, len int) {}

//go:linkname race_WriteRange internal/race.WriteRange
func race_WriteRange(addr unsafe.Pointer, len int) {}

//go:linkname race_Errors internal/race.Errors
func race_Errors() int { return 0 }

//go:linkname race_Acquire internal/race.Acquire
func race_Acquire(addr unsafe.Pointer) {}

//go:linkname race_Release internal/race.Release
func race_Release(addr unsafe.Pointer) {}

//go:linkname race_ReleaseMerge internal/race.ReleaseMerge
func race_ReleaseMerge(addr unsafe.Pointer) {}

//go:linkname race_Disable internal/race.Disable
func race_Disable() {}

//go:linkname race_Enable internal/race.Enable
func race_Enable() {}

//go:linkname race_ReadObjectPC internal/race.ReadObjectPC
func race_ReadObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr) {}

//go:linkname race_WriteObjectPC internal/race.WriteObjectPC
func race_WriteObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr) {}

//go:linkname race_ReadPC internal/race.ReadPC
func race_ReadPC(addr unsafe.Pointer, callerpc, pc uintptr) {}

//go:linkname race_WritePC internal/race.WritePC
func race_WritePC(addr unsafe.Pointer, callerpc, pc uintptr) {}
