package toolchain

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
)

// Adding returns the overlay with some files more: replace says by absolute path what each of them holds; an empty one is not
// there. What belongs to that is put into the folder dir, which the caller removes.
func (o *Overlay) Adding(dir string, replace map[string]string) (*Overlay, error) {
	data, err := os.ReadFile(o.JSON)
	if err != nil {
		return nil, err
	}
	var list struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", o.JSON, err)
	}
	all := maps.Clone(list.Replace)
	for path, text := range replace {
		if all[path] = ""; text == "" {
			continue
		}
		all[path] = filepath.Join(dir, fmt.Sprintf("%d.go", len(all)))
		if err := os.WriteFile(all[path], []byte(text), 0o666); err != nil {
			return nil, err
		}
	}
	if data, err = json.Marshal(map[string]any{"Replace": all}); err != nil {
		return nil, err
	}
	more := *o
	more.folder = o.Folder()
	more.JSON = filepath.Join(dir, "overlay.json")
	return &more, os.WriteFile(more.JSON, data, 0o666)
}
