// train.go - examples/train.c in Go: the temporal order problem
//
// The work of each pass is shared out to goroutines. At update 1000 the run is saved and restored
// into new objects. It ends in the same bits as the C program, which is not interrupted. In the end
// the trained model is saved, loaded and shown a sequence step by step. With the library installed
// where pkg-config finds it:
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

	interruption = 1000 // where the run is saved, and new objects go on
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

// A run's state, from the parameters to the generator, goes into a file.
type run struct {
	random      *srnn.Random
	model       *srnn.Model
	batch       *srnn.Batch
	workspace   *srnn.Workspace
	regularizer *srnn.Regularizer
	clipper     *srnn.Clipper
	optimizer   *srnn.Optimizer
}

func newRun() *run {
	r := new(run)
	r.random = made(srnn.NewRandom(1, 0))
	r.model = made(srnn.NewModel(6, hidden, 4, srnn.HiddenTanh, srnn.OutputSoftmax, 0))
	must(r.model.Initialize(srnn.StartSmartTanh, r.random))
	r.batch = made(srnn.NewBatch())
	r.workspace = made(srnn.NewWorkspace(r.model, steps, testSize, srnn.WorkspaceLastOutput))
	must(r.workspace.Parallel(runTasks, 2))
	r.regularizer = made(srnn.NewRegularizer(r.model, srnn.OmegaPaper))
	r.clipper = made(srnn.NewClipper(srnn.ClipNorm))
	must(r.clipper.Set(srnn.Key("CLIP_RULE"), srnn.ClipRuleAuto))
	r.optimizer = made(srnn.NewOptimizer(srnn.OptimizerSGD, len(r.model.Parameters())))
	return r
}

func (r *run) close() {
	r.optimizer.Close()
	r.clipper.Close()
	r.regularizer.Close()
	r.workspace.Close()
	r.batch.Close()
	r.model.Close()
	r.random.Close()
}

// show runs the network forward on a batch of sequences.
func (r *run) show(ids, classes []uint32) {
	count := uint(len(classes))
	must(r.batch.Begin(steps, uint32(count)))
	must(r.batch.InputIDs(ids, count, 1))
	must(r.batch.TargetIDs(classes, 0, 1))
	must(r.workspace.Forward(r.model, r.batch))
}

// update returns the mean loss, the norm of the gradient, and Omega.
func (r *run) update() (loss, norm, omega float64) {
	parameters := r.model.Parameters()
	gradient := make([]float32, len(parameters))
	r.show(draw(r.random, batchSize))
	loss, weight, err := r.workspace.Loss(r.model, r.batch, 1.0/batchSize)
	must(err)
	must(r.workspace.Backward(r.model, r.regularizer, gradient))
	omega = made(r.regularizer.Apply(r.model, gradient))
	rate := made(r.optimizer.Get(srnn.Key("OPTIMIZER_RATE")))
	must(r.clipper.Tell(loss/batchSize, rate, steps))
	norm = made(r.clipper.Apply(r.model, gradient))
	must(r.optimizer.Step(parameters, gradient))
	return loss / weight, norm, omega
}

// checkpoint is the list of parts that saves a run, and restores one into the objects of another.
func (r *run) checkpoint() *srnn.Checkpoint {
	checkpoint := made(srnn.NewCheckpoint(7))
	must(checkpoint.Add("model", r.model))
	must(checkpoint.Add("optimizer", r.optimizer))
	must(checkpoint.Add("clipper", r.clipper))
	must(checkpoint.Add("regularizer", r.regularizer))
	must(checkpoint.Add("workspace", r.workspace))
	must(checkpoint.Add("random", r.random))
	must(checkpoint.AddText("classes", "00 10 01 11"))
	return checkpoint
}

func (r *run) save() []byte {
	checkpoint := r.checkpoint()
	defer checkpoint.Close()
	return made(checkpoint.Save())
}

// resume returns a run of new objects that goes on where the file was saved, with the same bits.
func resume(archive []byte) *run {
	r := newRun()
	checkpoint := r.checkpoint()
	defer checkpoint.Close()
	must(checkpoint.Open(archive))
	must(checkpoint.Restore())
	fmt.Printf("restored: %d parts at update %.0f, classes %s\n", len(made(checkpoint.Parts())),
		made(r.optimizer.Get(srnn.Key("OPTIMIZER_UPDATES"))), made(checkpoint.Text("classes")))
	return r
}

// stream loads the model of a file, shows it a sequence step by step, and compares it with forward.
func stream(archive []byte, r *run) bool {
	model := made(srnn.LoadModel(archive))
	defer model.Close()
	ids, classes := draw(r.random, 1)
	state, next, whole := make([]float32, hidden), make([]float32, hidden), make([]float32, hidden)
	logits := make([]float32, 4)
	must(model.InitialState(state))
	for _, id := range ids {
		must(model.StepID(id, state, next, logits))
		state, next = next, state
	}
	r.show(ids, classes)
	must(r.workspace.GetState(whole))
	class, which := 0, "that"
	for i, logit := range logits {
		if logit > logits[class] {
			class = i
		}
	}
	same := hashOf(state) == hashOf(whole)
	if !same {
		which = "NOT THAT"
	}
	fmt.Printf("streamed: class %d for %d, the state is %s of forward\n", class, classes[0], which)
	return same
}

func train() bool {
	r := newRun()
	wrong := uint64(testSize)
	for update := 1; update <= updates && wrong > 0; update++ {
		loss, norm, omega := r.update()
		if update%500 == 0 {
			r.show(draw(r.random, testSize))
			wrong = made(r.workspace.CountErrors(r.model, r.batch, 0))
			fmt.Printf("update %5d  loss %.3f  norm %.3f  Omega %.4f  wrong %4d of %d\n",
				update, loss, norm, omega, wrong, testSize)
		}
		if update == interruption {
			archive := r.save()
			r.close()
			r = resume(archive)
		}
	}
	defer r.close()
	fmt.Printf("hash %016x\n", hashOf(r.model.Parameters()))
	same := stream(made(r.model.Save()), r)
	fmt.Println("two goroutines for each stage")
	return wrong == 0 && same
}

func main() {
	if !train() {
		os.Exit(1)
	}
}
