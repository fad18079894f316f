// refusals.go - bad input to examples/ffi/go is an *srnn.Error that tells why
package main

import (
	"errors"
	"fmt"
	"log"
	"math"
	"runtime"

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
	closed := made(srnn.NewModel(6, 5, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0))
	closed.Close()
	closed.Close()
	refused("a handle that is closed", workspace.Forward(closed, batch))
	refused("no handle", workspace.Forward(nil, batch))
	must(show(0, 0, steps))
	refused("backward before loss", workspace.Backward(model, regularizer, make([]float32, n)))
	refused("ids before begin", made(srnn.NewBatch()).InputIDs(filled(0, 1), 1, 1))
	must(batch.Begin(steps, count))
	refused("too few ids for the batch", batch.InputIDs(filled(0, steps*count-1), count, 1))
	refused("strides beyond the ids", batch.InputIDs(filled(0, steps*count), math.MaxUint, 1))
	refused("an id beyond the inputs", show(6, 0, steps))
	must(show(0, 4, steps))
	refused("a class beyond the outputs", loss(model))
	refused("more steps than the workspace has", show(0, 0, steps+1))
	train()
	refused("a model of another shape",
		loss(made(srnn.NewModel(6, 7, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0))))
	must(show(0, 0, steps))
	must(loss(model))
	refused("a gradient that is too short",
		workspace.Backward(model, regularizer, make([]float32, n-1)))
	bad := make([]float32, n)
	bad[0] = float32(math.NaN())
	refused("a gradient that is not a number", second(clipper.Apply(model, bad)))
	refused("a gradient and parameters of different lengths",
		optimizer.Step(model.Parameters(), make([]float32, n-1)))
	refused("an option of another handle", clipper.Set(srnn.OptimizerRate, 1))
	refused("a threshold that is not a number", clipper.Set(srnn.ClipThreshold, math.NaN()))
	refused("a loss below zero", clipper.Tell(-1, 0.01, 10))
	ruled := made(srnn.NewClipper(srnn.ClipNorm))
	must(ruled.Set(srnn.ClipRule, srnn.ClipRulePolyak))
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
		for i := tasks; i > 0; i-- {
			task(i - 1)
		}
		return nil
	}, 2))
	train()

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
