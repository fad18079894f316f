package srnn

/*
#include <srnn.h>
#include <stdlib.h>

int32_t srnnRunTasks(void *user, srnn_task_fn function, void *task, uint32_t count);

static void srnnRunTask(srnn_task_fn function, void *task, uint32_t index)
{
	function(task, index);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"runtime/cgo"
	"sync"
	"unsafe"
)

// A copy of ids in C's memory, and how many batches and workspaces may read it.
type sharedIDs struct {
	memory *C.uint32_t
	users  int
}

func shareIDs(ids []uint32) *sharedIDs {
	memory := (*C.uint32_t)(C.malloc(C.size_t(4*len(ids) + 1))) // C.malloc never returns nil
	copy(unsafe.Slice((*uint32)(memory), len(ids)), ids)
	return &sharedIDs{memory, 1}
}

func (s *sharedIDs) hold() *sharedIDs {
	if s != nil {
		s.users++
	}
	return s
}

func (s *sharedIDs) release() {
	if s == nil {
		return
	}
	s.users--
	if s.users == 0 {
		C.free(unsafe.Pointer(s.memory))
	}
}

// Batch is the inputs and targets of a pass.
type Batch struct {
	c               *C.srnn_batch
	inputs, targets *sharedIDs
}

func NewBatch() (*Batch, error) {
	b := new(Batch)
	return b, check(C.srnn_batch_create(nil, nil, &b.c))
}

func (b *Batch) Close() {
	C.srnn_batch_destroy(b.c)
	b.inputs.release()
	b.targets.release()
	*b = Batch{}
}

func (b *Batch) Begin(steps, sequences uint32) error {
	if err := check(C.srnn_batch_begin(b.c, C.uint32_t(steps), C.uint32_t(sequences))); err != nil {
		return err
	}
	b.inputs.release()
	b.targets.release()
	*b = Batch{c: b.c}
	return nil
}

// InputIDs takes a copy of ids [steps x sequences].
func (b *Batch) InputIDs(ids []uint32, stepStride, sequenceStride uint) error {
	if !b.reaches(len(ids), stepStride, sequenceStride) {
		return &Error{Status: C.SRNN_E_SHAPE}
	}
	shared := shareIDs(ids)
	err := check(C.srnn_batch_input_ids(b.c, shared.memory, C.size_t(stepStride),
		C.size_t(sequenceStride)))
	return replace(&b.inputs, shared, err)
}

// TargetIDs takes a copy of ids [steps x sequences], or [sequences] with a stepStride of 0.
func (b *Batch) TargetIDs(ids []uint32, stepStride, sequenceStride uint) error {
	if !b.reaches(len(ids), stepStride, sequenceStride) {
		return &Error{Status: C.SRNN_E_SHAPE}
	}
	shared := shareIDs(ids)
	err := check(C.srnn_batch_target_ids(b.c, shared.memory, C.size_t(stepStride),
		C.size_t(sequenceStride)))
	return replace(&b.targets, shared, err)
}

// Put shared ids in a place that held others, unless there was an error.
func replace(place **sharedIDs, shared *sharedIDs, err error) error {
	if err != nil {
		shared.release()
		return err
	}
	(*place).release()
	*place = shared
	return nil
}

// Whether an array of so many elements is long enough for the batch, which C could not check.
// Before Begin there is no batch.
func (b *Batch) reaches(count int, stepStride, sequenceStride uint) bool {
	steps, sequences := uint(C.srnn_batch_steps(b.c)), uint(C.srnn_batch_sequences(b.c))
	if steps == 0 {
		return true
	}
	over1, byStep := bits.Mul(steps-1, stepStride)
	over2, bySequence := bits.Mul(sequences-1, sequenceStride)
	last, over3 := bits.Add(byStep, bySequence, 0)
	return over1 == 0 && over2 == 0 && over3 == 0 && last < uint(count)
}

// A ParallelFor calls task(i) once for every i below count, from any goroutines, and returns when
// all are done. The pass waits for tasks that have begun; task(i) does nothing when i has begun
// before, which makes the pass fail, and after that.
type ParallelFor func(count uint32, task func(index uint32)) error

// What C's user pointer leads to: it lies in C's memory, as C keeps the pointer.
type parallel struct {
	user    *C.uintptr_t
	run     ParallelFor
	failure error
}

// Workspace is the tape of a pass.
type Workspace struct {
	c               *C.srnn_workspace
	inputs, targets *sharedIDs // of the last forward: backward reads them again
	parallel        *parallel
}

func NewWorkspace(model *Model, maxSteps, maxSequences, flags uint32) (*Workspace, error) {
	w := new(Workspace)
	return w, check(C.srnn_workspace_create(nil, nil, model.handle(), C.uint32_t(maxSteps),
		C.uint32_t(maxSequences), C.uint32_t(flags), &w.c))
}

func (w *Workspace) Close() {
	C.srnn_workspace_destroy(w.c)
	w.inputs.release()
	w.targets.release()
	w.parallel.end()
	*w = Workspace{}
}

func (p *parallel) end() {
	if p != nil {
		cgo.Handle(*p.user).Delete()
		C.free(unsafe.Pointer(p.user))
	}
}

// A stage has the tasks of one call of a ParallelFor: each runs once, and none when the call has
// ended.
type stage struct {
	lock    sync.Mutex
	begun   []bool // of each task; empty when the call has ended
	left    int
	wrong   bool // a task did not run, since it is none of these
	running sync.WaitGroup
}

// Begin a task, if it may.
func (s *stage) begin(index uint32) bool {
	s.lock.Lock()
	defer s.lock.Unlock()
	if uint64(index) >= uint64(len(s.begun)) || s.begun[index] {
		s.wrong = true
		return false
	}
	s.begun[index] = true
	s.left--
	s.running.Add(1)
	return true
}

// Let no further task begin, wait for those that have, and tell whether each was run once.
func (s *stage) end() bool {
	s.lock.Lock()
	s.begun = nil
	isComplete := s.left == 0 && !s.wrong
	s.lock.Unlock()
	s.running.Wait()
	return isComplete
}

// Parallel runs each stage with run, divided into at most so many tasks. An error that it
// returns, or its panic, is the Cause of the stage's Error.
func (w *Workspace) Parallel(run ParallelFor, tasks uint32) error {
	p := &parallel{user: (*C.uintptr_t)(C.malloc(C.sizeof_uintptr_t)), run: run}
	*p.user = C.uintptr_t(cgo.NewHandle(p))
	err := check(C.srnn_workspace_parallel(w.c, C.srnn_parallel_fn(C.srnnRunTasks),
		unsafe.Pointer(p.user), C.uint32_t(tasks)))
	if err != nil {
		p.end()
		return err
	}
	w.parallel.end()
	w.parallel = p
	return nil
}

//export srnnRunTasks
func srnnRunTasks(user unsafe.Pointer, function C.srnn_task_fn, task unsafe.Pointer,
	count C.uint32_t) (status C.int32_t) {
	p := cgo.Handle(*(*C.uintptr_t)(user)).Value().(*parallel)
	s := &stage{begun: make([]bool, count), left: int(count)}
	defer func() {
		if panicked := recover(); panicked != nil { // no panic may leave through C
			p.failure = fmt.Errorf("panic: %v", panicked)
		}
		if isComplete := s.end(); !isComplete && p.failure == nil {
			p.failure = errors.New("not every task was run once")
		}
		if p.failure != nil {
			status = 1
		}
	}()
	p.failure = p.run(uint32(count), func(index uint32) {
		if s.begin(index) {
			defer s.running.Done()
			C.srnnRunTask(function, task, C.uint32_t(index))
		}
	})
	return 0
}

// The error of a stage, with its cause.
func (w *Workspace) check(status C.int32_t) error {
	err := check(status)
	if status == C.SRNN_E_PARALLEL {
		err.(*Error).Cause = w.parallel.failure
	}
	return err
}

func (b *Batch) handle() *C.srnn_batch {
	if b == nil {
		return nil
	}
	return b.c
}

func (w *Workspace) Forward(model *Model, batch *Batch) error {
	if err := w.check(C.srnn_forward(model.handle(), w.c, batch.handle())); err != nil {
		return err
	}
	w.inputs.release()
	w.targets.release()
	w.inputs, w.targets = batch.inputs.hold(), batch.targets.hold()
	return nil
}

// GetState writes the state [sequences x hidden] after the last step of the last forward.
func (w *Workspace) GetState(state []float32) error {
	hidden, err := w.Get(Key("WORKSPACE_HIDDEN"))
	if err != nil {
		return err
	}
	width := int(hidden)
	if len(state)%width != 0 || uint64(len(state)/width) > math.MaxUint32 {
		return &Error{Status: C.SRNN_E_SHAPE}
	}
	values, _ := floats(state)
	return check(C.srnn_workspace_get_state(w.c, values, C.size_t(width),
		C.uint32_t(len(state)/width)))
}

// Loss returns the sum of the losses, and the sum of their weights.
func (w *Workspace) Loss(model *Model, batch *Batch, scale float64) (loss, weight float64,
	err error) {
	status := C.srnn_loss(model.handle(), w.c, batch.handle(), C.double(scale),
		(*C.double)(&loss), (*C.double)(&weight))
	return loss, weight, w.check(status)
}

// CountErrors returns the number of wrong sequences.
func (w *Workspace) CountErrors(model *Model, batch *Batch, tolerance float64) (uint64, error) {
	var wrong C.uint64_t
	status := C.srnn_count_errors(model.handle(), w.c, batch.handle(), C.double(tolerance),
		nil, nil, &wrong, nil)
	return uint64(wrong), check(status)
}

func (w *Workspace) Backward(model *Model, regularizer *Regularizer, gradient []float32) error {
	var omega *C.srnn_regularizer
	if regularizer != nil {
		omega = regularizer.c
		if omega == nil { // closed, which C would take for none
			return &Error{Status: C.SRNN_E_ARGUMENT}
		}
	}
	values, count := floats(gradient)
	return w.check(C.srnn_backward(model.handle(), w.c, omega, values, count))
}
