/* descent.js - the section of figure 6: descent with and without clipping over the surface */
'use strict';

/* Where descent starts, how many steps are shown, and for how many milliseconds each. The first is
 * that of `srnn figure wall`. */
const STARTS = {
    wall: { w: 5, b: -2.61234136, steps: 12, pace: 450 },
    valley: { w: 5.2, b: -2.3, steps: 50, pace: 150 },
};

class Descent {
    progress = 0; /* steps, and a part of the next one while they roll */
    frame = 0;

    constructor(motion) {
        this.motion = motion;
        this.surface = new Surface(this.part('canvas'), () => this.paths());
        const on = (id, event, listener) => this.part(id).addEventListener(event, listener);
        ['turn', 'tilt'].forEach((id) => on(id, 'input', () => this.look()));
        ['start', 'threshold'].forEach((id) => on(id, 'input', () => this.restart()));
        on('reset', 'click', () => this.restart());
        on('roll', 'click', () => this.roll());
        on('next', 'click', () => this.stopAt(Math.floor(this.progress) + 1));
        onDrag(this.part('canvas'), {
            begin: () => [this.surface.turn, this.surface.tilt],
            move: ([turn, tilt], across, down) => {
                const around = turn + across * 0.4 + 180;
                this.part('turn').value = (((around % 360) + 360) % 360) - 180;
                this.part('tilt').value = tilt + down * 0.3;
                this.look();
            },
        });
        this.look();
        this.restart();
    }

    part(id) {
        return document.getElementById(`surface-${id}`);
    }

    look() {
        this.surface.turn = Number(this.part('turn').value);
        this.surface.tilt = Number(this.part('tilt').value);
        this.part('turn-value').textContent = `${plainNumber(this.surface.turn, 1)}°`;
        this.part('tilt-value').textContent = `${this.surface.tilt}°`;
        this.surface.refresh();
    }

    restart() {
        const threshold = Number((10 ** Number(this.part('threshold').value)).toPrecision(2));
        this.start = STARTS[this.part('start').value];
        const { w, b, steps } = this.start;
        this.plain = descend(w, b, Infinity, steps);
        this.clipped = descend(w, b, threshold, steps);
        this.part('threshold-value').textContent = threshold;
        this.stopAt(0);
    }

    paths() {
        const { plain, clipped, progress } = this;
        return [
            { points: plain, colour: 'ink', dash: [5, 4], progress },
            { points: clipped, colour: 'accent', progress },
        ];
    }

    stopAt(progress) {
        cancelAnimationFrame(this.frame);
        this.frame = 0;
        this.progress = Math.min(this.start.steps, progress);
        this.show();
    }

    roll() {
        const { steps, pace } = this.start;
        if (this.frame) {
            this.stopAt(this.progress);
            return;
        }
        if (this.motion.reduced()) {
            this.stopAt(steps);
            return;
        }
        const from = this.progress < steps ? this.progress : 0;
        let began = null;
        const move = (now) => {
            began ??= now;
            this.progress = from + (now - began) / pace;
            if (this.progress >= steps) {
                this.stopAt(steps);
                return;
            }
            this.frame = requestAnimationFrame(move);
            this.show();
        };
        this.frame = requestAnimationFrame(move);
    }

    show() {
        const { steps } = this.start;
        this.part('step').textContent = `After ${Math.floor(this.progress)} of ${steps} steps`;
        this.part('next').disabled = this.progress >= steps;
        this.part('roll').textContent = this.frame ? 'Stop' : 'Roll';
        this.showRow('plain', this.plain);
        this.showRow('clipped', this.clipped);
        /* The same text again would be read aloud again. */
        if (this.part('told').textContent !== this.told()) {
            this.part('told').textContent = this.told();
        }
        this.surface.refresh();
    }

    showRow(name, points) {
        const at = points[Math.floor(this.progress)];
        const place = (value) => plainNumber(value, Math.abs(value) >= 100 ? 1 : 0.001);
        this.part(`${name}-w`).textContent = place(at.w);
        this.part(`${name}-b`).textContent = place(at.b);
        this.part(`${name}-error`).textContent = at.error.toFixed(4);
        this.part(`${name}-norm`).textContent = roughNumber(at.norm);
    }

    told() {
        const thrown = this.plain.findIndex((point) => !inView(point));
        if (thrown < 0 || this.progress < thrown) {
            return '';
        }
        const { error, norm } = this.plain[thrown];
        return (
            `Without clipping, step ${thrown} left the picture. The error there is ` +
            `${error.toFixed(4)}, and the gradient has the norm ${roughNumber(norm)}: no way back.`
        );
    }
}
