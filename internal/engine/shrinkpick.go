package engine

import (
	"context"
	"fmt"
	"slices"
)

// lower makes the numbers smaller that detours pick, as long as the run breaks the same: numbers that the program chooses, and cases
// of selects. Of each it finds one below which the next number does not do. An error ends it with what is done by then.
func (s *shrinking) lower(ctx context.Context, detours []string) ([]string, error) {
	for i, detour := range detours {
		after, count, to, pick, ok := pickOf(detour)
		if !ok {
			continue
		}
		for tooLow := 0; pick-tooLow > 1; {
			middle := tooLow + (pick-tooLow)/2
			lower := slices.Clone(detours)
			lower[i] = fmt.Sprint(after, count, to, middle, 0)
			found, _, err := s.try(ctx, lower)
			if err != nil {
				return detours, err
			}
			if found {
				detours, pick = lower, middle
			} else {
				tooLow = middle
			}
		}
	}
	return detours, nil
}

// pickOf reads a detour, as a worker writes it; ok is false if it is one to another thread.
func pickOf(detour string) (after int64, count int, to int64, pick int, ok bool) {
	n, err := fmt.Sscan(detour, &after, &count, &to, &pick)
	return after, count, to, pick, n == 4 && err == nil && to == 0
}
