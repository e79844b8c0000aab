package trace

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// WriteBinary writes the trace in its binary form, compressed.
func (t *Trace) WriteBinary(w io.Writer) error {
	packed := gzip.NewWriter(w)
	b := &binaryWriter{out: bufio.NewWriter(packed), strings: map[string]uint64{}}
	b.out.WriteString(binaryStart)
	for r := range t.records() {
		b.write(r)
	}
	return errors.Join(b.out.Flush(), packed.Close())
}

// A binaryWriter writes records. Errors stay with out.
type binaryWriter struct {
	out     *bufio.Writer
	strings map[string]uint64 // those written so far, from 1
	time    int64             // of the last step
	buffer  [binary.MaxVarintLen64]byte
}

func (b *binaryWriter) write(r record) {
	b.out.WriteByte(r.kind.code)
	for i, f := range r.kind.fields {
		c := r.cells[i]
		switch f {
		case word, text:
			b.string(c.s)
		case number, choice:
			b.signed(c.n)
		case moment:
			b.signed(c.n - b.time)
			b.time = c.n
		case value:
			b.unsigned(uint64(sum(c.list)))
			if len(c.list) > 0 {
				b.unsigned(uint64(c.n))
			}
		case stack, locks:
			b.unsigned(uint64(len(c.list)))
			for _, n := range c.list {
				b.unsigned(uint64(n))
			}
		default:
			b.unsigned(uint64(c.n))
		}
	}
}

// sum is the only number of a list, if it has one.
func sum(list []int64) (n int64) {
	for _, m := range list {
		n += m
	}
	return n
}

func (b *binaryWriter) unsigned(n uint64) {
	b.out.Write(b.buffer[:binary.PutUvarint(b.buffer[:], n)])
}

func (b *binaryWriter) signed(n int64) {
	b.out.Write(b.buffer[:binary.PutVarint(b.buffer[:], n)])
}

// string writes a string: the number that it has, or 0 and the string itself, which has the next number from now on.
func (b *binaryWriter) string(s string) {
	if n := b.strings[s]; n > 0 {
		b.unsigned(n)
		return
	}
	b.strings[s] = uint64(len(b.strings) + 1)
	b.unsigned(0)
	b.unsigned(uint64(len(s)))
	b.out.WriteString(s)
}

// A binaryReader reads what a binaryWriter wrote.
type binaryReader struct {
	in      *bufio.Reader
	offset  int64
	strings []string
	time    int64
	err     error // the first thing that is wrong with the record in hand
}

func (b *binaryReader) read() (*Trace, error) {
	var made builder
	for {
		start := b.offset
		code, err := b.ReadByte()
		if err == io.EOF {
			return &made.trace, nil
		}
		if err == nil {
			err = b.record(code, &made)
		}
		if err != nil {
			return &made.trace, &SyntaxError{Offset: start, Reason: reasonOf(err)}
		}
	}
}

// record reads the rest of a record.
func (b *binaryReader) record(code byte, made *builder) error {
	k := coded[code]
	if k == nil {
		return fmt.Errorf("%#02x is no kind of records", code)
	}
	r := record{k, make([]cell, len(k.fields))}
	for i, f := range k.fields {
		r.cells[i] = b.cell(f)
	}
	if b.err != nil {
		return b.err
	}
	return made.add(r)
}

func (b *binaryReader) cell(f form) (c cell) {
	switch f {
	case word, text:
		c.s = b.string()
	case number, choice:
		c.n = b.signed()
	case moment:
		b.time += b.signed()
		c.n = b.time
	case value:
		if n := b.unsigned(); n > 0 {
			b.want(n <= 8, "a value of %d bytes", n)
			c.list, c.n = []int64{int64(n)}, int64(b.unsigned())
		}
	case stack, locks:
		for n := b.unsigned(); n > 0 && b.err == nil; n-- {
			c.list = append(c.list, int64(b.unsigned()))
		}
	default:
		c.n = int64(b.unsigned())
	}
	return c
}

func (b *binaryReader) want(ok bool, format string, args ...any) {
	if !ok && b.err == nil {
		b.err = fmt.Errorf(format, args...)
	}
}

// ReadByte implements [io.ByteReader].
func (b *binaryReader) ReadByte() (byte, error) {
	c, err := b.in.ReadByte()
	if err == nil {
		b.offset++
	}
	return c, err
}

func (b *binaryReader) unsigned() uint64 {
	n, err := binary.ReadUvarint(b)
	b.want(err == nil, "%w", err)
	return n
}

func (b *binaryReader) signed() int64 {
	n, err := binary.ReadVarint(b)
	b.want(err == nil, "%w", err)
	return n
}

// longest is the longest string that a file may hold.
const longest = 1 << 20

func (b *binaryReader) string() string {
	n := b.unsigned()
	if n > 0 {
		b.want(n <= uint64(len(b.strings)), "there is no string %d yet", n)
		if b.err != nil {
			return ""
		}
		return b.strings[n-1]
	}
	length := b.unsigned()
	b.want(length <= longest, "a string of %d bytes", length)
	if b.err != nil {
		return ""
	}
	bytes := make([]byte, length)
	read, err := io.ReadFull(b.in, bytes)
	b.offset += int64(read)
	b.want(err == nil, "%w", err)
	b.strings = append(b.strings, string(bytes))
	return string(bytes)
}
