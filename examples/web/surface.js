/* surface.js - the error of wall.js as a surface that can be turned */
'use strict';

/* Rows of the mesh along w; columns along b, left and right of the wall. */
const MESH = { ROWS: 40, LEFT: 20, RIGHT: 44, HIGH: 0.4 };
/* From the wall to the columns beside it: the error falls by 0.33 within 0.003 of b. */
const BESIDE_WALL = 0.002;

/* The mesh: rows of points { w, b, error }. Two columns follow the wall on either side, which an
 * even grid would draw as teeth. */
function makeMesh() {
    const [low, high] = WALL.B;
    const mesh = [];
    for (let i = 0; i <= MESH.ROWS; i++) {
        const w = WALL.W[0] + ((WALL.W[1] - WALL.W[0]) * i) / MESH.ROWS;
        const [before, after] = [-1, 1].map((side) =>
            Math.max(low, wallAt(w) + side * BESIDE_WALL),
        );
        const row = [];
        for (let k = 0; k < MESH.LEFT; k++) {
            row.push(low + ((before - low) * k) / (MESH.LEFT - 1));
        }
        for (let k = 0; k < MESH.RIGHT; k++) {
            row.push(after + ((high - after) * k) / (MESH.RIGHT - 1));
        }
        mesh.push(row.map((b) => ({ w, b, error: errorAt(w, b).error })));
    }
    return mesh;
}

/* Of the box: half the width along b, where it is 1 along w, and the height. */
const WIDE = 1.3;
const TALL = 0.95; /* of an error of MESH.HIGH */

/* A point in the box. The error goes from 0 up. */
function boxed({ w, b, error }) {
    const share = (value, [low, high]) => (2 * (value - low)) / (high - low) - 1;
    return [WIDE * share(b, WALL.B), share(w, WALL.W), (error / MESH.HIGH) * TALL];
}

/* Looks at the box from a direction, turn and tilt in degrees, without perspective. */
class Camera {
    constructor(turn, tilt, width, height) {
        const [azimuth, elevation] = [turn, tilt].map((degrees) => (degrees * Math.PI) / 180);
        [this.cosA, this.sinA] = [Math.cos(azimuth), Math.sin(azimuth)];
        [this.cosE, this.sinE] = [Math.cos(elevation), Math.sin(elevation)];
        /* As large as fits at every turn, with room for the axes. */
        const across = 2 * Math.hypot(WIDE, 1);
        this.size = Math.min(
            (width - 96) / across,
            (height - 76) / (across * this.sinE + TALL * this.cosE),
        );
        this.centre = [width / 2, height / 2 + 0.5 * TALL * this.cosE * this.size];
    }

    /* Returns [across, down, depth] of a point of the box. */
    place([x, y, z]) {
        const across = x * this.cosA - y * this.sinA;
        const depth = x * this.sinA + y * this.cosA;
        return [
            this.centre[0] + this.size * across,
            this.centre[1] - this.size * (z * this.cosE + depth * this.sinE),
            depth,
        ];
    }
}

class Surface {
    /* paths() returns what lies on the surface: { points, colour, dash, progress }, of which the
     * first `progress` steps are drawn, a fraction too. */
    constructor(canvas, paths) {
        this.turn = -150;
        this.tilt = 30;
        this.paths = paths;
        this.mesh = makeMesh();
        this.quads = this.makeQuads();
        this.picture = new Picture(canvas, (...where) => this.draw(...where));
    }

    refresh() {
        this.picture.refresh();
    }

    makeQuads() {
        const quads = [];
        const points = this.mesh.map((row) => row.map(boxed));
        for (let i = 0; i + 1 < points.length; i++) {
            for (let k = 0; k + 1 < points[i].length; k++) {
                const corners = [
                    points[i][k],
                    points[i][k + 1],
                    points[i + 1][k + 1],
                    points[i + 1][k],
                ];
                const [p, q, r, s] = corners;
                const [u, v] = [r.map((x, j) => x - p[j]), s.map((x, j) => x - q[j])];
                const normal = [
                    u[1] * v[2] - u[2] * v[1],
                    u[2] * v[0] - u[0] * v[2],
                    u[0] * v[1] - u[1] * v[0],
                ];
                const length = Math.hypot(...normal) || 1;
                quads.push({
                    corners,
                    normal: normal.map((x) => x / length),
                    height: (p[2] + r[2]) / 2,
                    alongB: i % 5 === 0,
                    alongW: k % 5 === 0 || k === MESH.LEFT - 1,
                });
            }
        }
        return quads;
    }

    draw(context, width, height) {
        const camera = new Camera(this.turn, this.tilt, width, height);
        const colour = colours();
        this.drawBox(context, camera, colour);
        const seen = this.quads.map((quad) => {
            const corners = quad.corners.map((corner) => camera.place(corner));
            return { quad, corners, depth: (corners[0][2] + corners[2][2]) / 2 };
        });
        seen.sort((one, other) => other.depth - one.depth);
        for (const { quad, corners } of seen) {
            this.drawQuad(context, camera, quad, corners, colour);
        }
        for (const path of this.paths()) {
            this.drawPath(context, camera, path, colour);
        }
    }

    drawQuad(context, camera, quad, corners, colour) {
        /* The light comes from the upper left of who looks. */
        const [nx, ny, nz] = quad.normal;
        const across = nx * camera.cosA - ny * camera.sinA;
        const away = nx * camera.sinA + ny * camera.cosA;
        const light = Math.max(0, 0.86 * nz - 0.4 * across - 0.3 * away);
        const grey = colour.dark
            ? 34 + 58 * light + 40 * quad.height
            : 150 + 96 * light - 34 * quad.height;
        context.beginPath();
        corners.forEach(([x, y], i) => context[i ? 'lineTo' : 'moveTo'](x, y));
        context.closePath();
        context.fillStyle = context.strokeStyle = `rgb(${grey}, ${grey + 1}, ${grey + 3})`;
        context.lineWidth = 0.7;
        context.fill();
        context.stroke();
        context.strokeStyle = colour.dark ? 'rgba(255, 255, 255, 0.16)' : 'rgba(0, 0, 0, 0.16)';
        context.beginPath();
        for (const [wanted, from, to] of [
            [quad.alongB, 0, 1],
            [quad.alongW, 0, 3],
        ]) {
            if (wanted) {
                context.moveTo(corners[from][0], corners[from][1]);
                context.lineTo(corners[to][0], corners[to][1]);
            }
        }
        context.stroke();
    }

    /* The floor, and an axis at each of the edges that are nearest. */
    drawBox(context, camera, colour) {
        const near = (one, other) => (camera.place(one)[2] < camera.place(other)[2] ? -1 : 1);
        const front = near([0, -1, 0], [0, 1, 0]);
        const side = near([-1, 0, 0], [1, 0, 0]) * WIDE;
        const corners = [-1, 1, 1, -1].map((x, i) => [WIDE * x, i < 2 ? -1 : 1, 0]);
        const left = corners.reduce((one, other) =>
            camera.place(other)[0] < camera.place(one)[0] ? other : one,
        );
        context.strokeStyle = colour.muted;
        context.lineWidth = 1;
        this.drawLine(context, camera, [...corners, corners[0]]);
        if (camera.cosE > 0.4) {
            this.drawHeight(context, camera, left, colour);
        }
        const alongB = (share) => [WIDE * (2 * share - 1), front, 0];
        this.drawEdge(context, camera, 'bias b', WALL.B, alongB, [0, front, 0], colour);
        const alongW = (share) => [side, 2 * share - 1, 0];
        this.drawEdge(context, camera, 'weight w', WALL.W, alongW, [side, 0, 0], colour);
    }

    drawLine(context, camera, points) {
        context.beginPath();
        points.forEach((point, i) => {
            const [x, y] = camera.place(point);
            context[i ? 'lineTo' : 'moveTo'](x, y);
        });
        context.stroke();
    }

    /* An axis of the floor: at(share) is a point of it, and `out` leads from the centre to it. */
    drawEdge(context, camera, label, [low, high], at, out, colour) {
        const [centre, beyond] = [camera.place([0, 0, 0]), camera.place(out)];
        const [dx, dy] = [beyond[0] - centre[0], beyond[1] - centre[1]];
        const length = Math.hypot(dx, dy) || 1;
        const from = (share, distance) => {
            const [x, y] = camera.place(at(share));
            return [x + (dx / length) * distance, y + (dy / length) * distance];
        };
        const sideways = Math.abs(dx / length) > 0.35;
        context.textBaseline = 'middle';
        context.textAlign = sideways ? (dx > 0 ? 'left' : 'right') : 'center';
        context.fillStyle = context.strokeStyle = colour.muted;
        for (const [value, text] of ticks({ low, high }, 4)) {
            const share = (value - low) / (high - low);
            context.beginPath();
            context.moveTo(...from(share, 0));
            context.lineTo(...from(share, 5));
            context.stroke();
            context.fillText(text, ...from(share, 13));
        }
        /* The name of the axis, beyond its numbers and within the canvas. */
        const half = context.measureText(label).width / 2;
        const [x, y] = from(0.5, sideways ? 48 : 34);
        const across = x + (sideways ? Math.sign(dx) * half : 0);
        context.fillStyle = colour.ink;
        context.textAlign = 'center';
        context.fillText(label, Math.max(half, Math.min(2 * centre[0] - half, across)), y + 6);
    }

    /* The axis of the error, above a corner of the floor. The floor has numbers of its own, so that
     * 0 has none. */
    drawHeight(context, camera, [x, y], colour) {
        const at = (error) => [x, y, (error / MESH.HIGH) * TALL];
        this.drawLine(context, camera, [at(0), at(MESH.HIGH)]);
        context.textBaseline = 'middle';
        context.textAlign = 'right';
        context.fillStyle = colour.muted;
        for (const [value, text] of ticks({ low: 0, high: MESH.HIGH }, 4).slice(1)) {
            const [across, down] = camera.place(at(value));
            context.beginPath();
            context.moveTo(across, down);
            context.lineTo(across - 5, down);
            context.stroke();
            context.fillText(text, across - 9, down);
        }
        const [across, down] = camera.place(at(MESH.HIGH));
        context.textAlign = 'center';
        context.fillStyle = colour.ink;
        context.fillText('error', Math.max(20, across), down - 16);
    }

    drawPath(context, camera, path, colour) {
        const place = (point) => camera.place(boxed(point));
        const disc = (x, y, radius) => {
            context.beginPath();
            context.arc(x, y, radius, 0, 2 * Math.PI);
            context.fill();
        };
        const line = trace(path.points, path.progress);
        context.strokeStyle = context.fillStyle = colour[path.colour];
        context.lineWidth = 2;
        context.setLineDash(path.dash ?? []);
        this.drawLine(context, camera, line.map(boxed));
        context.setLineDash([]);
        for (const point of path.points.slice(0, Math.floor(path.progress) + 1).filter(inView)) {
            const [x, y] = place(point);
            disc(x, y, 2);
        }
        const last = line[line.length - 1];
        const [x, y] = place(last);
        if (last.to && 2 * camera.centre[0] > 480) {
            const [w, b] = [last.to.w, last.to.b].map((value) => plainNumber(value, 1));
            context.textAlign = x > camera.centre[0] ? 'right' : 'left';
            context.textBaseline = 'alphabetic';
            const from = place(line[Math.max(0, line.length - 1 - PARTS)]);
            const down = from[1] < y ? y + 22 : y - 13; /* on the side without the line */
            context.strokeStyle = colour.paper;
            context.lineWidth = 4;
            context.strokeText(`to w = ${w}, b = ${b}`, x, down);
            context.fillText(`to w = ${w}, b = ${b}`, x, down);
            context.lineWidth = 2;
        }
        disc(x, y, 7);
        context.strokeStyle = colour.paper;
        context.stroke();
    }
}

function inView({ w, b }) {
    return w >= WALL.W[0] && w <= WALL.W[1] && b >= WALL.B[0] && b <= WALL.B[1];
}

/* Into which the line of a step is divided, to follow the surface. */
const PARTS = 16;

/* The line over the surface through the first `progress` steps between points. A step that leaves
 * the box ends at its border, at the height where it began, and there the line's last point has its
 * end as `to`. */
function trace(points, progress) {
    const line = [points[0]];
    for (let i = 0; i < Math.min(progress, points.length - 1); i++) {
        const [from, to] = [points[i], points[i + 1]];
        const share = Math.min(1, progress - i);
        const leaves = !inView(to);
        /* The part of the way that is in the box. */
        let reach = 1;
        while (leaves && reach > 1e-7 && !inView(between(from, to, reach))) {
            reach *= 0.96;
        }
        for (let k = 1; k <= PARTS * share; k++) {
            const point = between(from, to, (reach * k) / PARTS);
            line.push({ ...point, error: leaves ? from.error : errorAt(point.w, point.b).error });
        }
        if (leaves) {
            line.push({ ...line.pop(), to }); /* the point may be one of `points` */
            break;
        }
    }
    return line;
}

function between(from, to, share) {
    return { w: from.w + (to.w - from.w) * share, b: from.b + (to.b - from.b) * share };
}
