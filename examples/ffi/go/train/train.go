// train.go - examples/train.c in Go: the temporal order problem
//
// The work of each pass is shared out to goroutines. Ends in the same bits as the C program. With
// the library installed where pkg-config finds it:
//
//	cd examples/ffi/go && go run ./train
package main

import (
	"fmt"
	"log"
	"math"
	"os"
	"sync"

	"example.com/srnn"
)

const (
	steps     = 20
	batchSize = 20
	testSize  = 1000
	hidden    = 50
	updates   = 20000
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func made[T any](object T, err error) T {
	must(err)
	return object
}

// draw returns ids [steps x count] and classes [count]: symbols 0 and 1 matter, one in the second
// tenth and one just after the middle; 2 to 5 distract.
func draw(random *srnn.Random, count uint32) (ids, classes []uint32) {
	const tenth = steps / 10
	ids, classes = make([]uint32, steps*count), make([]uint32, count)
	for i := range ids {
		ids[i] = 2 + random.Below(4)
	}
	for s := range classes {
		first, second := random.Below(2), random.Below(2)
		ids[(tenth+random.Below(tenth))*count+uint32(s)] = first
		ids[(steps/2+random.Below(tenth))*count+uint32(s)] = second
		classes[s] = first + 2*second
	}
	return ids, classes
}

// runTasks lets a goroutine run each task.
func runTasks(count uint32, task func(index uint32)) error {
	var group sync.WaitGroup
	for i := uint32(0); i < count; i++ {
		group.Add(1)
		go func(index uint32) {
			defer group.Done()
			task(index)
		}(i)
	}
	group.Wait()
	return nil
}

// hashOf is FNV-1a of 64 bits over the values as 32-bit words, least significant byte first.
func hashOf(values []float32) uint64 {
	hash := uint64(0xcbf29ce484222325)
	for _, value := range values {
		for word, i := math.Float32bits(value), 0; i < 4; word, i = word>>8, i+1 {
			hash = (hash ^ uint64(word&0xff)) * 0x100000001b3
		}
	}
	return hash
}

func train() (wrong uint64) {
	random := made(srnn.NewRandom(1, 0))
	defer random.Close()
	model := made(srnn.NewModel(6, hidden, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0))
	defer model.Close()
	must(model.Initialize(srnn.StartSmartTanh, random))
	batch := made(srnn.NewBatch())
	defer batch.Close()
	workspace := made(srnn.NewWorkspace(model, steps, testSize, srnn.WorkspaceLastOutput))
	defer workspace.Close()
	must(workspace.Parallel(runTasks, 2))
	regularizer := made(srnn.NewRegularizer(model, srnn.OmegaPaper))
	defer regularizer.Close()
	clipper := made(srnn.NewClipper(srnn.ClipNorm))
	defer clipper.Close()
	parameters := model.Parameters()
	optimizer := made(srnn.NewOptimizer(srnn.OptimizerSGD, len(parameters)))
	defer optimizer.Close()

	// Run the network forward on new sequences.
	show := func(count uint32) {
		ids, classes := draw(random, count)
		must(batch.Begin(steps, count))
		must(batch.InputIDs(ids, uint(count), 1))
		must(batch.TargetIDs(classes, 0, 1))
		must(workspace.Forward(model, batch))
	}

	wrong = testSize
	for update := 1; update <= updates && wrong > 0; update++ {
		gradient := make([]float32, len(parameters))
		show(batchSize)
		loss, weight, err := workspace.Loss(model, batch, 1.0/batchSize)
		must(err)
		must(workspace.Backward(model, regularizer, gradient))
		omega := made(regularizer.Apply(model, gradient))
		norm := made(clipper.Apply(model, gradient))
		must(optimizer.Step(parameters, gradient))
		if update%500 == 0 {
			show(testSize)
			wrong = made(workspace.CountErrors(model, batch, 0))
			fmt.Printf("update %5d  loss %.3f  norm %.3f  Omega %.4f  wrong %4d of %d\n",
				update, loss/weight, norm, omega, wrong, testSize)
		}
	}
	fmt.Printf("hash %016x\n", hashOf(parameters))
	fmt.Println("two goroutines for each stage")
	return wrong
}

func main() {
	if train() > 0 {
		os.Exit(1)
	}
}
