// refusals.go - bad input to examples/ffi/go is an *srnn.Error that tells why
package main

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"runtime"
	"sync"

	"example.com/srnn"
)

const (
	steps = 4
	count = 3
)

var errMine = errors.New("my own")

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func made[T any](object T, err error) T {
	must(err)
	return object
}

// second leaves out a result.
func second[T any](_ T, err error) error { return err }

func refused(what string, err error) *srnn.Error {
	var refusal *srnn.Error
	if !errors.As(err, &refusal) {
		log.Fatalf("%s: was not refused, but gave %v", what, err)
	}
	fmt.Printf("%s: %v\n", what, err)
	return refusal
}

func filled(value uint32, length int) []uint32 {
	ids := make([]uint32, length)
	for i := range ids {
		ids[i] = value
	}
	return ids
}

func holds(condition bool, what string) {
	if !condition {
		log.Fatal(what)
	}
}

func same(a, b []float32) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

type withOptions interface {
	Get(key uint32) (float64, error)
}

// checkOptions: new objects have the presets that the library tells, but for what they are made
// with.
func checkOptions(n int, objects map[string]withOptions) {
	madeWith := map[string]float64{"MODEL_ACTIVATION": srnn.HiddenTanh,
		"MODEL_OUTPUT_KIND": srnn.OutputSoftmax, "MODEL_FLAGS": 0,
		"WORKSPACE_HIDDEN": 5, "OMEGA_HIDDEN": 5,
		"WORKSPACE_MAX_STEPS": steps, "WORKSPACE_MAX_SEQUENCES": count,
		"WORKSPACE_FLAGS": srnn.WorkspaceLastOutput, "OMEGA_KIND": srnn.OmegaPaper,
		"CLIP_KIND": srnn.ClipNorm, "OPTIMIZER_KIND": srnn.OptimizerSGD,
		"OPTIMIZER_COUNT": float64(n)}
	found := 0
	for _, option := range srnn.Options() {
		expected, isMade := madeWith[option.Name]
		if isMade {
			found++
		} else {
			expected = option.Preset
		}
		value := made(objects[option.Handle].Get(option.Key))
		holds(value == expected && srnn.Key(option.Name) == option.Key,
			fmt.Sprint(option, " is at first ", value))
	}
	holds(found == len(madeWith) && srnn.Key("CLIP_NOTHING") == 0, "the list of options is another")
}

// refuseLoss: with fewer than these 32 sequences the loss is one task, which C runs without the
// parallel-for.
func refuseLoss(model, other *srnn.Model) {
	const many = 32
	wide, big, failing := made(srnn.NewWorkspace(model, 1, many, 0)), made(srnn.NewBatch()), false
	defer wide.Close()
	defer big.Close()
	must(wide.Parallel(func(tasks uint32, task func(uint32)) error {
		if failing {
			return errMine
		}
		for i := uint32(0); i < tasks; i++ {
			task(i)
		}
		return nil
	}, 2))
	must(big.Begin(1, many))
	must(big.InputIDs(filled(0, many), many, 1))
	must(big.TargetIDs(filled(0, many), many, 1))
	must(wide.Forward(model, big))
	failing = true
	_, _, err := wide.Loss(model, big, 1)
	holds(refused("a parallel-for that fails in the loss", err).Cause == errMine,
		"the error of the parallel-for is lost in the loss")
	later := refused("a parallel-for that failed in an earlier call", wide.Forward(other, big))
	holds(later.Cause == nil, "an error has the cause of an earlier one")
}

// leaveTasks: a parallel-for that leaves its tasks to goroutines, which C must not be without.
func leaveTasks() {
	var running sync.WaitGroup
	wide := made(srnn.NewModel(6, 200, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0))
	long := made(srnn.NewBatch())
	must(long.Begin(20, count))
	must(long.InputIDs(filled(0, 20*count), count, 1))
	for i := 0; i < 20; i++ {
		left := made(srnn.NewWorkspace(wide, 20, count, 0))
		must(left.Parallel(func(tasks uint32, task func(uint32)) error {
			for i := uint32(0); i < tasks; i++ {
				running.Add(1)
				go func(i uint32) {
					defer running.Done()
					task(i)
				}(i)
			}
			return errMine
		}, 2))
		holds(errors.Is(left.Forward(wide, long), errMine), "a parallel-for that left its tasks")
		left.Close()
	}
	running.Wait()
	long.Close()
	wide.Close()
}

// refuseStreams needs a forward of sequences that have the symbol 1 in each step.
func refuseStreams(model *srnn.Model, workspace *srnn.Workspace) {
	state, next, logits := make([]float32, 5), make([]float32, 5), make([]float32, 4)
	must(model.InitialState(state))
	refused("a state that is too short", model.StepID(1, state[1:], next, logits))
	refused("a next state that is too short", model.StepID(1, state, next[1:], logits))
	refused("logits that are too short", model.StepID(1, state, next, logits[1:]))
	refused("an input that is too short", model.Step(make([]float32, 5), state, next, nil))
	refused("a step into the state that it reads", model.StepID(1, state, state, nil))
	refused("an id beyond the inputs in a stream", model.StepID(6, state, next, logits))
	for i := 0; i < steps; i++ {
		must(model.Step([]float32{0, 1, 0, 0, 0, 0}, state, next, logits))
		state, next = next, state
	}
	refused("states of another number of sequences", workspace.GetState(next))
	states := make([]float32, 5*count)
	must(workspace.GetState(states))
	for s := 0; s < count; s++ {
		holds(same(states[5*s:5*s+5], state), "a stream ends in another state than forward")
	}
}

func refuseFiles(model *srnn.Model, optimizer *srnn.Optimizer, clipper *srnn.Clipper) {
	archive := made(model.Save())
	loaded := made(srnn.LoadModel(archive))
	holds(loaded.Inputs() == 6 && loaded.Hidden() == 5 && loaded.Outputs() == 4 &&
		bytes.Equal(made(loaded.Save()), archive), "a model comes back otherwise")
	last := len(archive) - 1
	refused("a file that ends too early", second(srnn.LoadModel(archive[:last])))
	refused("an empty file", second(srnn.LoadModel(nil)))
	archive[last] ^= 1
	refused("a damaged file", second(srnn.LoadModel(archive)))

	notes := []byte("to be\x00kept")
	saved := made(srnn.NewCheckpoint(4))
	must(saved.Add("model", model))
	refused("a name with a space", saved.Add("my model", optimizer))
	must(saved.Add("optimizer", optimizer))
	must(saved.AddBytes("notes", notes))
	refused("a text with a zero in it", saved.AddText("labels", "cat\x00dog"))
	holds(saved.Add("nobody", (*srnn.Model)(nil)) != nil &&
		saved.Add("nobody", (*srnn.Random)(nil)) != nil, "a part that is nil was taken")
	refused("a text that is not UTF-8", saved.AddText("labels", "\xff dog"))
	must(saved.AddText("labels", "猫 dog"))
	refused("a part too many", saved.Add("clipper", clipper))
	refused("parts before a file is open", second(saved.Parts()))
	archive = made(saved.Save())
	saved.Close()
	saved.Close()

	opened := func() *srnn.Checkpoint {
		checkpoint := made(srnn.NewCheckpoint(2))
		copied := append([]byte{}, archive...)
		must(checkpoint.Open(copied))
		copied[0] = 0 // the checkpoint has one of its own
		return checkpoint
	}
	lacking := opened()
	holds(fmt.Sprint(made(lacking.Parts())) == fmt.Sprint(map[string]uint32{
		"model": srnn.PartModel, "optimizer": srnn.PartOptimizer, "notes": srnn.PartBytes,
		"labels": srnn.PartText}), "the file has other parts")
	holds(made(lacking.Get("model", srnn.StoredHidden)) == 5 &&
		made(lacking.Text("labels")) == "猫 dog" &&
		bytes.Equal(made(lacking.Bytes("notes")), notes), "the file has something else")
	must(lacking.Add("clipper", clipper))
	refused("a part that the file lacks", lacking.Restore())

	// All parts are restored, or none.
	fresh := made(srnn.NewModel(6, 5, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0))
	n := len(fresh.Parameters())
	wrong := opened()
	must(wrong.Add("model", fresh))
	must(wrong.Add("optimizer", made(srnn.NewOptimizer(srnn.OptimizerSGD, n+1))))
	refused("a part of another shape", wrong.Restore())
	short := opened()
	must(short.Add("model", fresh))
	must(short.AddBytes("notes", make([]byte, 3)))
	refused("bytes of another length", short.Restore())
	refused("bytes that are read as a text", second(short.Text("notes")))
	holds(same(fresh.Parameters(), make([]float32, n)), "a part has changed")
	restored := make([]byte, len(notes))
	right := opened()
	must(right.Add("model", fresh))
	must(right.AddBytes("notes", restored))
	must(right.Restore())
	holds(same(fresh.Parameters(), model.Parameters()) && bytes.Equal(restored, notes),
		"a part comes back otherwise")
	restored[0] = '2' // a save has what the bytes are then
	must(right.Open(made(right.Save())))
	holds(string(made(right.Bytes("notes"))) == "2o be\x00kept", "old bytes are saved")
	fresh.Close()
	made(srnn.NewModel(6, 5, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0)) // it may lie there now
	refused("a part that is closed", second(right.Save()))
}

// A file that the library opens and does not write: two parts of one name, an escape in a text.
func readForged() {
	forged := made(srnn.NewCheckpoint(0))
	defer forged.Close()
	must(forged.Open(made(os.ReadFile("tests/ffi/forged.srnn"))))
	holds(fmt.Sprint(made(forged.Parts())) == fmt.Sprint(map[string]uint32{
		"__proto__": srnn.PartText, "ab": srnn.PartText, "cd": srnn.PartText}),
		"the forged file has other parts")
	holds(made(forged.Text("cd")) == "a\u00e9b", "the text has another character")
}

func main() {
	random := made(srnn.NewRandom(1, 0))
	model := made(srnn.NewModel(6, 5, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0))
	must(model.Initialize(srnn.StartSmartTanh, random))
	n := len(model.Parameters())
	workspace := made(srnn.NewWorkspace(model, steps, count, srnn.WorkspaceLastOutput))
	regularizer := made(srnn.NewRegularizer(model, srnn.OmegaPaper))
	clipper := made(srnn.NewClipper(srnn.ClipNorm))
	optimizer := made(srnn.NewOptimizer(srnn.OptimizerSGD, n))
	batch := made(srnn.NewBatch())
	checkOptions(n, map[string]withOptions{"model": model, "workspace": workspace,
		"regularizer": regularizer, "clipper": clipper, "optimizer": optimizer})

	show := func(symbol, class, length uint32) error {
		must(batch.Begin(length, count))
		must(batch.InputIDs(filled(symbol, int(length)*count), count, 1))
		must(batch.TargetIDs(filled(class, count), 0, 1))
		return workspace.Forward(model, batch)
	}
	loss := func(model *srnn.Model) error {
		_, _, err := workspace.Loss(model, batch, 1.0/count)
		return err
	}
	train := func() {
		gradient := make([]float32, n)
		must(show(1, 2, steps))
		must(loss(model))
		must(workspace.Backward(model, regularizer, gradient))
		made(regularizer.Apply(model, gradient))
		made(clipper.Apply(model, gradient))
		must(optimizer.Step(model.Parameters(), gradient))
	}

	refused("a model without hidden units", second(srnn.NewModel(6, 0, 4, srnn.HiddenTanh,
		srnn.OutputSoftmax, 0)))
	refused("parameters of nobody", second(srnn.NewModel(6, 5, 4, srnn.HiddenTanh,
		srnn.OutputSoftmax, srnn.ModelExternal)))
	closed := made(srnn.NewModel(6, 5, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0))
	closed.Close()
	closed.Close()
	refused("a handle that is closed", workspace.Forward(closed, batch))
	_, err := clipper.Apply(closed, make([]float32, n))
	refused("a model that is closed", err)
	omega := made(srnn.NewRegularizer(model, srnn.OmegaPaper))
	omega.Close()
	refused("a regularizer that is closed", workspace.Backward(model, omega, make([]float32, n)))
	refused("no handle", workspace.Forward(nil, batch))
	holds(model.Initialize(srnn.StartSmartTanh, nil) != nil, "no generator was not refused")
	must(show(0, 0, steps))
	refused("backward before loss", workspace.Backward(model, regularizer, make([]float32, n)))
	refused("ids before begin", made(srnn.NewBatch()).InputIDs(filled(0, 1), 1, 1))
	must(batch.Begin(steps, count))
	refused("parameters below zero", second(srnn.NewOptimizer(srnn.OptimizerSGD, -1)))
	refused("too few ids for the batch", batch.InputIDs(filled(0, steps*count-1), count, 1))
	refused("too few classes for the batch", batch.TargetIDs(filled(0, count-1), 0, 1))
	refused("strides beyond the ids", batch.InputIDs(filled(0, steps*count), math.MaxUint, 1))
	refused("an id beyond the inputs", show(6, 0, steps))
	must(show(0, 4, steps))
	refused("a class beyond the outputs", loss(model))
	refused("more steps than the workspace has", show(0, 0, steps+1))
	train()
	other := made(srnn.NewModel(6, 7, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0))
	refused("a model of another shape", loss(other))
	must(show(0, 0, steps))
	must(loss(model))
	refused("a gradient that is too short",
		workspace.Backward(model, regularizer, make([]float32, n-1)))
	bad := make([]float32, n)
	bad[0] = float32(math.NaN())
	refused("a gradient that is not a number", second(clipper.Apply(model, bad)))
	refused("a gradient and parameters of different lengths",
		optimizer.Step(model.Parameters(), make([]float32, n-1)))
	refused("an option of another handle", clipper.Set(srnn.Key("OPTIMIZER_RATE"), 1))
	refused("a threshold that is not a number", clipper.Set(srnn.Key("CLIP_THRESHOLD"), math.NaN()))
	refused("a loss below zero", clipper.Tell(-1, 0.01, 10))
	ruled := made(srnn.NewClipper(srnn.ClipNorm))
	must(ruled.Set(srnn.Key("CLIP_RULE"), srnn.ClipRulePolyak))
	must(ruled.Tell(1, 0.01, 10))
	made(ruled.Apply(model, make([]float32, n)))
	refused("a rule that was told nothing", second(ruled.Apply(model, make([]float32, n))))
	ruled.Close()

	must(workspace.Parallel(func(uint32, func(uint32)) error { panic("my own") }, 2))
	if refused("a parallel-for that fails", show(0, 0, steps)).Cause == nil {
		log.Fatal("the panic of the parallel-for is lost")
	}
	must(workspace.Parallel(func(uint32, func(uint32)) error { return errMine }, 2))
	if !errors.Is(show(0, 0, steps), errMine) {
		log.Fatal("the error of the parallel-for is lost")
	}
	must(workspace.Parallel(func(_ uint32, task func(uint32)) error { task(0); return nil }, 2))
	refused("a parallel-for that leaves out a task", show(0, 0, steps))
	must(workspace.Parallel(func(tasks uint32, task func(uint32)) error {
		for i := uint32(0); i < tasks; i++ {
			task(0)
		}
		return nil
	}, 2))
	refused("a parallel-for that runs a task twice", show(0, 0, steps))
	must(workspace.Parallel(func(tasks uint32, task func(uint32)) error {
		for i := uint32(0); i <= tasks; i++ {
			task(i)
		}
		return nil
	}, 2))
	refused("a parallel-for that runs a task too many", show(0, 0, steps))
	must(workspace.Parallel(func(tasks uint32, task func(uint32)) error {
		for i := tasks; i > 0; i-- {
			task(i - 1)
		}
		return nil
	}, 2))
	train()
	refuseLoss(model, other)
	leaveTasks()
	must(show(1, 2, steps))
	refuseStreams(model, workspace)
	refused("an option that is read only", optimizer.Set(srnn.Key("OPTIMIZER_UPDATES"), 1))
	refuseFiles(model, optimizer, clipper)
	readForged()

	// Backward reads the ids of its forward, whatever became of the caller's and of the batch.
	gradients := [2][]float32{make([]float32, n), make([]float32, n)}
	for i, gradient := range gradients {
		must(show(1, 2, steps))
		must(loss(model))
		if i == 1 {
			must(batch.Begin(steps, count))
			must(batch.InputIDs(filled(5, steps*count), count, 1))
			batch.Close()
			runtime.GC()
		}
		must(workspace.Backward(model, nil, gradient))
	}
	for i := range gradients[0] {
		if gradients[0][i] != gradients[1][i] {
			log.Fatal("backward saw other ids")
		}
	}
}
