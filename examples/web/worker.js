/* worker.js - runs an Experiment in a worker, in slices between which it can be told to stop
 *
 * What it is told: { begin: settings, run }, { adjust: settings }, { go: bool }, { slowly: bool }.
 * What it tells: { run, ...report }, where `run` is the number that begin came with; { broken: why }
 * when it cannot do what it was told. */
'use strict';

const SLICE = 40; /* milliseconds of updates between two reports */
const SLOW = { UPDATES: 4, PAUSE: 100 };

/* Returns what hears the messages. */
function startWorker(srnn) {
    let experiment = null;
    let run = 0;
    let going = false;
    let slowly = false;
    let timer = 0;

    /* Returns what call() does, or other(error) after an explosion: when there is a gradient or a
     * weight that is not finite. */
    function unlessNonfinite(call, other) {
        try {
            return call();
        } catch (error) {
            if (error.code !== srnn.E_NONFINITE) {
                throw error;
            }
            return other(error);
        }
    }

    /* `taken` are the results of the updates since the last report, `tests` those of tests. */
    function report(taken, tests, failure) {
        self.postMessage({
            run,
            updates: experiment.updates,
            losses: Float32Array.from(taken, ({ loss }) => loss),
            norms: Float32Array.from(taken, ({ norm }) => norm),
            thresholds: Float32Array.from(taken, ({ threshold }) => threshold),
            omega: taken.length ? taken[taken.length - 1].omega : null,
            tests,
            flow: experiment.flow(),
            spectrum: unlessNonfinite(
                () => experiment.spectrum(),
                () => null,
            ),
            finished: experiment.finished(),
            failure,
            hash: experiment.finished() ? experiment.hash() : null,
        });
    }

    function slice() {
        timer = 0;
        if (!going) {
            return;
        }
        const [taken, tests] = [[], []];
        const end = performance.now() + SLICE;
        const update = () => {
            const result = experiment.update();
            taken.push(result);
            if (experiment.updates % TEST_EVERY === 0) {
                tests.push({ ...result, update: experiment.updates, wrong: experiment.test() });
            }
            return null;
        };
        let failure = null;
        do {
            failure = unlessNonfinite(update, (error) => error.message);
        } while (
            failure === null &&
            !experiment.finished() &&
            (slowly ? taken.length < SLOW.UPDATES : performance.now() < end)
        );
        going &&= failure === null && !experiment.finished();
        report(taken, tests, failure);
        plan();
    }

    function plan() {
        if (going && !timer) {
            timer = setTimeout(slice, slowly ? SLOW.PAUSE : 0);
        }
    }

    return (data) => {
        if (data.begin) {
            going = false;
            experiment?.dispose();
            experiment = new Experiment(srnn, data.begin);
            run = data.run;
            report([], [], null);
        }
        if (data.adjust) {
            experiment.adjust(data.adjust);
        }
        slowly = data.slowly ?? slowly;
        going = data.go ?? going;
        plan();
    };
}

/* Messages come before the library is ready: they wait for it, in their order. */
const ready = globalThis.srnn.load().then(startWorker);
self.onmessage = async ({ data }) => {
    try {
        (await ready)(data);
    } catch (error) {
        self.postMessage({ broken: error.message });
    }
};
