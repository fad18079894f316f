/* bits.js - the section that compares the run's bits with those of the C program */
'use strict';

/* The lines that examples/train.c prints for a run. */
function transcript(record) {
    const lines = record.tests.map(({ update, loss, norm, omega, wrong }) =>
        [
            `update ${String(update).padStart(5)}`,
            `loss ${loss.toFixed(3)}`,
            `norm ${norm.toFixed(3)}`,
            `Omega ${omega.toFixed(4)}`,
            `wrong ${String(wrong).padStart(4)} of 1000`,
        ].join('  '),
    );
    return [...lines, ...(record.hash ? [`hash ${record.hash}`] : [])].join('\n');
}

class Bits {
    part(id) {
        return document.getElementById(`bits-${id}`);
    }

    listen(runDefaults) {
        this.part('run').addEventListener('click', runDefaults);
    }

    show(record) {
        const lines = record.untouched ? transcript(record) : '';
        this.write('here', lines || 'No test with the default settings yet.');
        this.write('verdict', this.verdict(record, lines));
    }

    verdict(record, lines) {
        if (!record.untouched) {
            return 'The run of section 1 has other settings than the C program.';
        }
        if (!record.hash) {
            return '';
        }
        return lines === this.part('expected').textContent.trim()
            ? 'Every line is the same, to the last bit of the parameters.'
            : 'They differ, which is a defect. Please report it, with the name of your browser.';
    }

    /* The same text again would be read aloud again. */
    write(id, text) {
        if (this.part(id).textContent !== text) {
            this.part(id).textContent = text;
        }
    }
}
