package srnn

// #include <srnn.h>
import "C"

import "strings"

// Option is an option or a statistic, as the library describes it.
type Option struct {
	Key                      uint32
	Handle                   string // "clipper"
	Name                     string // "CLIP_THRESHOLD"
	Minimum, Maximum, Preset float64
	Traits                   uint32 // a sum of OptionReadOnly and OptionWhole
}

// Options returns all of them.
func Options() (options []Option) {
	for {
		key := C.srnn_option_key(C.uint32_t(len(options)))
		if key == 0 {
			return options
		}
		var handle, name *C.char
		var minimum, maximum, preset C.double
		var traits C.uint32_t
		C.srnn_option_info(key, &handle, &name, &minimum, &maximum, &preset, &traits)
		options = append(options, Option{uint32(key), C.GoString(handle),
			strings.TrimPrefix(C.GoString(name), "SRNN_"), float64(minimum), float64(maximum),
			float64(preset), uint32(traits)})
	}
}

// Key returns the key of an option by its name, "CLIP_THRESHOLD"; 0, which Get and Set refuse, if
// there is none.
func Key(name string) uint32 {
	for _, option := range Options() {
		if option.Name == name {
			return option.Key
		}
	}
	return 0
}

func (m *Model) Set(key uint32, value float64) error {
	return check(C.srnn_model_set(m.c, C.uint32_t(key), C.double(value)))
}

func (m *Model) Get(key uint32) (value float64, err error) {
	err = check(C.srnn_model_get(m.c, C.uint32_t(key), (*C.double)(&value)))
	return value, err
}

func (w *Workspace) Set(key uint32, value float64) error {
	return check(C.srnn_workspace_set(w.c, C.uint32_t(key), C.double(value)))
}

func (w *Workspace) Get(key uint32) (value float64, err error) {
	err = check(C.srnn_workspace_get(w.c, C.uint32_t(key), (*C.double)(&value)))
	return value, err
}

func (r *Regularizer) Set(key uint32, value float64) error {
	return check(C.srnn_regularizer_set(r.c, C.uint32_t(key), C.double(value)))
}

func (r *Regularizer) Get(key uint32) (value float64, err error) {
	err = check(C.srnn_regularizer_get(r.c, C.uint32_t(key), (*C.double)(&value)))
	return value, err
}

func (c *Clipper) Set(key uint32, value float64) error {
	return check(C.srnn_clipper_set(c.c, C.uint32_t(key), C.double(value)))
}

func (c *Clipper) Get(key uint32) (value float64, err error) {
	err = check(C.srnn_clipper_get(c.c, C.uint32_t(key), (*C.double)(&value)))
	return value, err
}

func (o *Optimizer) Set(key uint32, value float64) error {
	return check(C.srnn_optimizer_set(o.c, C.uint32_t(key), C.double(value)))
}

func (o *Optimizer) Get(key uint32) (value float64, err error) {
	err = check(C.srnn_optimizer_get(o.c, C.uint32_t(key), (*C.double)(&value)))
	return value, err
}
