/* chart.js - lines and bands over two axes, on a canvas */
'use strict';

/* The page's colours, as style.css sets them for light and dark. */
function colours() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
        paper: colour('paper'),
        ink: colour('ink'),
        muted: colour('muted'),
        rule: colour('rule'),
        accent: colour('accent'),
        dark: matchMedia('(prefers-color-scheme: dark)').matches,
    };
}

/* Calls draw(context, width, height) for a canvas, in CSS pixels: after refresh(), when the canvas
 * has another size, and when the page changes between light and dark. At most once a frame. */
class Picture {
    constructor(canvas, draw) {
        this.canvas = canvas;
        this.draw = draw;
        this.frame = 0;
        new ResizeObserver(() => this.refresh()).observe(canvas);
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.refresh());
    }

    refresh() {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            this.render();
        });
    }

    render() {
        const { clientWidth: width, clientHeight: height } = this.canvas;
        if (width === 0 || height === 0) {
            return;
        }
        const scale = Math.min(devicePixelRatio || 1, 3);
        const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)];
        if (this.canvas.width !== columns || this.canvas.height !== rows) {
            this.canvas.width = columns;
            this.canvas.height = rows;
        }
        const context = this.canvas.getContext('2d');
        context.setTransform(scale, 0, 0, scale, 0, 0);
        context.clearRect(0, 0, width, height);
        context.font = TEXT;
        context.lineJoin = 'round';
        this.draw(context, width, height);
    }
}

const TEXT = '13px system-ui, sans-serif';

/* 10 to the power `exponent` as text. */
function powerOfTen(exponent, raisedAlways = false) {
    if (!raisedAlways && exponent >= -2 && exponent <= 3) {
        return String(Number(`1e${exponent}`));
    }
    const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
    const raised = String(Math.abs(exponent)).replace(/\d/g, (digit) => digits[digit]);
    return `10${exponent < 0 ? '⁻' : ''}${raised}`;
}

/* A number of any size with two digits: "0.13", "7.9 × 10⁻²⁷". */
function roughNumber(value) {
    if (value === 0 || (Math.abs(value) >= 0.001 && Math.abs(value) < 10000)) {
        return String(Number(value.toPrecision(2))).replace('-', '−');
    }
    const [digits, exponent] = value.toExponential(1).split('e');
    return `${digits.replace('-', '−')} × ${powerOfTen(Number(exponent), true)}`;
}

/* A number with a minus sign of full width, and no more digits than `step` needs. */
function plainNumber(value, step) {
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const text = Math.abs(value) >= 10000 ? value.toLocaleString('en') : value.toFixed(digits);
    return text.replace('-', '−');
}

/* Ticks of an axis, [value, text], about `count`. */
function ticks(axis, count) {
    const marks = [];
    if (axis.logarithmic) {
        const first = Math.ceil(Math.log10(axis.low) - 1e-9);
        const last = Math.floor(Math.log10(axis.high) + 1e-9);
        const step = Math.max(1, Math.ceil((last - first) / count));
        for (let exponent = Math.ceil(first / step) * step; exponent <= last; exponent += step) {
            marks.push([10 ** exponent, powerOfTen(exponent)]);
        }
        return marks;
    }
    const rough = (axis.high - axis.low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
    const shown = step / power === 2.5 ? step / 5 : step;
    for (let i = Math.ceil(axis.low / step - 1e-9); i * step <= axis.high + step * 1e-9; i++) {
        marks.push([i * step, plainNumber(i * step, shown)]);
    }
    return marks;
}

/* Where the values of an axis lie between `from` and `to`. */
function scaleOf(axis, from, to) {
    const place = axis.logarithmic ? Math.log10 : Number;
    const [low, high] = [place(axis.low), place(axis.high)];
    return (value) => from + ((place(value) - low) / (high - low)) * (to - from);
}

/* A chart: scene() returns what to draw now,
 *     { x, y, marks }
 * with axes { label, low, high, logarithmic } and marks in the order of drawing:
 *     { line: [xs, ys], colour, width, dash }    not drawn where y is not finite, or 0 on a
 *                                                logarithmic axis
 *     { band: [xs, lows, highs], colour }
 *     { stretch: [from, to], text }              a part of the x axis
 *     { level: y, text }                         a horizontal line
 *     { upright: x, colour }                     a vertical line
 *     { points: [xs, ys], colour, radius }
 *     { text, at: [x, y], colour, align, right, up }    `right` and `up` pixels from the point */
class Chart {
    constructor(canvas, scene) {
        this.scene = scene;
        this.picture = new Picture(canvas, (...where) => this.draw(...where));
    }

    refresh() {
        this.picture.refresh();
    }

    draw(context, width, height) {
        const scene = this.scene();
        const colour = colours();
        const marksY = ticks(scene.y, Math.max(2, Math.floor(height / 45)));
        const widest = Math.max(...marksY.map(([, text]) => context.measureText(text).width), 8);
        const area = { left: widest + 12, right: width - 10, top: 26, bottom: height - 40 };
        const x = scaleOf(scene.x, area.left, area.right);
        const y = scaleOf(scene.y, area.bottom, area.top);
        this.area = area;
        this.drawAxes(context, scene, area, marksY, x, y, colour);
        context.save();
        context.beginPath();
        context.rect(
            area.left,
            area.top - 3,
            area.right - area.left + 3,
            area.bottom - area.top + 6,
        );
        context.clip();
        for (const mark of scene.marks) {
            this.drawMark(context, mark, scene, x, y, colour);
        }
        context.restore();
        for (const mark of scene.marks) {
            this.writeMark(context, mark, x, y, colour);
        }
    }

    drawAxes(context, scene, area, marksY, x, y, colour) {
        const marksX = ticks(scene.x, Math.max(2, Math.floor((area.right - area.left) / 58)));
        context.strokeStyle = colour.rule;
        context.fillStyle = colour.muted;
        context.lineWidth = 1;
        context.textAlign = 'right';
        context.textBaseline = 'middle';
        for (const [value, text] of marksY) {
            const at = Math.round(y(value)) + 0.5;
            context.beginPath();
            context.moveTo(area.left, at);
            context.lineTo(area.right, at);
            context.stroke();
            context.fillText(text, area.left - 6, at);
        }
        context.strokeStyle = colour.muted;
        context.beginPath();
        context.moveTo(area.left, Math.round(area.bottom) + 0.5);
        context.lineTo(area.right, Math.round(area.bottom) + 0.5);
        context.textAlign = 'center';
        context.textBaseline = 'top';
        for (const [value, text] of marksX) {
            const at = Math.round(x(value)) + 0.5;
            const half = context.measureText(text).width / 2;
            context.moveTo(at, area.bottom);
            context.lineTo(at, area.bottom + 4);
            context.fillText(text, Math.min(at, area.right + 8 - half), area.bottom + 7);
        }
        context.stroke();
        context.textAlign = 'right';
        context.fillText(scene.x.label, area.right, area.bottom + 24);
        context.fillStyle = colour.ink;
        context.textAlign = 'left';
        context.textBaseline = 'alphabetic';
        context.fillText(scene.y.label, 0, 13);
    }

    drawMark(context, mark, scene, x, y, colour) {
        const seen = (value) => Number.isFinite(value) && (value > 0 || !scene.y.logarithmic);
        context.strokeStyle = context.fillStyle = colour[mark.colour] ?? colour.ink;
        context.lineWidth = mark.width ?? 2;
        context.setLineDash(mark.dash ?? []);
        if (mark.line) {
            const [xs, ys] = mark.line;
            let drawn = false;
            context.beginPath();
            for (let i = 0; i < xs.length; i++) {
                if (seen(ys[i])) {
                    context[drawn ? 'lineTo' : 'moveTo'](x(xs[i]), y(ys[i]));
                }
                drawn = seen(ys[i]);
            }
            context.stroke();
        } else if (mark.band) {
            const [xs, lows, highs] = mark.band;
            const lowest = scene.y.low;
            context.globalAlpha = 0.22;
            context.beginPath();
            for (let i = 0; i < xs.length; i++) {
                context.lineTo(x(xs[i]), y(seen(highs[i]) ? highs[i] : lowest));
            }
            for (let i = xs.length - 1; i >= 0; i--) {
                context.lineTo(x(xs[i]), y(seen(lows[i]) ? lows[i] : lowest));
            }
            context.fill();
            context.globalAlpha = 1;
        } else if (mark.stretch) {
            context.fillStyle = colour.muted;
            context.globalAlpha = 0.16;
            const [from, to] = mark.stretch.map(x);
            context.fillRect(from, this.area.top, to - from, this.area.bottom - this.area.top);
            context.globalAlpha = 1;
        } else if (mark.level !== undefined) {
            context.strokeStyle = colour.muted;
            context.lineWidth = 1.5;
            context.setLineDash([5, 4]);
            context.beginPath();
            context.moveTo(this.area.left, y(mark.level));
            context.lineTo(this.area.right, y(mark.level));
            context.stroke();
        } else if (mark.upright !== undefined) {
            context.beginPath();
            context.moveTo(x(mark.upright), this.area.top);
            context.lineTo(x(mark.upright), this.area.bottom);
            context.stroke();
        } else if (mark.points) {
            const [xs, ys] = mark.points;
            for (let i = 0; i < xs.length; i++) {
                context.beginPath();
                context.arc(x(xs[i]), y(ys[i]), mark.radius ?? 3, 0, 2 * Math.PI);
                context.fill();
            }
        }
        context.setLineDash([]);
    }

    /* Texts keep within the canvas, and a margin of the page's colour sets them off from lines. */
    writeMark(context, mark, x, y, colour) {
        if (!mark.text) {
            return;
        }
        let [across, down, align] = [this.area.right - 4, 0, 'right'];
        if (mark.at) {
            [across, down] = [x(mark.at[0]) + (mark.right ?? 0), y(mark.at[1]) - (mark.up ?? 6)];
            align = mark.align ?? 'left';
        } else if (mark.level !== undefined) {
            down = y(mark.level) - (y(mark.level) < this.area.top + 17 ? -16 : 5);
        } else {
            [across, down, align] = [
                (x(mark.stretch[0]) + x(mark.stretch[1])) / 2,
                this.area.top + 13,
                'center',
            ];
        }
        const half = context.measureText(mark.text).width / 2;
        const centre = across + (align === 'left' ? half : align === 'right' ? -half : 0);
        across = Math.max(this.area.left + 3 + half, Math.min(this.area.right - half, centre));
        down = Math.max(this.area.top + 12, Math.min(this.area.bottom - 4, down));
        context.textAlign = 'center';
        context.textBaseline = 'alphabetic';
        context.strokeStyle = colour.paper;
        context.lineWidth = 4;
        context.strokeText(mark.text, across, down);
        context.fillStyle = colour[mark.colour] ?? colour.muted;
        context.fillText(mark.text, across, down);
    }
}
