// Package srnn is libsrnn for Go, by cgo, which finds the library with pkg-config.
//
// A type for each handle, with the functions of that handle as methods; srnn.h describes the
// functions, their shapes and errors. A status that is not SRNN_OK is an *Error. Close destroys a
// handle. A closed one is refused like any NULL, and so is a nil *Model, *Batch or *Random that is
// passed to a function.
//
// C may not keep a pointer to Go's memory when a call returns, as a batch does: its ids are copied
// into memory of C, which lives as long as a batch or a workspace may read it. So are the file and
// the bytes of a checkpoint. All other slices are borrowed for the call and not copied.
package srnn

/*
#cgo pkg-config: srnn
#include <srnn.h>
#include <stdlib.h>
*/
import "C"

// Error is a status that is not SRNN_OK; Cause is what a parallel-for failed with, else nil.
type Error struct {
	Status int32
	Cause  error
}

// Name is the name of the status: "SRNN_E_SHAPE".
func (e *Error) Name() string { return C.GoString(C.srnn_status_name(C.int32_t(e.Status))) }

func (e *Error) Error() string {
	return e.Name() + ": " + C.GoString(C.srnn_status_text(C.int32_t(e.Status)))
}

func (e *Error) Unwrap() error { return e.Cause }

func check(status C.int32_t) error {
	if status == C.SRNN_OK {
		return nil
	}
	return &Error{Status: int32(status)}
}

// The elements of a slice for C, and their number.
func floats(values []float32) (*C.float, C.size_t) {
	if len(values) == 0 {
		return nil, 0
	}
	return (*C.float)(&values[0]), C.size_t(len(values))
}

// Random is a generator.
type Random struct{ c *C.srnn_random }

func NewRandom(seed, stream uint64) (*Random, error) {
	r := new(Random)
	return r, check(C.srnn_random_create(nil, nil, C.uint64_t(seed), C.uint64_t(stream), &r.c))
}

func (r *Random) Close() {
	C.srnn_random_destroy(r.c)
	r.c = nil
}

func (r *Random) handle() *C.srnn_random {
	if r == nil {
		return nil
	}
	return r.c
}

func (r *Random) Below(bound uint32) uint32 {
	return uint32(C.srnn_random_below(r.c, C.uint32_t(bound)))
}

// Regularizer is Omega.
type Regularizer struct{ c *C.srnn_regularizer }

func NewRegularizer(model *Model, kind uint32) (*Regularizer, error) {
	r := new(Regularizer)
	return r, check(C.srnn_regularizer_create(nil, nil, model.handle(), C.uint32_t(kind), &r.c))
}

func (r *Regularizer) Close() {
	C.srnn_regularizer_destroy(r.c)
	r.c = nil
}

// Apply returns Omega.
func (r *Regularizer) Apply(model *Model, gradient []float32) (float64, error) {
	var omega C.double
	values, count := floats(gradient)
	err := check(C.srnn_regularizer_apply(r.c, model.handle(), values, count, &omega))
	return float64(omega), err
}

// Clipper bounds gradients.
type Clipper struct{ c *C.srnn_clipper }

func NewClipper(kind uint32) (*Clipper, error) {
	c := new(Clipper)
	return c, check(C.srnn_clipper_create(nil, nil, C.uint32_t(kind), &c.c))
}

func (c *Clipper) Close() {
	C.srnn_clipper_destroy(c.c)
	c.c = nil
}

// Tell says what the next gradient is of, for rules other than FIXED.
func (c *Clipper) Tell(loss, rate float64, steps uint32) error {
	return check(C.srnn_clipper_tell(c.c, C.double(loss), C.double(rate), C.uint32_t(steps)))
}

// Apply returns the norm of the gradient before clipping. The model may be nil, for which C would
// take a closed one.
func (c *Clipper) Apply(model *Model, gradient []float32) (float64, error) {
	if model != nil && model.c == nil {
		return 0, &Error{Status: C.SRNN_E_ARGUMENT}
	}
	var norm C.double
	values, count := floats(gradient)
	err := check(C.srnn_clipper_apply(c.c, model.handle(), values, count, &norm))
	return float64(norm), err
}

// Optimizer updates parameters.
type Optimizer struct{ c *C.srnn_optimizer }

func NewOptimizer(kind uint32, count int) (*Optimizer, error) {
	o := new(Optimizer)
	if count < 0 { // which C would take for a large number
		return o, &Error{Status: C.SRNN_E_RANGE}
	}
	return o, check(C.srnn_optimizer_create(nil, nil, C.uint32_t(kind), C.size_t(count), &o.c))
}

func (o *Optimizer) Close() {
	C.srnn_optimizer_destroy(o.c)
	o.c = nil
}

func (o *Optimizer) Step(parameters, gradient []float32) error {
	if len(parameters) != len(gradient) {
		return &Error{Status: C.SRNN_E_SHAPE}
	}
	weights, count := floats(parameters)
	values, _ := floats(gradient)
	return check(C.srnn_optimizer_step(o.c, weights, values, count))
}
