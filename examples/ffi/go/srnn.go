// Package srnn is libsrnn for Go, by cgo, which finds the library with pkg-config.
//
// A type for each handle, with the functions of that handle as methods; srnn.h describes the
// functions, their shapes and errors. A status that is not SRNN_OK is an *Error. Close destroys a
// handle; a closed or nil one is refused like any NULL.
//
// C may not keep a pointer to Go's memory when a call returns, as a batch does: its ids are copied
// into memory of C, which lives as long as a batch or a workspace may read it. Gradients and
// parameters are borrowed for the call and not copied.
package srnn

/*
#cgo pkg-config: srnn
#include <srnn.h>
#include <stdlib.h>
*/
import "C"

import "unsafe"

// Constants of srnn.h.
const (
	HiddenTanh          = C.SRNN_HIDDEN_TANH
	OutputSoftmax       = C.SRNN_OUTPUT_SOFTMAX
	StartSmartTanh      = C.SRNN_START_SMART_TANH
	WorkspaceLastOutput = C.SRNN_WORKSPACE_LAST_OUTPUT
	OmegaPaper          = C.SRNN_OMEGA_PAPER
	ClipNorm            = C.SRNN_CLIP_NORM
	ClipThreshold       = C.SRNN_CLIP_THRESHOLD
	ClipRule            = C.SRNN_CLIP_RULE
	ClipRulePolyak      = C.SRNN_CLIP_RULE_POLYAK
	OptimizerSGD        = C.SRNN_OPTIMIZER_SGD
	OptimizerRate       = C.SRNN_OPTIMIZER_RATE
)

// Error is a status that is not SRNN_OK; Cause is what a parallel-for failed with, else nil.
type Error struct {
	Status int32
	Cause  error
}

func (e *Error) Error() string {
	status := C.int32_t(e.Status)
	return C.GoString(C.srnn_status_name(status)) + ": " + C.GoString(C.srnn_status_text(status))
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

func (r *Random) Below(bound uint32) uint32 {
	return uint32(C.srnn_random_below(r.c, C.uint32_t(bound)))
}

// Model is a network's shape and parameters.
type Model struct{ c *C.srnn_model }

func NewModel(inputs, hidden, outputs, activation, output, flags uint32) (*Model, error) {
	m := new(Model)
	return m, check(C.srnn_model_create(nil, nil, C.uint32_t(inputs), C.uint32_t(hidden),
		C.uint32_t(outputs), C.uint32_t(activation), C.uint32_t(output), C.uint32_t(flags), &m.c))
}

func (m *Model) Close() {
	C.srnn_model_destroy(m.c)
	m.c = nil
}

func (m *Model) handle() *C.srnn_model {
	if m == nil {
		return nil
	}
	return m.c
}

func (m *Model) Initialize(kind uint32, random *Random) error {
	return check(C.srnn_model_initialize(m.c, C.uint32_t(kind), random.c))
}

// Parameters are the model's own, for reading and writing until Close.
func (m *Model) Parameters() []float32 {
	parameters := (*float32)(C.srnn_model_parameters(m.c))
	return unsafe.Slice(parameters, int(C.srnn_model_parameter_count(m.c)))
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

func (c *Clipper) Set(key uint32, value float64) error {
	return check(C.srnn_clipper_set(c.c, C.uint32_t(key), C.double(value)))
}

// Tell says what the next gradient is of, for rules other than FIXED.
func (c *Clipper) Tell(loss, rate float64, steps uint32) error {
	return check(C.srnn_clipper_tell(c.c, C.double(loss), C.double(rate), C.uint32_t(steps)))
}

// Apply returns the norm of the gradient before clipping.
func (c *Clipper) Apply(model *Model, gradient []float32) (float64, error) {
	var norm C.double
	values, count := floats(gradient)
	err := check(C.srnn_clipper_apply(c.c, model.handle(), values, count, &norm))
	return float64(norm), err
}

// Optimizer updates parameters.
type Optimizer struct{ c *C.srnn_optimizer }

func NewOptimizer(kind uint32, count int) (*Optimizer, error) {
	o := new(Optimizer)
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
