/* page.js - starts the sections. The build puts srnn.js, experiment.js and worker.js into
 * workerSource(), which runs in a worker: a page of file:// may load none from a file. */
'use strict';

const motion = { reduced: () => matchMedia('(prefers-reduced-motion: reduce)').matches };

function makeWorker(hear, fail) {
    const source = new Blob([`(${workerSource})();`], { type: 'text/javascript' });
    const worker = new Worker(URL.createObjectURL(source));
    worker.onmessage = ({ data }) => (data.broken ? fail(data.broken) : hear(data));
    worker.onerror = (event) => fail(event.message || 'no worker could be started');
    return worker;
}

new Fold(motion);
new Descent(motion);
const bits = new Bits();
const training = new Training(makeWorker, motion, (record) => bits.show(record));
bits.listen(() => training.choose({}, true));
