package strategy

import "embed"

// Sources holds the files of this package that are compiled into package runtime of the program under test.
//
//go:embed strategy.go op.go lot.go key.go plain.go random.go replay.go detours.go delays.go blocks.go survey.go pairs.go marks.go guide.go pct.go pos.go urw.go surw.go rff.go dpor.go dporturn.go orders.go
var Sources embed.FS
