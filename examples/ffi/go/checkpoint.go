package srnn

/*
#include <srnn.h>
#include <stdlib.h>
*/
import "C"

import (
	"strings"
	"unsafe"
)

// An address for no bytes: C refuses NULL.
var noBytes [1]byte

// The bytes of a slice for C, and their number.
func content(data []byte) (unsafe.Pointer, C.size_t) {
	if len(data) == 0 {
		return unsafe.Pointer(&noBytes[0]), 0
	}
	return unsafe.Pointer(&data[0]), C.size_t(len(data))
}

// The file that a save of C writes: first its size is found, then its bytes.
func saved(save func(unsafe.Pointer, C.size_t, *C.size_t) C.int32_t) ([]byte, error) {
	var bytes C.size_t
	if err := check(save(nil, 0, &bytes)); err != nil {
		return nil, err
	}
	file := make([]byte, int(bytes))
	buffer, capacity := content(file)
	return file, check(save(buffer, capacity, &bytes))
}

// A string for C, which ends at its first zero. The caller frees it.
func terminated(text string) (*C.char, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, &Error{Status: C.SRNN_E_RANGE}
	}
	return C.CString(text), nil
}

// Call a function of C about the part of that name.
func named(name string, call func(*C.char) C.int32_t) error {
	c, err := terminated(name)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(c))
	return check(call(c))
}

// Part is what a checkpoint can hold: a *Model, *Optimizer, *Clipper, *Regularizer, *Random or
// *Workspace.
type Part interface{ object() unsafe.Pointer }

func (m *Model) object() unsafe.Pointer       { return unsafe.Pointer(m.handle()) }
func (o *Optimizer) object() unsafe.Pointer   { return unsafe.Pointer(o.c) }
func (c *Clipper) object() unsafe.Pointer     { return unsafe.Pointer(c.c) }
func (r *Regularizer) object() unsafe.Pointer { return unsafe.Pointer(r.c) }
func (r *Random) object() unsafe.Pointer      { return unsafe.Pointer(r.handle()) }
func (w *Workspace) object() unsafe.Pointer   { return unsafe.Pointer(w.c) }

// A slice in a checkpoint, and the memory of C that stands for it there.
type bytesPart struct {
	data   []byte
	memory unsafe.Pointer
}

func (b bytesPart) inC() []byte { return unsafe.Slice((*byte)(b.memory), len(b.data)) }

// Checkpoint is a list of parts and an open file: the same list saves a run and restores it.
type Checkpoint struct {
	c       *C.srnn_checkpoint
	parts   []Part
	bytes   []bytesPart
	texts   []*C.char
	archive unsafe.Pointer // the open file: C's copy
}

// NewCheckpoint makes a list of at most so many parts.
func NewCheckpoint(parts uint32) (*Checkpoint, error) {
	c := new(Checkpoint)
	return c, check(C.srnn_checkpoint_create(nil, nil, C.uint32_t(parts), &c.c))
}

func (c *Checkpoint) Close() {
	C.srnn_checkpoint_destroy(c.c)
	for _, part := range c.bytes {
		C.free(part.memory)
	}
	for _, text := range c.texts {
		C.free(unsafe.Pointer(text))
	}
	C.free(c.archive)
	*c = Checkpoint{}
}

// Add adds a part, which must not be closed before the list was last used.
func (c *Checkpoint) Add(name string, part Part) error {
	err := named(name, func(name *C.char) C.int32_t {
		return C.srnn_checkpoint_add(c.c, name, part.object())
	})
	if err == nil {
		c.parts = append(c.parts, part)
	}
	return err
}

// AddBytes adds a slice, which Save reads and Restore writes.
func (c *Checkpoint) AddBytes(name string, data []byte) error {
	part := bytesPart{data, C.CBytes(data)}
	err := named(name, func(name *C.char) C.int32_t {
		return C.srnn_checkpoint_add_bytes(c.c, name, part.memory, C.size_t(len(data)))
	})
	if err != nil {
		C.free(part.memory)
		return err
	}
	c.bytes = append(c.bytes, part)
	return nil
}

func (c *Checkpoint) AddText(name, text string) error {
	copied, err := terminated(text)
	if err != nil {
		return err
	}
	c.texts = append(c.texts, copied)
	return named(name, func(name *C.char) C.int32_t {
		return C.srnn_checkpoint_add_text(c.c, name, copied)
	})
}

// C has the address of every part, also of those that are closed.
func (c *Checkpoint) check() error {
	for _, part := range c.parts {
		if part.object() == nil {
			return &Error{Status: C.SRNN_E_ARGUMENT}
		}
	}
	return nil
}

// Save returns the file of all parts in the list.
func (c *Checkpoint) Save() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	for _, part := range c.bytes {
		copy(part.inC(), part.data)
	}
	return saved(func(buffer unsafe.Pointer, capacity C.size_t, bytes *C.size_t) C.int32_t {
		return C.srnn_checkpoint_save(c.c, buffer, capacity, bytes)
	})
}

// Open opens a copy of a file.
func (c *Checkpoint) Open(archive []byte) error {
	copied := C.CBytes(archive)
	if err := check(C.srnn_checkpoint_open(c.c, copied, C.size_t(len(archive)))); err != nil {
		C.free(copied)
		return err
	}
	C.free(c.archive)
	c.archive = copied
	return nil
}

// Restore gives all parts of the list what the open file has under their names, or changes none.
func (c *Checkpoint) Restore() error {
	if err := c.check(); err != nil {
		return err
	}
	if err := check(C.srnn_checkpoint_restore(c.c)); err != nil {
		return err
	}
	for _, part := range c.bytes {
		copy(part.data, part.inC())
	}
	return nil
}

// Parts returns the kind of each part of the open file by its name; 0 for a later version's kind.
func (c *Checkpoint) Parts() (map[string]uint32, error) {
	parts := make(map[string]uint32)
	for index := C.uint32_t(0); ; index++ {
		var kind C.uint32_t
		var name [C.SRNN_PART_NAME_BYTES]C.char
		status := C.srnn_checkpoint_part(c.c, index, &kind, &name[0])
		if status == C.SRNN_E_RANGE { // after the last
			return parts, nil
		}
		if err := check(status); err != nil {
			return nil, err
		}
		parts[C.GoString(&name[0])] = uint32(kind)
	}
}

// Get returns a number about a part of the open file: StoredHidden, StoredBytes.
func (c *Checkpoint) Get(name string, key uint32) (value float64, err error) {
	err = named(name, func(name *C.char) C.int32_t {
		return C.srnn_checkpoint_get(c.c, name, C.uint32_t(key), (*C.double)(&value))
	})
	return value, err
}

// Bytes returns a copy of the bytes of a part of the open file.
func (c *Checkpoint) Bytes(name string) ([]byte, error) {
	var data unsafe.Pointer
	var bytes C.size_t
	err := named(name, func(name *C.char) C.int32_t {
		return C.srnn_checkpoint_bytes(c.c, name, &data, &bytes)
	})
	if err != nil {
		return nil, err
	}
	return append([]byte{}, unsafe.Slice((*byte)(data), int(bytes))...), nil
}

// Text returns a text of the open file.
func (c *Checkpoint) Text(name string) (string, error) {
	var length C.size_t
	err := named(name, func(name *C.char) C.int32_t {
		return C.srnn_checkpoint_text(c.c, name, nil, 0, &length)
	})
	if err != nil {
		return "", err
	}
	text := make([]byte, int(length)+1)
	err = named(name, func(name *C.char) C.int32_t {
		return C.srnn_checkpoint_text(c.c, name, (*C.char)(unsafe.Pointer(&text[0])),
			C.size_t(len(text)), &length)
	})
	return string(text[:length]), err
}
