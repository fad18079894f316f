/* train_texts.js - what the section on training says of a Record (record.js) in words */
'use strict';

const share = (test) => `${(test.wrong / 10).toFixed(1)} %`;

/* The texts that stand for the charts where these are not seen, by their names. */
function chartTexts(record) {
    const test = record.lastTest();
    const furthest = record.settings.steps - 1;
    const times = ([, median]) =>
        median[furthest].toExponential(0).replace('e', ' times 10 to the power ');
    return {
        wrong: test ? `${share(test)} wrong at update ${test.update}.` : 'No test yet.',
        loss: test
            ? `${test.loss.toFixed(3)} nats at update ${test.update}; by chance it is 1.386.`
            : 'No test yet.',
        flow:
            `${furthest} steps back the norm is ${times(record.flow)} of that at the end; ` +
            `when the run started it was ${times(record.flowAtStart)}.`,
        norm: `${record.clipped} of ${record.updates} gradients were clipped.`,
    };
}

/* How a run ended, or null while it goes on. */
function endText(record) {
    const test = record.lastTest();
    if (record.failure) {
        return (
            `Update ${record.updates + 1} failed, ${record.failure}. The gradient has exploded: ` +
            'reset, and choose a threshold.'
        );
    }
    if (!record.finished) {
        return null;
    }
    return test.wrong === 0
        ? `Solved: after ${test.update} updates all of 1,000 new sequences are answered correctly.`
        : `Not solved: ${share(test)} wrong after ${record.updates} updates.`;
}

/* The numbers above the charts, by their names. */
function numberTexts(record) {
    const { updates, clipped, omega, spectrum } = record;
    const test = record.lastTest();
    return {
        updates: updates.toLocaleString('en'),
        'wrong-now': test ? share(test) : '–',
        clipped: updates ? `${Math.round((100 * clipped) / updates)} %` : '–',
        'omega-now': omega === null ? '–' : roughNumber(omega),
        'radius-now': spectrum ? spectrum.radius.toFixed(2) : '–',
        'singular-now': spectrum ? spectrum.singularValue.toFixed(2) : '–',
    };
}
