package srnn

// #include <srnn.h>
import "C"

import "unsafe"

// Model is a network's shape and parameters.
type Model struct{ c *C.srnn_model }

// NewModel makes a model that has its parameters itself: ModelExternal is refused.
func NewModel(inputs, hidden, outputs, activation, output, flags uint32) (*Model, error) {
	m := new(Model)
	if flags&ModelExternal != 0 {
		return m, &Error{Status: C.SRNN_E_RANGE}
	}
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
	return check(C.srnn_model_initialize(m.c, C.uint32_t(kind), random.handle()))
}

// Parameters are the model's own, for reading and writing until Close.
func (m *Model) Parameters() []float32 {
	parameters := (*float32)(C.srnn_model_parameters(m.c))
	return unsafe.Slice(parameters, int(C.srnn_model_parameter_count(m.c)))
}

func (m *Model) Inputs() int  { return int(C.srnn_model_inputs(m.c)) }
func (m *Model) Hidden() int  { return int(C.srnn_model_hidden(m.c)) }
func (m *Model) Outputs() int { return int(C.srnn_model_outputs(m.c)) }

// Save returns the model's file.
func (m *Model) Save() ([]byte, error) {
	return saved(func(buffer unsafe.Pointer, capacity C.size_t, bytes *C.size_t) C.int32_t {
		return C.srnn_model_save(m.c, buffer, capacity, bytes)
	})
}

// LoadModel makes the model of a model's file, or of a checkpoint that has one called "model".
func LoadModel(archive []byte) (*Model, error) {
	m := new(Model)
	data, bytes := content(archive)
	return m, check(C.srnn_model_load_create(nil, nil, data, bytes, 0, &m.c))
}

// InitialState writes the state [hidden] that a stream starts from.
func (m *Model) InitialState(state []float32) error {
	values, count := floats(state)
	return check(C.srnn_initial_state(m.c, values, count))
}

// Step is one step of a stream: values [inputs] and state [hidden] give next [hidden], another
// slice, and logits [outputs], which may be nil.
func (m *Model) Step(values, state, next, logits []float32) error {
	if len(values) < m.Inputs() || !m.fits(state, next, logits) {
		return &Error{Status: C.SRNN_E_SHAPE}
	}
	input, _ := floats(values)
	before, _ := floats(state)
	after, _ := floats(next)
	result, _ := floats(logits)
	return check(C.srnn_step(m.c, input, before, after, result))
}

// StepID is Step with a one-hot input.
func (m *Model) StepID(id uint32, state, next, logits []float32) error {
	if !m.fits(state, next, logits) {
		return &Error{Status: C.SRNN_E_SHAPE}
	}
	before, _ := floats(state)
	after, _ := floats(next)
	result, _ := floats(logits)
	return check(C.srnn_step_id(m.c, C.uint32_t(id), before, after, result))
}

// Whether slices are as long as C takes them to be.
func (m *Model) fits(state, next, logits []float32) bool {
	return len(state) >= m.Hidden() && len(next) >= m.Hidden() &&
		(logits == nil || len(logits) >= m.Outputs())
}
